import type { ListedRegistry } from "../collect/registries.ts";
import { type Collected, type Gap, known, missing } from "../core/collected.ts";
import type { ArmConsumer, Grant, Learned, Puller, PullIdentity, UnknownHost } from "../core/facts.ts";
import { isLoginServer, nearestLoginServer, parseImage } from "../core/image-reference.ts";
import { parseResourceId } from "../core/resource-id.ts";
import { covers } from "../core/scope.ts";
import type { PullerEntry } from "../core/slice.ts";
import { asksArmToken, identityFor, type ListedWorkload } from "../core/workload.ts";
import type { Inventory } from "./inventory.ts";
import { servicePrincipalOf } from "./service-principal.ts";
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
  const broken = malformed.map(({ id, detail }) => {
    const parts = parseResourceId(id);
    const gap = missing({ fact: "puller", reason: "malformed", detail: `${id}: ${detail}` });
    const entry = { id, name: parts?.name ?? id, puller: gap, needs: gap, hasPullGrant: gap, vantage: gap };
    return [parts?.subscriptionId ?? "", { ...entry, unresolved: [] }] as const;
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
  const detail = "not every registry of the tenant can be seen";
  const [broken] = registries.known ? registries.value.malformed : [];
  const [hidden] = subscriptions.gaps;
  return {
    byServer: new Map(listed.map((registry) => [registry.loginServer.toLowerCase(), registry])),
    byId: new Map(listed.map((registry) => [registry.id.toLowerCase(), registry])),
    subscriptions: new Map(subscriptions.subscriptions.map((one) => [one.id, one])),
    whole: !registries.known
      ? registries
      : broken
        ? missing({ fact: "registries", reason: "malformed", detail: `${detail}: ${broken.id}: ${broken.detail}` })
        : hidden
          ? missing({ ...hidden, detail: `${detail}: ${hidden.detail}` })
          : known(true),
  };
}

/** One workload as a subject; undefined when it pulls from no registry of Azure. */
export function workloadEntry(workload: ListedWorkload, inventory: Inventory, place: Place): PullerEntry | undefined {
  const { id, name, kind, subscriptionId } = workload;
  const wanted = wantedRegistries(workload, place);
  const unknownHosts = hostsWithoutRegistry(workload, place);
  const elsewhere = workload.registry && !place.byId.has(workload.registry.id.toLowerCase()) ? [workload.registry] : [];
  const passwords = workload.literalPasswords ?? []; // wrong wherever they lead
  if ([wanted.size, unknownHosts.length, elsewhere.length, passwords.length].every((count) => count === 0))
    return undefined;

  const needs = [...wanted.values()].map((one) => needOf(workload, one, inventory, place));
  const identity = needs[0]?.identity ?? noIdentity(id);
  const puller: Puller = {
    kind,
    id,
    name,
    subscriptionId,
    identity,
    declaresNone: false,
    bystanders: [],
    ...(workload.literalPasswords && { literalPasswords: workload.literalPasswords }),
    unknownHosts: unknownHosts.length > 0 && !place.whole.known ? place.whole : known(unknownHosts),
  };
  return {
    id,
    name,
    puller: known(puller),
    needs: inventory.grants.known ? known(needs) : inventory.grants,
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
  const own = named && place.byId.get(named.id.toLowerCase());
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

export function needOf(workload: ListedWorkload, wanted: Wanted, inventory: Inventory, place: Place): Need {
  const { grants, directory, subscriptions } = inventory;
  const { registry, learned, repositories } = wanted;
  const configured = identityFor(workload, registry);
  const identity: PullIdentity =
    configured.kind === "servicePrincipal"
      ? { ...configured, ...servicePrincipalOf(directory, configured.clientId, subscriptions.subscriptions) }
      : configured;
  const subscription = place.subscriptions.get(registry.subscriptionId);
  const ancestors = subscription?.ancestors ?? [];
  const inScope = (grant: Grant) => covers(grant.scope, registry.id, ancestors);
  const tenantId = place.subscriptions.get(workload.subscriptionId)?.tenantId;
  const { principalId } = identity;
  return {
    registryId: registry.id,
    registryName: registry.name,
    learned: [...learned],
    identity,
    repositories: [...repositories],
    ...(identity.kind === "managedIdentity" &&
      tenantId !== undefined &&
      subscription && { tenants: { principal: tenantId, registry: subscription.tenantId } }),
    ancestors,
    grants: !grants.known
      ? grants
      : principalId.known
        ? known(grants.value.of(principalId.value).filter(inScope))
        : principalId,
    unreadGroups: grants.known ? grants.value.unreadGroups.filter(inScope) : [],
    bystanderGrants: [],
    others: [],
  };
}

function noIdentity(id: string): PullIdentity {
  const detail = `${id} names no registry that can be seen`;
  return { kind: "unknown", clientId: "", principalId: missing({ fact: "identity", reason: "notFound", detail }) };
}

/**
 * Pullers that log in to registries with tokens made for Azure Resource Manager, by the registry's lower-cased id. A gap
 * where one of them may pull from any registry, as far as can be seen: whom a registry would cut off is then not known.
 */
export function armConsumersOf(
  entries: readonly PullerEntry[],
): Collected<ReadonlyMap<string, readonly ArmConsumer[]>> {
  const [gap] = entries.flatMap(hiddenConsumer);
  if (gap) return missing(gap);
  const consumers = entries.flatMap(({ puller, needs }) => {
    if (!puller.known || !needs.known) return [];
    const { id, name, kind } = puller.value;
    return needs.value
      .filter(
        ({ identity = puller.value.identity }) => identity.kind === "managedIdentity" && asksArmToken(puller.value),
      )
      .map(({ registryId }) => ({ registryId: registryId.toLowerCase(), consumer: { id, name, kind } }));
  });
  const groups = Map.groupBy(consumers, ({ registryId }) => registryId);
  return known(new Map([...groups].map(([id, group]) => [id, group.map(({ consumer }) => consumer)])));
}

/** Of a cluster that cannot be read only the node images matter, which are old in very few. */
function hiddenConsumer({ id, puller, needs }: PullerEntry): Gap[] {
  if (!puller.known)
    return parseResourceId(id)?.type === "microsoft.containerservice/managedclusters" ? [] : [puller.gap];
  return !needs.known && asksArmToken(puller.value) ? [needs.gap] : [];
}
