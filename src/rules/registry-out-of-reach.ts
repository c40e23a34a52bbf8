import { askingAs } from "../core/asking-as.ts";
import { zoneNameOf } from "../core/network/host-names.ts";
import type { ReachabilityReason } from "../core/network/reason.ts";
import {
  isApproved,
  networkOfSubnet,
  type PrivateConnection,
  type PrivateEndpoint,
} from "../core/network/registry-network.ts";
import type { Vantage } from "../core/network/vantage.ts";
import { type Reachability, reach } from "../core/reachability.ts";
import { parseResourceId, sameId } from "../core/resource-id.ts";
import { defineRule, type Evidence, type Judgement } from "../core/rule.ts";

const addEndpoint =
  "az network private-endpoint create --subscription <pullerSubscriptionId> --resource-group <pullerGroup> --name <endpointName> --subnet <subnet> --private-connection-resource-id <registryId> --group-id registry --connection-name <endpointName>";
const keepRecords =
  "az network private-endpoint dns-zone-group create --subscription <endpointSubscriptionId> --resource-group <endpointGroup> --endpoint-name <endpoint> --name default --private-dns-zone <zoneId> --zone-name registry";

const failures = {
  addressRefused: {
    message: "<puller> needs <registry>, which refuses <refusedAddresses>, where its traffic comes from.",
    remediation: {
      text: "Allow each of these addresses while they are fixed ones of yours; else give the puller's network a private endpoint.",
      cli: "az acr network-rule add --subscription <subscriptionId> --name <registry> --ip-address <address>",
    },
  },
  shut: {
    message: "<puller> needs <registry>, which lets it in by no way: <why>.",
    remediation: {
      text: "Give the registry a private endpoint in the puller's network, with its private zone linked to that network.",
      cli: addEndpoint,
    },
  },
  endpointNotApproved: {
    message: "<puller> needs <registry>, whose private endpoint is not approved.",
    remediation: {
      text: "Approve the connection when it was made for you.",
      cli: "az acr private-endpoint-connection approve --subscription <subscriptionId> --registry-name <registry> --name <connection>",
    },
  },
  zoneNotLinked: {
    message:
      "<puller> needs <registry>, but its network <networkName> is not linked to the private zone, so it asks the public address, which refuses it.",
    remediation: {
      text: "Link the private zone to the puller's network, and see that the network can route to the endpoint.",
      cli: "az network private-dns link vnet create --subscription <zoneSubscriptionId> --resource-group <zoneGroup> --zone-name <zone> --name <networkName> --virtual-network <networkId> --registration-enabled false",
    },
  },
  zoneMissing: {
    message:
      "<puller> needs <registry>, but no private zone has a record of its private endpoint, so <networkName> asks the public address, which refuses it.",
    remediation: {
      text: "Create the private zone, link it to the puller's network, and give the endpoint a zone group, which keeps its records.",
      cli: "az network private-dns zone create --subscription <endpointSubscriptionId> --resource-group <endpointGroup> --name <expectedZone>",
    },
  },
  pullsPastNetwork: {
    message:
      "<puller> needs <registry>, which refuses it: it does not pull over the virtual network that it is integrated with, so it misses the private endpoint.",
    remediation: {
      text: "Pull over the virtual network.",
      cli: "az resource update --ids <pullerId> --set properties.outboundVnetRouting.imagePullTraffic=true",
    },
  },
  inNoNetwork: {
    message:
      "<puller> needs <registry>, which refuses it: it is integrated with no virtual network, so it misses the private endpoint.",
    remediation: {
      text: "Integrate it with a virtual network that resolves the private endpoint, and pull over that.",
      cli: "az resource update --ids <pullerId> --set properties.virtualNetworkSubnetId=<integrationSubnet> properties.outboundVnetRouting.imagePullTraffic=true",
    },
  },
  serviceEndpointMissing: {
    message:
      "<puller> needs <registry>, which allows its subnet <subnetName>, but the subnet lacks the service endpoint.",
    remediation: {
      text: "Add the service endpoint to the subnet.",
      cli: "az network vnet subnet update --ids <subnetId> --add serviceEndpoints service=Microsoft.ContainerRegistry",
    },
  },
  serviceEndpointHidesAddress: {
    message:
      "<puller> needs <registry>, which no IP rule lets it into: the service endpoint of subnet <subnetName> sends the private address, and no rule names the subnet.",
    remediation: {
      text: "Allow the subnet by a virtual network rule, or remove the service endpoint and allow the public address.",
      cli: "az acr network-rule add --subscription <subscriptionId> --name <registry> --subnet <subnetId>",
    },
  },
  trustedServicesOff: {
    message: "<puller> needs <registry>, which does not let trusted services of Azure in.",
    remediation: {
      text: "Let trusted services in; they still have to log in with a managed identity that may pull.",
      cli: "az acr update --subscription <subscriptionId> --name <registry> --allow-trusted-services true",
    },
  },
  tasksBypassOff: {
    message: "<puller> needs <registry>, which does not let tasks in.",
    remediation: {
      text: "Run the task in an agent pool in your network, or let tasks with a system-assigned identity in.",
      cli: "az resource update --ids <registryId> --api-version 2025-11-01 --set properties.networkRuleBypassAllowedForTasks=true",
    },
  },
  recordBroken: {
    message: "<puller> needs <registry>, but the private zone of its network leads nowhere: <why>.",
    remediation: {
      text: "Let a zone group of the approved endpoint keep the zone's records, or correct them by hand.",
      cli: keepRecords,
    },
  },
} as const;

