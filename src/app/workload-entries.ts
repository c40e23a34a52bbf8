import type { ListedRegistry } from "../collect/registries.ts";
import { type Collected, known, missing } from "../core/collected.ts";
import type { Bystander, Learned, Puller, PullIdentity, UnknownHost } from "../core/facts.ts";
import { hasCapitals, isLoginServer, nearestLoginServer, parseImage } from "../core/image-reference.ts";
import { idKey, parseResourceId } from "../core/resource-id.ts";
import type { PullerEntry } from "../core/slice.ts";
import { type ListedWorkload, loginsTo } from "../core/workload.ts";
import { grantsForNeed } from "./grants-for-need.ts";
import type { Inventory } from "./inventory.ts";
import { servicePrincipalOf } from "./service-principal.ts";
import { acrossTenants, tenantsOf } from "./tenants-of.ts";
import { vantageOfWorkload } from "./vantage-of-workload.ts";

/** What the workloads of a tenant come to, by the id of their subscription. */
export interface WorkloadEntries {
  readonly entries: ReadonlyMap<string, readonly PullerEntry[]>;
  /** Lower-cased ids of those that pull from no registry of Azure. */
  readonly idle: ReadonlyMap<string, readonly string[]>;
}

/** Workloads as subjects of a sweep. One that pulls from no registry of Azure is none. */
export function workloadEntries(inventory: Inventory): WorkloadEntries {
  const place = placeOf(inventory);
  const { workloads, malformed } = inventory.workloads;
  const made = workloads.map((workload) => ({ workload, entry: workloadEntry(workload, inventory, place) }));
  const entries = made.flatMap(({ workload, entry }) => (entry ? [[workload.subscriptionId, entry] as const] : []));
  const broken = malformed.flatMap(({ id, detail }) => {
    const place = parseResourceId(id);
    if (!place) return []; // it may be of any subscription: a gap of all slices
    const gap = missing({ fact: "puller", reason: "malformed", detail: `${id}: ${detail}` });
    const entry = { id, name: place.name, puller: gap, needs: gap, hasPullGrant: gap, vantage: gap };
    return [[place.subscriptionId, { ...entry, unresolved: [] }] as const];
  });
  const groups = Map.groupBy([...entries, ...broken], ([subscriptionId]) => subscriptionId);
  const still = Map.groupBy(
    made.filter(({ entry }) => entry === undefined),
    ({ workload }) => workload.subscriptionId,
  );
  return {
    entries: new Map([...groups].map(([id, group]) => [id, group.map(([, entry]) => entry)])),
    idle: new Map([...still].map(([id, group]) => [id, group.map(({ workload }) => workload.id.toLowerCase())])),
  };
}

/** Where registries are found by their names. */
export interface Place {
  readonly byServer: ReadonlyMap<string, ListedRegistry>;
  readonly byId: ReadonlyMap<string, ListedRegistry>;
  readonly subscriptions: ReadonlyMap<string, Inventory["subscriptions"]["subscriptions"][number]>;
  /** Every registry of the tenant is among them, so a name that is not has none. */
  readonly whole: Collected<true>;
}

export function placeOf({ registries, subscriptions }: Inventory): Place {
  const listed = registries.known ? registries.value.registries : [];
  return {
    byServer: new Map(listed.map((registry) => [registry.loginServer.toLowerCase(), registry])),
    byId: new Map(listed.map((registry) => [idKey(registry.id), registry])),
    subscriptions: new Map(subscriptions.subscriptions.map((one) => [one.id, one])),
    whole: seenWhole(registries, subscriptions),
  };
}

function seenWhole(
  registries: Inventory["registries"],
  { gaps: [hidden] }: Inventory["subscriptions"],
): Collected<true> {
  if (!registries.known) return registries;
  const detail = "not every registry of the tenant can be seen";
  const [broken] = registries.value.malformed;
  if (broken)
    return missing({ fact: "registries", reason: "malformed", detail: `${detail}: ${broken.id}: ${broken.detail}` });
  return hidden ? missing({ ...hidden, detail: `${detail}: ${hidden.detail}` }) : known(true);
}

