import type { Connection } from "../azure/connection.ts";
import { collect } from "../collect/collector.ts";
import { federatedCredentials } from "../collect/federated-credentials.ts";
import { registriesOfSubscription, registry } from "../collect/registry.ts";
import { subnet } from "../collect/subnet.ts";
import { type Collected, type Gap, known } from "../core/collected.ts";
import { credentialStanding } from "../core/credential-standing.ts";
import type { Registry, Snapshot } from "../core/facts.ts";
import { parseResourceId } from "../core/resource-id.ts";
import type { PrincipalEntry, PrincipalSlice, Slice, SubscriptionSlice } from "../core/slice.ts";
import { allowedSubnets } from "./allowed-subnets.ts";
import { mapBounded } from "./map-bounded.ts";
import { type NetworkOf, networksOf } from "./networks-of.ts";
import { pullerReads } from "./puller-reads.ts";
import { pullerSnapshot } from "./puller-snapshot.ts";
import { childEntries, readChildren } from "./registry-children.ts";
import { grantsOfRegistries } from "./registry-grants.ts";
import { remember } from "./remember.ts";

const day = 86_400_000;

export interface SliceContext {
  readonly connection: Connection;
  readonly now: Date;
  /** Days before its end at which a credential is watched; federated credentials are asked for only then. */
  readonly watchDays: number;
}

export interface CollectedSlice {
  readonly snapshots: readonly Snapshot[];
  /** Lower-cased ids of workloads that are there and pull from no registry of Azure. */
  readonly idle: readonly string[];
  /** Why some subjects may be missing. */
  readonly gaps: readonly Gap[];
}

/** Reads from Azure what a slice still lacks: the facts of each of its subjects, and the subjects no inventory lists. */
export async function collectSlice(slice: Slice, context: SliceContext): Promise<CollectedSlice> {
  if (slice.kind === "subscription") return collectSubscription(slice, context);
  return { snapshots: await collectPrincipals(slice, context), idle: [], gaps: [] };
}

async function collectSubscription(slice: SubscriptionSlice, { connection }: SliceContext): Promise<CollectedSlice> {
  const details = await collect(registriesOfSubscription, connection, slice.id);
  const one = remember(registry, connection);
  const names = new Map(slice.registries.map(({ id, name }) => [id.toLowerCase(), { id, name }]));
  if (details.known) {
    for (const id of details.value.keys())
      if (!names.has(id)) names.set(id, { id, name: parseResourceId(id)?.name ?? id });
  }

  /** Listed in one call; one by one where only the list is forbidden, as for a role on a resource group. */
  const detailsOf = (id: string): Promise<Collected<Registry>> => {
    const listed = details.known ? details.value.get(id.toLowerCase()) : undefined;
    if (listed !== undefined) return Promise.resolve(listed);
    const own = parseResourceId(id)?.subscriptionId === slice.id;
    return own && !details.known && details.gap.reason !== "forbidden" ? Promise.resolve(details) : one(id);
  };
  const networkOf = networksOf(slice, connection);
  const subnetOf = remember(subnet, connection);
  const grantsOf = grantsOfRegistries(slice.grants);
  const looked = await mapBounded([...names.values()], 4, async ({ id, name }) => {
    const own = await detailsOf(id);
    const children = own.known ? await readChildren(connection, own.value) : undefined;
    const registrySnapshot: Snapshot<"registry"> = {
      subject: { kind: "registry", id, name, partition: slice.id },
      facts: {
        ...(await registryFacts(id, own, networkOf, subnetOf)),
        cacheRules: children?.cacheRules ?? (own as Collected<never>),
        endpointSubnets: slice.network.endpointSubnets,
        grants: grantsOf(id),
        armConsumers: slice.armConsumers.known
          ? known({
              seen: slice.armConsumers.value[id.toLowerCase()] ?? [],
              narrowed: slice.sees !== "everything",
            })
          : slice.armConsumers,
      },
    };
    return { registrySnapshot, own, workloads: children?.workloads ?? [], gaps: children?.gaps ?? [] };
  });
  const children = await childEntries(
    connection,
    looked.flatMap((one) => one.workloads),
    looked.flatMap(({ own, workloads }) => (own.known && workloads.length > 0 ? [own.value] : [])),
  );

  const reads = pullerReads(slice, connection, { detailsOf, networkOf });
  const pullers = await mapBounded([...slice.pullers, ...children.entries], 4, (entry) =>
    pullerSnapshot(entry, slice.id, reads),
  );
  return {
    snapshots: [...looked.map(({ registrySnapshot }) => registrySnapshot), ...pullers],
    idle: [...slice.idle, ...children.idle],
    gaps: looked.flatMap(({ gaps }) => gaps),
  };
}

async function registryFacts(
  id: string,
  details: Collected<Registry>,
  networkOf: NetworkOf,
  subnetOf: Parameters<typeof allowedSubnets>[2],
): Promise<Omit<Snapshot<"registry">["facts"], "grants" | "armConsumers" | "cacheRules" | "endpointSubnets">> {
  const { settings, ...network } = await networkOf(id, details);
  const allowed = await allowedSubnets(settings, network.virtualNetworkRules, subnetOf);
  return { registry: details, network: settings, ...network, allowedSubnets: allowed };
}

async function collectPrincipals(slice: PrincipalSlice, context: SliceContext): Promise<readonly Snapshot[]> {
  return mapBounded(
    slice.principals,
    4,
    async (entry): Promise<Snapshot<"principal">> => ({
      subject: { kind: "principal", id: `/servicePrincipals/${entry.id}`, name: entry.name, partition: slice.id },
      facts: {
        principal: entry.principal,
        credentials: entry.credentials,
        federatedCredentials: await federated(entry, context),
        reach: entry.reach,
      },
    }),
  );
}

/** One call per application, so only where another way to log in would change the answer. */
async function federated(
  entry: PrincipalEntry,
  { connection, now, watchDays }: SliceContext,
): Promise<Collected<readonly string[]>> {
  const { credentials, applicationId } = entry;
  if (!credentials.known) return credentials;
  if (applicationId === undefined) return known([]); // a managed identity, or an application of another tenant
  const { coveredUntil } = credentialStanding(credentials.value, now);
  const lasting = coveredUntil !== undefined && coveredUntil.getTime() - now.getTime() > watchDays * day;
  return lasting ? known([]) : collect(federatedCredentials, connection, applicationId);
}