const statements = {
  reachable: "<puller> reaches <registry>: <reason>.",
  noneNeeded: "<puller> is not known to need any registry.",
} as const;

type FailureName = keyof typeof failures;

/** Which failure each reason is; those that are missing here are no failures. */
const failureOf: Partial<Record<ReachabilityReason, FailureName>> = {
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
      const from = askingAs(vantage, puller, need.identity ?? puller.identity);
      const found = reach({ registry, network: need.network, vantage: from });
      const shared = {
        puller: puller.name,
        pullerId: puller.id,
        registry: need.registryName,
        registryId: need.registryId,
        subscriptionId: registry.subscriptionId,
        learned: need.learned,
        reason: found.reason,
        contradicting: found.contradicting,
        notChecked: found.notChecked,
        location: vantage.location,
      };
      const [gap, ...more] = found.gaps;
      if (found.answer === "unknown" && gap !== undefined) return { outcome: "unknown", about, gaps: [gap, ...more] };
      const connections = need.network.settings.known ? need.network.settings.value.connections : [];
      const failure = failureFor(found, connections);
      if (failure === undefined) {
        return { outcome: "pass", statement: "reachable", about, evidence: { ...found.evidence, ...shared } };
      }
      const waiting = connections.find(isPending);
      const endpoints = (need.network.endpoints.known ? need.network.endpoints.value : []).filter(({ id }) =>
        connections.some((one) => isApproved(one) && sameId(one.endpointId, id)),
      );
      const approved = endpointFor(found, endpoints);
      const evidence = {
        ...found.evidence,
        ...shared,
        ...placeOf(found, puller.id, vantage),
        why: whyOf(found),
        connection: waiting?.name ?? "CONNECTION_NAME",
        endpoint: approved?.name ?? "ENDPOINT_NAME",
        endpointGroup: parseResourceId(approved?.id ?? "")?.resourceGroup ?? "RESOURCE_GROUP",
        endpointSubscriptionId: parseResourceId(approved?.id ?? "")?.subscriptionId ?? "SUBSCRIPTION_ID",
        endpointName: `pe-${need.registryName}`,
        expectedZone: zoneNameOf(registry.loginServer),
        integrationSubnet: "SUBNET_ID",
      };
      return { outcome: "fail", failure, about, evidence };
    });
  },
});

/**
 * A web app that does not pull over a network misses a private endpoint, whichever way it is refused for that. Only a
 * connection that waits can be approved, and only an approved endpoint can keep records.
 */
