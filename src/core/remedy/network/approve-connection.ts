import { networkOfSubnet, type PrivateConnection } from "../../network/registry-network.ts";
import { sameId } from "../../resource-id.ts";
import { evidenceList } from "../evidence-list.ts";
import { existingRegistry } from "../registry-bicep.ts";
import type { RemedyInput, Template } from "../remedy.ts";
import { connectionsOf, isPending } from "./connections-of.ts";
import { createEndpoint } from "./create-endpoint.ts";

/**
 * Anybody may ask for an endpoint, and whoever is approved gets to the registry: a connection is named only where its
 * endpoint is the one that the record leads to, or stands in the network of the workload. Of others a person chooses; where
 * none waits that helps, another endpoint is made.
 */
export function approveConnection(input: RemedyInput): Template {
  const { vantage } = input;
  if (vantage?.networks.known && vantage.networks.value.length === 0) return createEndpoint(input);
  const { meant, recorded } = meantBy(input);
  const [one] = meant;
  if (one && meant.length === 1) return { ...approve, evidence: { connection: one.name } };
  const choice = meant.length > 1 || recorded ? meant : connectionsOf(input.need.network).filter(isPending);
  if (choice.length === 0) return createEndpoint(input);
  const waiting = choice.map(({ name, endpointId }) => `${name} (${endpointId || "its endpoint is gone"})`);
  return { ...approveChosen, evidence: { connection: "CONNECTION_NAME", waiting } };
}

interface Meant {
  /** Of the connections that wait. */
  readonly meant: readonly PrivateConnection[];
  /** The record leads to an endpoint that is visible, whatever its connection is. */
  readonly recorded: boolean;
}

/** Addresses of separate networks may be the same: of several endpoints that have one, the workload's network has the nearest. */
function meantBy({ need: { network }, vantage, facts }: RemedyInput): Meant {
  const waiting = connectionsOf(network).filter(isPending);
  const endpoints = network.endpoints.known ? network.endpoints.value : [];
  const standing = vantage?.networks.known ? vantage.networks.value.map(({ id }) => id) : [];
  const networkIds = typeof facts.networkId === "string" ? [facts.networkId] : standing;
  const near = endpoints.filter(({ subnetId }) => networkIds.some((id) => sameId(id, networkOfSubnet(subnetId))));
  const addresses = evidenceList(facts.addresses);
  const holding = endpoints.filter((one) =>
    one.addresses.some(({ host, address }) => sameId(host, String(facts.host)) && addresses.includes(address)),
  );
  const holdingNear = holding.filter((one) => near.includes(one));
  const waitingOf = (some: typeof endpoints) =>
    waiting.filter(({ endpointId }) => some.some(({ id }) => sameId(id, endpointId)));
  const byRecord = waitingOf(holdingNear.length > 0 ? holdingNear : holding);
  return { meant: byRecord.length > 0 ? byRecord : waitingOf(near), recorded: holding.length > 0 };
}

export const approve = {
  text: "Approve the private endpoint connection of the registry if it is one of yours.",
  cli: "az acr private-endpoint-connection approve --subscription <registrySubscription> --registry-name <registry> --name <connection>",
  bicep: `${existingRegistry}

resource connection 'Microsoft.ContainerRegistry/registries/privateEndpointConnections@2025-11-01' = {
  parent: acr
  name: '<connection>'
  properties: {
    privateLinkServiceConnectionState: { status: 'Approved' }
  }
}`,
} as const satisfies Template;

const approveChosen: Template = {
  ...approve,
  text: "Approve the private endpoint connection that is yours and that the workload's network has a way to; if none of them is, give that network an endpoint of its own. These wait: <waiting>.",
};
