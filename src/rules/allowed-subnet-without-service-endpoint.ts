import { hasServiceEndpoint } from "../core/network/vantage.ts";
import { parseResourceId } from "../core/resource-id.ts";
import { defineRule, type Judgement } from "../core/rule.ts";

const failures = {
  withoutEndpoint: {
    message:
      "<registry> allows the subnet <subnet>, which has no service endpoint Microsoft.ContainerRegistry, so the rule lets nobody in.",
    remediation: {
      // Enabling one switches routes: https://learn.microsoft.com/azure/virtual-network/virtual-network-manage-subnet
      text: "Add the service endpoint to the subnet, in Bicep as { service: 'Microsoft.ContainerRegistry' } in its serviceEndpoints. The option replaces the whole list, so the command names those that the subnet has; open connections from the subnet may be cut.",
      cli: "az network vnet subnet update --ids <subnetId> --service-endpoints <serviceEndpoints>",
    },
  },
  gone: {
    message: "<registry> allows the subnet <subnet>, which does not exist any more, so the rule lets nobody in.",
    remediation: {
      text: "Remove the rule, and allow the subnet that took its place if there is one; in Bicep take it out of networkRuleSet.virtualNetworkRules.",
      cli: "az acr network-rule remove --subscription <subscriptionId> --name <registry> --subnet <subnetId>",
    },
  },
} as const;

const statements = {
  open: "<registry> allows only subnets that have the service endpoint: <count>.",
  none: "<registry> lets no subnet in by virtual network rules.",
  notRead: "<registry> does not decide by virtual network rules, because it denies nothing or public access is off.",
} as const;

const service = "Microsoft.ContainerRegistry";

export const allowedSubnetWithoutServiceEndpoint = defineRule({
  id: "allowed-subnet-without-service-endpoint",
  title: "Allowed subnet has no service endpoint",
  subject: "registry",
  severity: "high",
  category: "network",
  needs: ["registry", "network", "allowedSubnets"],

  why: "A virtual network rule counts only for traffic that comes by the subnet's service endpoint. Without it the registry sees a public address, and nodes that the rule seems to let in get 403.",
  failures,
  statements,
  references: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-vnet",
    "https://learn.microsoft.com/azure/virtual-network/virtual-network-service-endpoints-overview",
    "https://learn.microsoft.com/cli/azure/network/vnet/subnet#az-network-vnet-subnet-update",
  ],

  evaluate: ({ registry, network, allowedSubnets }) => {
    const shared = { registry: registry.name, subscriptionId: registry.subscriptionId };
    if (network.publicNetworkAccess.value === "Disabled" || network.defaultAction.value === "Allow")
      return [{ outcome: "notApplicable", statement: "notRead", evidence: shared }];
    if (allowedSubnets.length === 0) return [{ outcome: "notApplicable", statement: "none", evidence: shared }];

    const judgements = allowedSubnets.flatMap(({ id, subnet }): Judgement<typeof failures, typeof statements>[] => {
      const about = id.toLowerCase();
      const evidence = { ...shared, subnet: nameOf(id), subnetId: id };
      if (!subnet.known) return [{ outcome: "unknown", about, gaps: [subnet.gap] }];
      // Nobody is in it, so nobody is kept out: what is left is a rule that misleads who reads it.
      if (subnet.value === null) return [{ outcome: "fail", failure: "gone", about, severity: "medium", evidence }];
      if (hasServiceEndpoint(subnet.value)) return [];
      const serviceEndpoints = listArgument([...subnet.value.serviceEndpoints, service]);
      return [{ outcome: "fail", failure: "withoutEndpoint", about, evidence: { ...evidence, serviceEndpoints } }];
    });
    const count = allowedSubnets.length;
    return judgements.length > 0
      ? judgements
      : [{ outcome: "pass", statement: "open", evidence: { ...shared, count } }];
  },
});

/** `hub/nodes` of the id of the subnet `nodes` in the network `hub`. */
function nameOf(id: string): string {
  const network = /\/virtualNetworks\/([^/]+)\/subnets\/[^/]+$/i.exec(id)?.[1];
  const name = parseResourceId(id)?.name;
  return network === undefined || name === undefined ? id : `${network}/${name}`;
}

/**
 * Several values as one word, because evidence is quoted as one.
 * https://learn.microsoft.com/cli/azure/use-azure-cli-successfully-shorthand
 */
function listArgument(values: readonly string[]): string {
  return values.length === 1 ? values.join("") : `[${values.join(",")}]`;
}
