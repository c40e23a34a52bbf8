import {
  isApproved,
  networkOfSubnet,
  type PrivateEndpoint,
  type RegistryNetwork,
} from "../../network/registry-network.ts";
import { parseResourceId, sameId } from "../../resource-id.ts";
import type { Evidence } from "../../rule.ts";
import { evidenceList } from "../evidence-list.ts";
import type { RemedyInput } from "../remedy.ts";
import { connectionsOf, isPending } from "./connections-of.ts";
import { emptyZone } from "./empty-zone.ts";

/** Names around the private endpoint; what is not known is a word in capitals to replace. */
export function endpointEvidence({ need: { network }, puller, registry, vantage, facts }: RemedyInput): Evidence {
  const pending = connectionsOf(network).find(isPending);
  const approved = approvedEndpoint(network, facts);
  const endpointPlace = parseResourceId(approved?.id ?? "");
  const zoneId = evidenceList(facts.zoneIds)[0] ?? emptyZone(network, registry)?.id;
  const zone = parseResourceId(zoneId ?? "");
  const networks = vantage?.networks.known ? vantage.networks.value : [];
  const subnetId = typeof facts.subnetId === "string" ? facts.subnetId : undefined;
  const asked = typeof facts.networkId === "string" ? facts.networkId : undefined;
  const standing = networks.find(({ id }) => asked !== undefined && sameId(id, asked)) ?? networks[0];
  const ownSubnet = subnetId ?? standing?.subnets[0]?.id;
  const networkPlace = parseResourceId(ownSubnet ?? "");
  const networkId = asked ?? networkOfSubnet(ownSubnet ?? "");
  return {
    endpointName: `pe-${registry.name}`,
    zoneHomeSubscription: endpointPlace?.subscriptionId ?? registry.subscriptionId,
    zoneHomeGroup: endpointPlace?.resourceGroup ?? parseResourceId(registry.id)?.resourceGroup ?? "RESOURCE_GROUP",
    connection: pending?.name ?? "CONNECTION_NAME",
    endpoint: approved?.name ?? "ENDPOINT_NAME",
    endpointGroup: endpointPlace?.resourceGroup ?? "RESOURCE_GROUP",
    endpointSubscription: endpointPlace?.subscriptionId ?? "SUBSCRIPTION_ID",
    zoneId: zoneId ?? "ZONE_ID",
    zoneName: zone?.name ?? "ZONE_NAME",
    zoneGroup: zone?.resourceGroup ?? "RESOURCE_GROUP",
    zoneSubscription: zone?.subscriptionId ?? "SUBSCRIPTION_ID",
    endpointSubnet: puller.kind === "aks" && ownSubnet !== undefined ? ownSubnet : "SUBNET_ID",
    location: vantage?.location ?? registry.location,
    subnetGroup: placeFor(networkPlace?.resourceGroup) ?? "RESOURCE_GROUP",
    subnetSubscription: networkPlace?.subscriptionId ?? "SUBSCRIPTION_ID",
    networkId: networkId || "NETWORK_ID",
    networkName: networkId.split("/").at(-1) || "NETWORK_NAME",
    subnetId: subnetId ?? "SUBNET_ID",
    subnetName: subnetId?.split("/").at(-1) ?? "SUBNET_NAME",
  };
}

/**
 * AKS deletes the resource group of a cluster's nodes with the cluster, and supports no changes in it.
 * https://learn.microsoft.com/azure/aks/faq
 */
function placeFor(resourceGroup: string | undefined): string | undefined {
  return resourceGroup !== undefined && /^mc_/i.test(resourceGroup) ? undefined : resourceGroup;
}

/** The endpoint that the network resolves already, else one that stands in it, else any. */
function approvedEndpoint(network: RegistryNetwork, facts: Evidence): PrivateEndpoint | undefined {
  if (!network.endpoints.known) return undefined;
  const approved = connectionsOf(network).filter(isApproved);
  const endpoints = network.endpoints.value.filter(({ id }) =>
    approved.some(({ endpointId }) => sameId(endpointId, id)),
  );
  const resolved = evidenceList(facts.endpointIds);
  const own = String(facts.networkId ?? "");
  return (
    endpoints.find(({ id }) => resolved.some((one) => sameId(one, id))) ??
    endpoints.find(({ subnetId }) => sameId(networkOfSubnet(subnetId), own)) ??
    endpoints[0]
  );
}
