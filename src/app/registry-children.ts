import type { Connection } from "../azure/connection.ts";
import { cacheRules } from "../collect/cache-rules.ts";
import { collect } from "../collect/collector.ts";
import { connectedRegistries, type ListedConnectedRegistry } from "../collect/connected-registries.ts";
import { namedResources } from "../collect/named-resources.ts";
import type { ListedRegistry } from "../collect/registries.ts";
import { type CacheRule, type CredentialSet, isUnhealthy } from "../core/artifact-cache.ts";
import { type Collected, type Gap, known, missing } from "../core/collected.ts";
import type { Registry, VaultLogin } from "../core/facts.ts";
import { isLoginServer, parseImage } from "../core/image-reference.ts";
import { registryType } from "../core/resource-id.ts";
import type { PullerEntry } from "../core/slice.ts";
import type { ListedLogin, ListedWorkload } from "../core/workload.ts";
import { bareInventory } from "./inventory.ts";
import { placeOf, workloadEntry } from "./workload-entries.ts";

/** Resource types of what pulls and is listed by a registry alone. */
export const childTypes: readonly string[] = [
  "microsoft.containerregistry/registries/cacherules",
  "microsoft.containerregistry/registries/connectedregistries",
];

/** What pulls and is listed by a registry alone: its cache rules, from others, and its connected registries, from it. */
export interface RegistryChildren {
  readonly workloads: readonly ListedWorkload[];
  readonly cacheRules: Collected<readonly CacheRule[]>;
  /** Why some of them may be missing here. */
  readonly gaps: readonly Gap[];
}

/** One call for each registry, one more for each Premium one, and one where a cache rule logs in to its upstream. */
export async function readChildren(connection: Connection, registry: Registry): Promise<RegistryChildren> {
  const rules = await collect(cacheRules, connection, registry.id);
  const premium = registry.sku.toLowerCase() === "premium";
  const connected = premium ? await collect(connectedRegistries, connection, registry.id) : known([]);
  return {
    workloads: [
      ...(rules.known ? rules.value.map((rule) => cachingFor(rule, registry)) : []),
      ...(connected.known ? connected.value.map((one) => syncingWith(one, registry)) : []),
    ],
    cacheRules: rules,
    gaps: connected.known ? [] : [connected.gap], // what is wrong with cache rules, rules about the registry say
  };
}

/** The same as subjects of a sweep; those that pull from no registry of Azure are idle. */
export async function childEntries(
  connection: Connection,
  workloads: readonly ListedWorkload[],
  own: readonly Registry[],
): Promise<{ readonly entries: readonly PullerEntry[]; readonly idle: readonly string[] }> {
  const found = await upstreams(connection, workloads, own);
  const inventory = bareInventory([...own, ...(found.known ? found.value : [])]);
  const place = { ...placeOf(inventory), whole: onlyUpstreams };
  const made = workloads.map((workload) => {
    const entry = workloadEntry(workload, inventory, place);
    return { workload, entry: entry && !found.known && lacksUpstream(entry) ? { ...entry, needs: found } : entry };
  });
  return {
    entries: made.flatMap(({ entry }) => entry ?? []),
    idle: made.flatMap(({ workload, entry }) => (entry ? [] : [workload.id.toLowerCase()])),
  };
}

/** It fetches from a registry that was not found: where none could be looked up, that is no sign that it needs none. */
function lacksUpstream({ puller }: PullerEntry): boolean {
  return puller.known && puller.value.unknownHosts?.known === false;
}

const onlyUpstreams = missing({
  fact: "registries",
  reason: "notFound",
  detail: "of the tenant's registries only those that cache rules name were looked up",
});

/** The registries of Azure that are fetched from, of which there are few: most rules fetch from Docker Hub and the like. */
async function upstreams(
  connection: Connection,
  workloads: readonly ListedWorkload[],
  own: readonly Registry[],
): Promise<Collected<readonly ListedRegistry[]>> {
  const seen = new Set(own.map(({ loginServer }) => loginServer.toLowerCase()));
  const hosts = workloads.flatMap(({ images }) => images.map((image) => parseImage(image).host));
  const texts = [...new Set(hosts)].filter((host) => isLoginServer(host) && !seen.has(host));
  if (texts.length === 0) return known([]);
  return collect(namedResources, connection, { scope: {}, texts, types: [registryType] });
}

function cachingFor(rule: CacheRule, registry: Registry): ListedWorkload {
  const { host } = parseImage(rule.upstream);
  return {
    ...sharedBy(registry, rule),
    kind: "cacheRule",
    images: [rule.upstream.endsWith("*") ? `${host}/` : rule.upstream], // of a wildcard no repository can be named
    logins: loginsOf(rule, host),
    standing: { location: registry.location, subnetIds: known([]) },
  };
}

function loginsOf({ credentialSet }: CacheRule, server: string): readonly ListedLogin[] {
  if (credentialSet === undefined) return [];
  const set = credentialSet.known ? credentialSet.value : undefined;
  const unhealthy = set === null || (set !== undefined && isUnhealthy(set));
  return [{ server, as: { kind: "credentialSet", unhealthy, ...(set && { set: vaultLoginOf(set) }) } }];
}

function vaultLoginOf({ name, principalId, vaults }: CredentialSet): VaultLogin {
  return { name, principalId, vaults };
}

function syncingWith(one: ListedConnectedRegistry, registry: Registry): ListedWorkload {
  const detail = `${one.id} stands outside of Azure, where its network cannot be seen`;
  return {
    ...sharedBy(registry, one),
    kind: "connectedRegistry",
    images: [],
    ...(one.active && one.parentId === undefined && { registry: { id: registry.id, learned: "sync" } }),
    ...(one.parentId !== undefined && { parentId: one.parentId }),
    ...(!one.active && { dormant: true }),
    logins: [{ server: "", as: { kind: "token", name: one.syncToken } }],
    standing: { location: "", subnetIds: missing({ fact: "vantage", reason: "notFound", detail }) },
  };
}

function sharedBy(registry: Registry, { id, name }: { readonly id: string; readonly name: string }) {
  return {
    id,
    name: `${registry.name}/${name}`,
    subscriptionId: registry.subscriptionId,
    identities: { systemPrincipalId: "", user: [] },
  };
}
