import { counted } from "../core/counted.ts";
import { isApproved } from "../core/network/registry-network.ts";
import { allowAddress } from "../core/remedy/network/allow-addresses.ts";
import { approve } from "../core/remedy/network/approve-connection.ts";
import { isPending } from "../core/remedy/network/connections-of.ts";
import { newEndpoint } from "../core/remedy/network/create-endpoint.ts";
import { endpointName } from "../core/remedy/network/endpoint-name.ts";
import { defineRule, type Severity } from "../core/rule.ts";

export const registryWithoutWayIn = defineRule({
  id: "registry-without-way-in",
  title: "Registry lets no network in",
  subject: "registry",
  severity: "critical",
  category: "network",
  needs: ["registry", "network", "virtualNetworkRules"],

  why: "Nobody but trusted services of Azure gets an answer from such a registry, if they are let in: every other pull and push from clusters, pipelines and people ends with 403, which looks like a missing permission.",
  failures: {
    publicAccessOff: {
      message: "<registry> has public access turned off and no approved private endpoint.",
      remediation: {
        text: "Add a private endpoint in a network that pulls, or turn public access on again with rules for the addresses that pull.",
        cli: newEndpoint.cli,
      },
    },
    notApproved: {
      message:
        "<registry> has public access turned off, and its private endpoint connection <connection> waits for approval.",
      remediation: approve,
    },
    noneApproved: {
      message:
        "<registry> has public access turned off, and its private endpoint connections <waiting> wait for approval.",
      remediation: { text: "Approve those of the connections that are yours, each by its name.", cli: approve.cli },
    },
    noRule: {
      message: "<registry> denies every address by default and has neither a rule nor an approved private endpoint.",
      remediation: {
        text: "Allow the addresses that the clusters and pipelines come from, or add a private endpoint.",
        cli: allowAddress.cli,
      },
    },
  },
  statements: { wayIn: "<registry> can be reached: <ways>." },
  references: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-access-selected-networks",
    "https://learn.microsoft.com/azure/container-registry/container-registry-private-link",
    "https://learn.microsoft.com/azure/container-registry/allow-access-trusted-services",
  ],

  evaluate: ({ registry, network, virtualNetworkRules }) => {
    const approved = network.connections.filter(isApproved).length;
    const pending = network.connections.filter(isPending);
    const shut = network.publicNetworkAccess.value === "Disabled";
    const rules = network.ipRules.length + virtualNetworkRules.length;
    // Some registries are for such services alone; whoever else needs one has a finding of its own.
    const trusted = network.trustedServices.value && virtualNetworkRules.length === 0;
    const severityOf = (otherwise: Severity): Severity => (trusted ? "medium" : otherwise);
    const evidence = {
      registry: registry.name,
      registryId: registry.id,
      registrySubscription: registry.subscriptionId,
      connections: network.connections.map(({ name, status }) => `${name} (${status})`),
      trustedServices: network.trustedServices.value,
    };
    const [first, ...others] = pending;
    if (approved === 0 && shut && first) {
      const severity = severityOf("critical");
      if (others.length === 0)
        return [
          { outcome: "fail", failure: "notApproved", severity, evidence: { ...evidence, connection: first.name } },
        ];
      const found = { ...evidence, connection: "CONNECTION_NAME", waiting: pending.map(({ name }) => name) };
      return [{ outcome: "fail", failure: "noneApproved", severity, evidence: found }];
    }
    if (approved === 0 && shut) {
      const wanted = {
        endpointName: endpointName(
          registry,
          network.connections.map(({ endpointId }) => endpointId),
        ),
        ...{ endpointSubnet: "SUBNET_ID", location: "LOCATION_OF_THE_NETWORK" },
        ...{ subnetSubscription: "SUBSCRIPTION_OF_THE_NETWORK", subnetGroup: "RESOURCE_GROUP" },
      };
      const found = { ...evidence, ...wanted };
      return [{ outcome: "fail", failure: "publicAccessOff", severity: severityOf("critical"), evidence: found }];
    }
    if (approved === 0 && network.defaultAction.value === "Deny" && rules === 0) {
      const found = { ...evidence, address: "IP_ADDRESS_OR_RANGE" };
      return [{ outcome: "fail", failure: "noRule", severity: severityOf("high"), evidence: found }];
    }
    const ways = [
      ...(approved > 0 ? [counted(approved, "approved private endpoint")] : []),
      ...(shut ? [] : [network.defaultAction.value === "Allow" ? "from everywhere" : counted(rules, "network rule")]),
    ];
    return [{ outcome: "pass", statement: "wayIn", evidence: { ...evidence, ways } }];
  },
});
