import { askingAs } from "../core/asking-as.ts";
import { reasons } from "../core/network/reason.ts";
import { isApproved, type PrivateConnection } from "../core/network/registry-network.ts";
import { type BlockedReason, reach } from "../core/reachability.ts";
import { evidenceList } from "../core/remedy/evidence-list.ts";
import { addServiceEndpoint } from "../core/remedy/network/add-service-endpoint.ts";
import { allowAddress } from "../core/remedy/network/allow-addresses.ts";
import { allowSubnet } from "../core/remedy/network/allow-subnet.ts";
import { allowTasks } from "../core/remedy/network/allow-tasks.ts";
import { allowTrustedServices } from "../core/remedy/network/allow-trusted-services.ts";
import { approve } from "../core/remedy/network/approve-connection.ts";
import { connectionsOf, isPending } from "../core/remedy/network/connections-of.ts";
import { newEndpoint } from "../core/remedy/network/create-endpoint.ts";
import { missingZone } from "../core/remedy/network/create-zone.ts";
import { keep } from "../core/remedy/network/keep-records.ts";
import { linkZone } from "../core/remedy/network/link-zone.ts";
import { newIntegration, throughIntegration } from "../core/remedy/network/pull-over-network.ts";
import { withoutSubnetRules } from "../core/remedy/network/remove-subnet-rules.ts";
import type { Template } from "../core/remedy/remedy.ts";
import { remedyFor } from "../core/remedy/remedy-for.ts";
import { defineRule, type Evidence, type Judgement, type Remediation } from "../core/rule.ts";

/** What ends most failures of a kind; every finding has what ends it for its own puller, as `can-pull` says it. */
const ofMost = ({ text, cli }: Pick<Template, "text" | "cli">): Remediation<string> => ({ text, cli });

const failures = {
  addressRefused: {
    message: "<puller> needs <registry>, which refuses <refusedAddresses>, where its traffic comes from.",
    remediation: ofMost(allowAddress),
  },
  shut: {
    message: "<puller> needs <registry>, which lets it in by no way: <why>.",
    remediation: ofMost(newEndpoint),
  },
  endpointNotApproved: {
    message: "<puller> needs <registry>, whose private endpoint is not approved.",
    remediation: ofMost(approve),
  },
  zoneNotLinked: {
    message:
      "<puller> needs <registry>, but its network <networkName> is not linked to the private zone, so it asks the public address, which refuses it.",
    remediation: ofMost(linkZone),
  },
  zoneMissing: {
    message:
      "<puller> needs <registry>, but no private zone has a record of its private endpoint, so <networkName> asks the public address, which refuses it.",
    remediation: ofMost(missingZone),
  },
  pullsPastNetwork: {
    message:
      "<puller> needs <registry>, which refuses it: it does not pull over the virtual network that it is integrated with, so it misses the private endpoint.",
    remediation: ofMost(throughIntegration),
  },
  inNoNetwork: {
    message:
      "<puller> needs <registry>, which refuses it: it is integrated with no virtual network, so it misses the private endpoint.",
    remediation: ofMost(newIntegration),
  },
  serviceEndpointMissing: {
    message:
      "<puller> needs <registry>, which allows its subnet <subnetName>, but the subnet lacks the service endpoint.",
    remediation: ofMost(addServiceEndpoint),
  },
  serviceEndpointHidesAddress: {
    message:
      "<puller> needs <registry>, which no IP rule lets it into: the service endpoint of subnet <subnetName> sends the private address, and no rule names the subnet.",
    remediation: ofMost(allowSubnet),
  },
  trustedServicesOff: {
    message: "<puller> needs <registry>, which does not let trusted services of Azure in.",
    remediation: ofMost(allowTrustedServices),
  },
  trustedServicesBarred: {
    message: "<puller> needs <registry>, which lets no trusted service of Azure in while it has virtual network rules.",
    remediation: ofMost(withoutSubnetRules),
  },
  tasksBypassOff: {
    message: "<puller> needs <registry>, which does not let tasks in.",
    remediation: ofMost(allowTasks),
  },
  recordBroken: {
    message: "<puller> needs <registry>, but the private zone of its network leads nowhere: <why>.",
    remediation: ofMost(keep),
  },
} as const;

const statements = {
  reachable: "<puller> reaches <registry>: <reason>.",
  noneNeeded: "<puller> is not known to need any registry.",
} as const;

type FailureName = keyof typeof failures;

const failureOf: Readonly<Record<BlockedReason, FailureName>> = {
  "ip-not-allowed": "addressRefused",
  "ip-partly-allowed": "addressRefused",
  "public-disabled": "shut",
  "default-deny-no-rule": "shut",
  "no-public-egress": "shut",
  "private-endpoint-pending": "endpointNotApproved",
  "record-of-unapproved-endpoint": "endpointNotApproved",
  "zone-not-linked": "zoneNotLinked",
  "zone-missing": "zoneMissing",
  "service-endpoint-missing": "serviceEndpointMissing",
  "service-endpoint-hides-address": "serviceEndpointHidesAddress",
  "trusted-services-off": "trustedServicesOff",
  "trusted-services-barred": "trustedServicesBarred",
  "tasks-bypass-off": "tasksBypassOff",
  "record-missing": "recordBroken",
  "record-wrong-address": "recordBroken",
  "data-record-missing": "recordBroken",
};