/** One workload as a subject; undefined when it pulls from no registry of Azure. */
export function workloadEntry(workload: ListedWorkload, inventory: Inventory, place: Place): PullerEntry | undefined {
  const { id, name, kind, subscriptionId } = workload;
  const wanted = wantedRegistries(workload, place);
  const unknownHosts = hostsWithoutRegistry(workload, place);
  const elsewhere = workload.registry && !place.byId.has(idKey(workload.registry.id)) ? [workload.registry] : [];
  const passwords = workload.literalPasswords ?? []; // wrong wherever they lead
  if ([wanted.size, unknownHosts.length, elsewhere.length, passwords.length].every((count) => count === 0))
    return undefined;

  const needs = [...wanted.values()].flatMap((one) => needsOf(workload, one, inventory, place));
  const identity = needs[0]?.identity ?? noIdentity(id);
  const puller: Puller = {
    kind,
    id,
    name,
    subscriptionId,
    identity,
    declaresNone: false,
    bystanders: bystandersOf(workload),
    ...(workload.literalPasswords && { literalPasswords: workload.literalPasswords }),
    ...(workload.dormant && { dormant: true }),
    capitalised: workload.images.filter((image) => hasCapitals(image) && isLoginServer(parseImage(image).host)),
    unknownHosts: unknownHosts.length > 0 && !place.whole.known ? place.whole : known(unknownHosts),
  };
  return {
    id,
    name,
    puller: known(puller),
    needs: known(needs),
    unresolved: elsewhere.map(({ id: text, learned }) => ({ text, learned: [learned] })),
    hasPullGrant: known(true), // asked of clusters alone
    vantage: known(vantageOfWorkload(workload, identity, inventory.network)),
  };
}

export interface Wanted {
  readonly registry: ListedRegistry;
  readonly learned: Set<Learned>;
  readonly repositories: Set<string>;
}

function wantedRegistries(
  { images, registry: named, kind }: ListedWorkload,
  place: Place,
): ReadonlyMap<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  const add = (registry: ListedRegistry, learned: Learned, repository: string) => {
    const one = wanted.get(registry.id) ?? { registry, learned: new Set(), repositories: new Set() };
    one.learned.add(learned);
    if (repository !== "") one.repositories.add(repository);
    wanted.set(registry.id, one);
  };
  const own = named && place.byId.get(idKey(named.id));
  if (own && named) add(own, named.learned, "");
  for (const { host, repository } of images.map(parseImage)) {
    const registry = place.byServer.get(host);
    if (registry) add(registry, learnedOf[kind] ?? "image", repository);
  }
  return wanted;
}

const learnedOf: Partial<Readonly<Record<ListedWorkload["kind"], Learned>>> = {
  acrTask: "task",
  cacheRule: "cacheRule",
};

function hostsWithoutRegistry({ images }: ListedWorkload, { byServer }: Place): readonly UnknownHost[] {
  const servers = [...byServer.keys()];
  const byHost = Map.groupBy(images, (image) => parseImage(image).host);
  return [...byHost].flatMap(([host, group]): UnknownHost[] => {
    if (byServer.has(host)) return [];
    const nearest = nearestLoginServer(host, servers);
    if (!isLoginServer(host) && nearest === undefined) return [];
    return [{ host, images: [...new Set(group)], ...(nearest !== undefined && { nearest }) }];
  });
}

export type Need = Extract<PullerEntry["needs"], { known: true }>["value"][number];

/** What a workload needs of a registry: as often as its containers log in to it in different ways. */
export function needsOf(workload: ListedWorkload, wanted: Wanted, inventory: Inventory, place: Place): readonly Need[] {
  return loginsTo(workload, wanted.registry).map(({ identity, containers }): Need => {
    const need = needOf(workload, identity, wanted, inventory, place);
    if (containers === undefined) return need;
    const repositories = containers.map(({ image }) => parseImage(image).repository);
    return { ...need, repositories: [...new Set(repositories)], containers: containers.map(({ name }) => name) };
  });
}

function needOf(
  workload: ListedWorkload,
  configured: PullIdentity,
  { registry, learned, repositories }: Wanted,
  inventory: Inventory,
  place: Place,
): Need {
  const subscription = place.subscriptions.get(registry.subscriptionId);
  const ancestors = subscription?.ancestors;
  const found =
    configured.kind === "servicePrincipal"
      ? { ...configured, ...servicePrincipalOf(inventory, configured.clientId) }
      : configured;
  const identity = acrossTenants(found, subscription?.tenantId);
  const tenantId = place.subscriptions.get(workload.subscriptionId)?.tenantId;
  const { principalId } = identity;
  const bystanders = bystandersOf(workload);
  return {
    registryId: registry.id,
    registryName: registry.name,
    learned: [...learned],
    identity,
    repositories: [...repositories],
    ...tenantsOf(identity, { puller: tenantId, registry: subscription?.tenantId }),
    ancestors: ancestors ?? [],
    ...grantsForNeed(inventory.grants, { registryId: registry.id, ancestors, principalId, bystanders }),
    others: [],
  };
}

function bystandersOf({ identities: { systemPrincipalId, user } }: ListedWorkload): readonly Bystander[] {
  const assigned = user.map(({ id: resourceId, principalId, clientId }) => ({ principalId, resourceId, clientId }));
  return [{ principalId: systemPrincipalId }, ...assigned].filter(({ principalId }) => principalId !== "");
}

function noIdentity(id: string): PullIdentity {
  const detail = `${id} names no registry that can be seen`;
  return { kind: "unknown", clientId: "", principalId: missing({ fact: "identity", reason: "notFound", detail }) };
}
