import { networkOfSubnet } from "../../network/registry-network.ts";
import { parseResourceId, sameId } from "../../resource-id.ts";
import type { Evidence } from "../../rule.ts";
import { evidenceList } from "../evidence-list.ts";
import type { RemedyInput } from "../remedy.ts";
import { approvedEndpoint } from "./approved-endpoint.ts";
import { connectionsOf } from "./connections-of.ts";
import { emptyZone } from "./empty-zone.ts";
import { endpointName } from "./endpoint-name.ts";
import { zonePlace } from "./zone-place.ts";

/** Names around the private endpoint; what is not known is a word in capitals to replace. */
export function endpointEvidence({ need: { network }, puller, registry, vantage, facts }: RemedyInput): Evidence {
  const approved = approvedEndpoint(network, facts);
  const endpointPlace = parseResourceId(approved?.id ?? "");
  const zoneId = evidenceList(facts.zoneIds)[0] ?? emptyZone(network, registry)?.id;
  const networks = vantage?.networks.known ? vantage.networks.value : [];
  const subnetId = typeof facts.subnetId === "string" ? facts.subnetId : undefined;
  const asked = typeof facts.networkId === "string" ? facts.networkId : undefined;
  const standing = networks.find(({ id }) => asked !== undefined && sameId(id, asked)) ?? networks[0];
  const ownSubnet = subnetId ?? standing?.subnets[0]?.id;
  const networkPlace = parseResourceId(ownSubnet ?? "");
  const networkId = asked ?? networkOfSubnet(ownSubnet ?? "");
  const endpointIds = [
    ...connectionsOf(network).map(({ endpointId }) => endpointId),
    ...(network.endpoints.known ? network.endpoints.value.map(({ id }) => id) : []),
  ];
  return {
    endpointName: endpointName(registry, endpointIds),
    zoneHomeSubscription: endpointPlace?.subscriptionId ?? registry.subscriptionId,
    zoneHomeGroup: endpointPlace?.resourceGroup ?? parseResourceId(registry.id)?.resourceGroup ?? "RESOURCE_GROUP",
    endpoint: approved?.name ?? "ENDPOINT_NAME",
    endpointGroup: endpointPlace?.resourceGroup ?? "RESOURCE_GROUP",
    endpointSubscription: endpointPlace?.subscriptionId ?? "SUBSCRIPTION_ID",
    ...zonePlace(zoneId),
    endpointSubnet: puller.kind === "aks" && ownSubnet !== undefined ? ownSubnet : "SUBNET_ID",
    location: vantage?.location ?? registry.location,
    subnetGroup: placeFor(networkPlace?.resourceGroup, vantage) ?? "RESOURCE_GROUP",
    subnetSubscription: networkPlace?.subscriptionId ?? "SUBSCRIPTION_ID",
    networkId: networkId || "NETWORK_ID",
    linkName: linkNameOf(networkId),
    networkName: networkId.split("/").at(-1) || "NETWORK_NAME",
    subnetId: subnetId ?? "SUBNET_ID",
    subnetName: subnetId?.split("/").at(-1) ?? "SUBNET_NAME",
  };
}

/**
 * AKS deletes the resource group of a cluster's nodes with the cluster, and supports no changes in it.
 * https://learn.microsoft.com/azure/aks/faq
 */
function placeFor(resourceGroup: string | undefined, vantage: RemedyInput["vantage"]): string | undefined {
  const ofNodes = vantage?.nodeResourceGroup;
  return resourceGroup !== undefined && ofNodes !== undefined && sameId(resourceGroup, ofNodes)
    ? undefined
    : resourceGroup;
}

/** Networks of several groups have one name, and the links of a zone do not. */
function linkNameOf(networkId: string): string {
  const place = parseResourceId(networkId);
  if (place === undefined) return "LINK_NAME";
  const name = `${place.name}-${place.resourceGroup}`.replace(/[^\w.-]/g, "-").slice(0, 80);
  return name.replace(/[.-]+$/, "");
}