export const registryOutOfReach = defineRule({
  id: "registry-out-of-reach",
  title: "Registry is out of the puller's reach",
  subject: "puller",
  severity: "high",
  category: "network",
  needs: ["puller", "needs", "vantage"],

  why: "The registry answers 403 with the caller's address, or a private name leads nowhere, whatever roles the identity holds. It shows with the next new node or pod, and is taken for a missing permission.",
  failures,
  statements,
  references: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-private-link",
    "https://learn.microsoft.com/azure/container-registry/container-registry-access-selected-networks",
    "https://learn.microsoft.com/azure/container-registry/allow-access-trusted-services",
    "https://learn.microsoft.com/azure/app-service/configure-vnet-integration-routing",
    "https://learn.microsoft.com/troubleshoot/azure/azure-container-registry/acr-authentication-errors",
  ],

  evaluate: ({ puller, needs, vantage }) => {
    if (needs.length === 0) {
      return [{ outcome: "notApplicable", statement: "noneNeeded", evidence: { puller: puller.name } }];
    }
    return needs.map((need): Judgement<typeof failures, typeof statements> => {
      const about = need.registryId.toLowerCase();
      if (!need.registry.known) {
        // without an id nothing of this puller may be taken for fixed: the name may stand for any of its findings
        return { outcome: "unknown", ...(about !== "" && { about }), gaps: [need.registry.gap] };
      }
      const registry = need.registry.value;
      const identity = need.identity ?? puller.identity;
      const found = reach({ registry, network: need.network, vantage: askingAs(vantage, puller, identity) });
      if (found.answer === "unknown") return { outcome: "unknown", about, gaps: found.gaps };

      const shared = {
        ...found.evidence,
        puller: puller.name,
        pullerId: puller.id,
        registry: need.registryName,
        registryId: need.registryId,
        learned: need.learned,
        reason: found.reason,
        contradicting: found.contradicting,
        notChecked: found.notChecked,
      };
      if (found.answer === "reachable") return { outcome: "pass", statement: "reachable", about, evidence: shared };
      const facts = { network: found.reason, ...found.evidence };
      const remedy = remedyFor(found.reason, {
        ...{ puller, need, registry, identity, vantage, facts, repositories: need.repositories ?? [] },
      });
      if (remedy === undefined) throw new Error(`nothing is known to end ${found.reason}`);
      const failure = failureFor(found.reason, found.evidence, connectionsOf(need.network));
      const evidence = { ...shared, ...namesIn(failure, found.evidence), why: whyOf(found.reason, found.evidence) };
      return { outcome: "fail", failure, about, evidence, remediation: { text: remedy.text, cli: remedy.cli } };
    });
  },
});

/**
 * A web app that does not pull over a network misses a private endpoint, whichever way it is refused for that. Only
 * addresses that are known can be named as refused, only a connection that waits can be approved, and only an approved endpoint can keep records.
 */
function failureFor(
  reason: BlockedReason,
  { imagePull, unusedSubnetId, zoneIds, refusedAddresses }: Evidence,
  connections: readonly PrivateConnection[],
): FailureName {
  if (imagePull !== undefined) return unusedSubnetId === undefined ? "inNoNetwork" : "pullsPastNetwork";
  if (reason === "zone-missing" && zoneIds !== undefined) return "recordBroken"; // a link that falls back
  const failure = failureOf[reason];
  const impossible =
    (failure === "addressRefused" && evidenceList(refusedAddresses).length === 0) ||
    (failure === "endpointNotApproved" && !connections.some(isPending)) ||
    (failure === "recordBroken" && !connections.some(isApproved));
  return impossible ? "shut" : failure;
}

/** What sentences name; empty where the one of this failure does not name it. */
function namesIn(failure: FailureName, evidence: Evidence) {
  const nameOf = (id: string, name: string) =>
    failures[failure].message.includes(`<${name}>`) ? textOf(evidence, id).split("/").at(-1) : undefined;
  return {
    subnetName: nameOf("subnetId", "subnetName") ?? "",
    networkName: nameOf("networkId", "networkName") ?? "",
    refusedAddresses: evidenceList(evidence.refusedAddresses),
  };
}

/** How sentences say a reason after a colon. */
function whyOf(reason: BlockedReason, evidence: Evidence): string {
  switch (reason) {
    case "private-endpoint-pending":
      return "public access is off, and none of its private endpoints is approved";
    case "record-of-unapproved-endpoint":
      return `the record of ${textOf(evidence, "host")} leads to an endpoint that is rejected or gone`;
    case "public-disabled":
      return "public access is off, and it has no approved endpoint that this puller resolves";
    case "ip-not-allowed":
      return "it has no IP rule, and no virtual network rule is for this puller";
    case "default-deny-no-rule":
      return "every address is denied and there is no rule";
    case "no-public-egress":
      return "the cluster blocks all egress and resolves no private endpoint";
    case "record-missing":
      return `it has no record of ${textOf(evidence, "host")}`;
    case "zone-missing":
      return "it has no record of the registry, and the public address, to which it falls back, refuses the puller";
    case "record-wrong-address":
      return `its record of ${textOf(evidence, "host")} is ${evidenceList(evidence.addresses).join(", ")}, which no approved endpoint has`;
    case "data-record-missing":
      return `it has no right record of ${evidenceList(evidence.dataHosts).join(", ")}, so layers cannot be fetched`;
    default:
      return reasons[reason][1].replace(/\.$/, "");
  }
}

function textOf(evidence: Evidence, name: string): string {
  const value = evidence[name];
  if (typeof value !== "string") throw new Error(`an answer about the network lacks its ${name}`);
  return value;
}
