import {
  isApproved,
  networkOfSubnet,
  type PrivateEndpoint,
  type RegistryNetwork,
} from "../../network/registry-network.ts";
import { sameId } from "../../resource-id.ts";
import type { Evidence } from "../../rule.ts";
import { evidenceList } from "../evidence-list.ts";
import { connectionsOf } from "./connections-of.ts";

/** The endpoint that the network resolves already, else one that stands in it, else any. */
export function approvedEndpoint(network: RegistryNetwork, facts: Evidence): PrivateEndpoint | undefined {
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
