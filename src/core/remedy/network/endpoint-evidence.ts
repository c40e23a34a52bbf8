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

/** Names around the private endpoint, as far as they are known. */
export function endpointEvidence({ need: { network }, registry, vantage, facts }: RemedyInput): Evidence {
  const pending = connectionsOf(network).find(isPending);
  const approved = approvedEndpoint(network, facts);
  const endpointPlace = parseResourceId(approved?.id ?? "");
  const [zoneId] = evidenceList(facts.zoneIds);
  const zone = parseResourceId(zoneId ?? "");
  const networks = vantage?.networks.known ? vantage.networks.value : [];
  const endpointSubnet = networks[0]?.subnets[0]?.id;
  const subnetPlace = parseResourceId(endpointSubnet ?? "");
  const subnetId = typeof facts.subnetId === "string" ? facts.subnetId : undefined;
  const networkId = typeof facts.networkId === "string" ? facts.networkId : networkOfSubnet(subnetId ?? "");
  return {
    endpointName: `pe-${registry.name}`,
    zoneHomeSubscription: endpointPlace?.subscriptionId ?? registry.subscriptionId,
    zoneHomeGroup: endpointPlace?.resourceGroup ?? parseResourceId(registry.id)?.resourceGroup ?? "",
    ...(pending && { connection: pending.name }),
    ...(approved && endpointPlace && { endpoint: approved.name }),
    ...(endpointPlace && {
      endpointGroup: endpointPlace.resourceGroup,
      endpointSubscription: endpointPlace.subscriptionId,
    }),
    ...(zoneId !== undefined && { zoneId }),
    ...(zone && { zoneName: zone.name, zoneGroup: zone.resourceGroup, zoneSubscription: zone.subscriptionId }),
    ...(endpointSubnet !== undefined && { endpointSubnet, location: vantage?.location ?? registry.location }),
    ...(subnetPlace && { subnetGroup: subnetPlace.resourceGroup, subnetSubscription: subnetPlace.subscriptionId }),
    ...(networkId !== "" && { networkId, networkName: networkId.split("/").at(-1) ?? networkId }),
    ...(subnetId !== undefined && { subnetName: subnetId.split("/").at(-1) ?? subnetId }),
  };
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