function failureFor(
  { reason, evidence }: Reachability,
  connections: readonly PrivateConnection[],
): FailureName | undefined {
  if (evidence.imagePull === undefined) {
    if (reason === "zone-missing" && evidence.zoneIds !== undefined) return "recordBroken"; // a link that falls back
    const failure = failureOf[reason];
    const impossible =
      (failure === "endpointNotApproved" && !connections.some(isPending)) ||
      (failure === "recordBroken" && !connections.some(isApproved));
    return impossible ? "shut" : failure;
  }
  return evidence.unusedSubnetId === undefined ? "inNoNetwork" : "pullsPastNetwork";
}

/** The endpoint that the network resolves already, else one that stands in it, else any. */
function endpointFor({ evidence }: Reachability, endpoints: readonly PrivateEndpoint[]): PrivateEndpoint | undefined {
  const resolved = listOf(evidence, "endpointIds");
  const networkId = textOf(evidence, "networkId");
  return (
    endpoints.find(({ id }) => resolved.some((one) => sameId(one, id))) ??
    endpoints.find(({ subnetId }) => sameId(networkOfSubnet(subnetId), networkId)) ??
    endpoints[0]
  );
}

function isPending({ status }: PrivateConnection): boolean {
  return status.toLowerCase() === "pending";
}

/** Names that a command needs; what is not known is a word in capitals to replace. */
function placeOf({ evidence }: Reachability, pullerId: string, { networks }: Vantage) {
  const subnetId = textOf(evidence, "subnetId");
  const networkId = textOf(evidence, "networkId") || networkOfSubnet(subnetId) || "NETWORK_ID";
  const zoneId = listOf(evidence, "zoneIds")[0] ?? "ZONE_ID";
  const refused = listOf(evidence, "refusedAddresses");
  const standing = networks.known ? networks.value[0]?.subnets[0]?.id : undefined;
  const zone = parseResourceId(zoneId);
  const own = parseResourceId(pullerId);
  return {
    subnetId: subnetId || "SUBNET_ID",
    subnet: subnetId || standing || "SUBNET_ID",
    subnetName: subnetId.split("/").at(-1) || "SUBNET",
    networkId,
    networkName: networkId.split("/").at(-1) ?? networkId,
    zoneId,
    zone: zone?.name ?? "ZONE",
    zoneGroup: zone?.resourceGroup ?? "RESOURCE_GROUP",
    zoneSubscriptionId: zone?.subscriptionId ?? "SUBSCRIPTION_ID",
    pullerGroup: own?.resourceGroup ?? "RESOURCE_GROUP",
    pullerSubscriptionId: own?.subscriptionId ?? "SUBSCRIPTION_ID",
    refusedAddresses: refused.length > 0 ? refused : ["the addresses"],
    address: refused[0] ?? "IP_ADDRESS",
  };
}

function whyOf({ reason, evidence }: Reachability): string {
  const said: Partial<Record<ReachabilityReason, string>> = {
    "private-endpoint-pending": "public access is off, and none of its private endpoints is approved",
    "record-of-unapproved-endpoint": `the record of ${textOf(evidence, "host")} leads to an endpoint that is rejected or gone`,
    "public-disabled": "public access is off, and it has no approved endpoint that this puller resolves",
    "default-deny-no-rule": "every address is denied and there is no rule",
    "no-public-egress": "the cluster blocks all egress and resolves no private endpoint",
    "record-missing": `it has no record of ${textOf(evidence, "host")}`,
    "zone-missing": `it has no record of the registry, and the public address, to which it falls back, refuses the puller`,
    "record-wrong-address": `its record of ${textOf(evidence, "host")} is ${listOf(evidence, "addresses").join(", ")}, which no approved endpoint has`,
    "data-record-missing": `it has no right record of ${listOf(evidence, "dataHosts").join(", ")}, so layers cannot be fetched`,
  };
  return said[reason] ?? reason;
}

function textOf(evidence: Evidence, name: string): string {
  const value = evidence[name];
  return typeof value === "string" ? value : "";
}

function listOf(evidence: Evidence, name: string): readonly string[] {
  const value = evidence[name];
  return typeof value === "object" ? value : [];
}
