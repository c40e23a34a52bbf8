import type { Connection } from "../azure/connection.ts";
import { AzureError } from "../azure/error.ts";
import { createMeter } from "../azure/meter.ts";
import type { QueryScope } from "../azure/resource-graph.ts";
import { type ClusterInventory, clusters } from "../collect/clusters.ts";
import { collect } from "../collect/collector.ts";
import type { Directory } from "../collect/directory.ts";
import { roleGuid, withRole } from "../collect/grants.ts";
import { grantsOfPrincipals } from "../collect/grants-of-principals.ts";
import { isResourceText, type NamedResource, namedResources } from "../collect/named-resources.ts";
import { principal } from "../collect/principal.ts";
import type { ListedRegistry } from "../collect/registries.ts";
import { registry } from "../collect/registry.ts";
import { role } from "../collect/roles.ts";
import { scaleSets } from "../collect/scale-sets.ts";
import { type SubscriptionInventory, subscriptions } from "../collect/subscriptions.ts";
import { canPull, type PullAnswer, type PullQuestion } from "../core/can-pull.ts";
import { type Collected, known } from "../core/collected.ts";
import type { Grant, PullerFacts, Registry, RegistryNeed } from "../core/facts.ts";
import { parseImage } from "../core/image-reference.ts";
import { lacksGrant } from "../core/lacks-grant.ts";
import { isRestricted } from "../core/reachability.ts";
import { parseResourceId, sameId } from "../core/resource-id.ts";
import { scopeLevel } from "../core/scope.ts";
import type { PullerEntry, SubscriptionSlice } from "../core/slice.ts";
import { identityFor, type ListedWorkload } from "../core/workload.ts";
import { kindNames } from "../core/workload-evidence.ts";
import { cutSlices } from "./cut-slices.ts";
import { canPullInSomeMode, type GrantIndex, indexGrants } from "./grant-index.ts";
import type { Inventory } from "./inventory.ts";
import { bareInventory, noDirectory } from "./inventory.ts";
import { mapBounded } from "./map-bounded.ts";
import { type NetworkInventory, noNetworks, readNetworks } from "./network-inventory.ts";
import { networkCutter } from "./network-of-slice.ts";
import { notCountedGrants } from "./not-counted-grants.ts";
import { pullerReads, pullerSnapshot } from "./puller-snapshot.ts";
import { childTypes, readChildren } from "./registry-children.ts";
import type { Runtime } from "./runtime.ts";
import { scopeOf } from "./scope-of.ts";
import { needOf, placeOf, workloadEntry } from "./workload-entries.ts";
import { noWorkloads, type Workloads, workloadCollectors } from "./workloads.ts";

export interface PullRequest {
  /** The workload: its resource id or its name. */
  readonly from: string;
  /** The registry: its resource id, its name or its login server. */
  readonly registry: string;
  readonly repository?: string | undefined;
}

/** What was asked about cannot be told apart, or is not there for this identity. The asker can put that right. */
export class UnclearQuestionError extends Error {
  override readonly name = "UnclearQuestionError";
}

const clusterType = "microsoft.containerservice/managedclusters";
const registryType = "microsoft.containerregistry/registries";

/**
 * Answers one question from fresh facts: what decides the answer is asked of Resource Manager, in a handful of requests
 * and not a sweep. Keeps nothing.
 */
export async function answerCanPull(runtime: Runtime, request: PullRequest): Promise<PullAnswer> {
  const connection = runtime.connect(createMeter());
  const found = await subscriptions.read(connection, scopeOf(runtime.settings));
  const scope = { subscriptions: found.subscriptions.map(({ id }) => id) };
  if (scope.subscriptions.length === 0) {
    throw new AzureError("forbidden", "can-pull", "the identity can read no subscription");
  }
  const { workload, target } = await findBoth(connection, scope, request);
  const repository = request.repository === undefined ? undefined : repositoryOf(request.repository, target);
  const pair = await readPair(runtime, connection, found, workload, target);
  const question: PullQuestion = {
    ...pair,
    now: runtime.now(),
    ...(repository !== undefined && { repository }),
  };
  const answer = canPull(question);
  if (!lacksGrant(answer)) return answer;
  return canPull({ ...question, notCounted: await notCountedGrants(connection, question) });
}

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests */
const repositoryName = /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*)*$/;

/** `shop/cart` of `shop/cart:1.4`, of `/shop/cart`, of `contoso.azurecr.io/shop/cart` and of itself. */
function repositoryOf(text: string, { loginServer }: NamedResource): string {
  const reference = text.trim().replace(/^https?:\/\/|^\/+/i, "");
  const { host, repository } = parseImage(reference);
  if (/^[^/]*[.:][^/]*\//.test(reference) && !sameId(host, loginServer))
    throw new UnclearQuestionError(
      `${JSON.stringify(text)} names ${host}, and the question is about ${loginServer}; name the repository alone or with ${loginServer}/`,
    );
  if (repository.length > 255 || !repositoryName.test(repository))
    throw new UnclearQuestionError(
      `${JSON.stringify(text)} is no repository; one is named like shop/cart, without wildcards`,
    );
  return repository;
}

async function findBoth(connection: Connection, scope: QueryScope, request: PullRequest) {
  const types = [clusterType, registryType, ...workloadCollectors.flatMap((one) => one.types)];
  const from = withoutEnds(request.from);
  const wanted = withoutEnds(request.registry);
  const server = wanted.replace(/^https?:\/\//i, "");
  const odd = [from, server].find((text) => !isResourceText(text));
  if (odd !== undefined) throw new UnclearQuestionError(`${JSON.stringify(odd)} is no name, id or login server`);
  const child = childOf(from);
  const [, short] = /^[^/]+\/([^/]+)$/.exec(from) ?? [];
  const texts = child ? [server] : [from, server, ...(short === undefined ? [] : [short])];
  const listed = await namedResources.read(connection, { scope, texts, types });
  const names = (text: string) => (one: NamedResource) =>
    [one.id, one.name, one.loginServer, nameUnderParent(one)].some((name) => name !== "" && sameId(name, text));
  const registries = listed.filter(({ type }) => type === registryType);
  const target = only(registries.filter(names(server)), "registry", wanted);
  const others = listed.filter(({ type }) => type !== registryType);
  const workload = child ?? only(others.filter(names(from)), "workload", from);
  return { workload, target };
}

function withoutEnds(text: string): string {
  return text.trim().replace(/\/+$/, "");
}

/** `portal/next` of a slot and `contoso/build` of a task, as answers name them; Resource Graph may leave out the parent. */
function nameUnderParent({ id }: NamedResource): string {
  const [, ...names] = /\/(?:sites|registries)\/([^/]+)\/(?:slots|tasks)\/([^/]+)$/i.exec(id) ?? [];
  return names.join("/");
}

/** A cache rule or a connected registry by its id: Resource Graph does not have them. */
function childOf(from: string): NamedResource | undefined {
  const place = parseResourceId(from);
  if (place === undefined || !childTypes.includes(place.type)) return undefined;
  return { id: from, name: place.name, type: place.type, subscriptionId: place.subscriptionId, loginServer: "" };
}

function only(found: readonly NamedResource[], what: string, text: string): NamedResource {
  const [first, second] = found;
  if (first === undefined) {
    throw noneCalled(what, text);
  }
  if (second === undefined) return first;
  const ids = found.map(({ id }) => id).join("\n  ");
  throw new UnclearQuestionError(`"${text}" is the name of more than one ${what}; say which by its id:\n  ${ids}`);
}

function noneCalled(what: string, text: string): UnclearQuestionError {
  return new UnclearQuestionError(
    `there is no ${what} "${text}" in the subscriptions that this identity can read; check the name, or the identity's access`,
  );
}

type Pair = Omit<PullQuestion, "now" | "repository">;

async function readPair(
  { settings }: Runtime,
  connection: Connection,
  found: SubscriptionInventory,
  workload: NamedResource,
  target: NamedResource,
): Promise<Pair> {
  const details = await collect(registry, connection, target.id);
  const listed: ListedRegistry = {
    ...target,
    ...(details.known && details.value.roleAssignmentMode && { roleAssignmentMode: details.value.roleAssignmentMode }),
  };
  const base: Inventory = {
    ...bareInventory([listed]),
    subscriptions: found,
    network: await networksFor(connection, details),
  };
  const one = await readWorkload(connection, workload, listed);
  const scope = { subscriptions: found.subscriptions.map(({ id }) => id) };
  const inventory: Inventory = {
    ...base,
    clusters: known(one.clusters),
    workloads: one.workloads,
    directory: one.clientId === undefined ? base.directory : await directoryOf(connection, one.clientId),
  };
  const draft = entryOf(inventory, settings, workload, listed);
  if (!draft.puller.known)
    throw new AzureError(draft.puller.gap.reason, `read ${workload.id}`, draft.puller.gap.detail);
  const puller = draft.puller.value;
  const index = await grantsOf(
    connection,
    scope,
    idsOf(
      draft,
      puller.bystanders.map(({ principalId }) => principalId),
    ),
  );
  const entry = entryOf({ ...inventory, grants: known(index) }, settings, workload, listed);
  const slice = sliceOf(inventory, settings, workload, entry, listed);
  const { facts } = await pullerSnapshot(entry, slice.id, pullerReads(slice, connection));
  const [need] = facts.needs.known ? facts.needs.value : [];
  if (!facts.puller.known || need === undefined) {
    const gap = facts.puller.known ? (facts.needs.known ? undefined : facts.needs.gap) : facts.puller.gap;
    throw new AzureError(gap?.reason ?? "malformed", `read ${workload.id}`, gap?.detail ?? "nothing was read of it");
  }
  return {
    puller: facts.puller.value,
    need,
    vantage: facts.vantage,
    elsewhere: elsewhereOf(index, need, puller, target),
  };
}

/** The networks of a tenant are many; those of a registry that everybody reaches do not matter. */
async function networksFor(connection: Connection, details: Collected<Registry>): Promise<NetworkInventory> {
  const settings = details.known ? details.value.network : details;
  if (settings.known && !isRestricted(settings.value) && settings.value.connections.length === 0) return noNetworks;
  return readNetworks(connection);
}

interface ReadWorkload {
  readonly clusters: ClusterInventory;
  readonly workloads: Workloads;
  /** The service principal that it logs in as, if it does. */
  readonly clientId?: string | undefined;
}

/** The workload by the collector of its kind, asked of its own subscription alone. */
async function readWorkload(
  connection: Connection,
  { id, type, subscriptionId }: NamedResource,
  target: ListedRegistry,
): Promise<ReadWorkload> {
  const scope = { subscriptions: [subscriptionId] };
  const noClusters = { clusters: [], malformed: [] };
  const own = (one: { readonly id: string }) => sameId(one.id, id);
  if (type === clusterType) {
    const all = await clusters.read(connection, scope);
    const listed = all.clusters.filter(own);
    const clientId = listed[0]?.servicePrincipalClientId;
    return {
      clusters: { clusters: listed, malformed: all.malformed.filter(own) },
      workloads: { ...noWorkloads, nodePools: await collect(scaleSets, connection, scope) },
      ...(clientId !== undefined && clientId !== "" && !/^msi$/i.test(clientId) && { clientId }),
    };
  }
  if (childTypes.includes(type)) {
    const parent = await collect(registry, connection, parentOf(id));
    if (!parent.known && parent.gap.reason === "notFound") throw noneCalled("workload", id);
    if (!parent.known) throw new AzureError(parent.gap.reason, `read ${id}`, parent.gap.detail);
    const { workloads, cacheRules, gaps } = await readChildren(connection, parent.value);
    const [gap] = cacheRules.known ? gaps : [cacheRules.gap, ...gaps];
    const listed = workloads.filter(own);
    if (listed.length === 0)
      throw gap ? new AzureError(gap.reason, `read ${id}`, gap.detail) : noneCalled("workload", id);
    return { clusters: noClusters, workloads: { ...noWorkloads, workloads: listed } };
  }
  const found = workloadCollectors.find(({ types }) => types.includes(type));
  if (!found) throw new AzureError("malformed", `read ${id}`, `${type} is no kind of workload that is known here`);
  const all = await found.collector.read(connection, scope);
  const listed = all.workloads.filter(own);
  const identity = listed[0] && identityFor(listed[0], target);
  return {
    clusters: noClusters,
    workloads: { ...noWorkloads, workloads: listed, malformed: all.malformed.filter(own) },
    ...(identity?.kind === "servicePrincipal" && { clientId: identity.clientId }),
  };
}

/** `/…/registries/contoso` of `/…/registries/contoso/tasks/build`. */
function parentOf(id: string): string {
  return id.replace(/\/[^/]+\/[^/]+$/, "");
}

/** A directory that holds one service principal. */
async function directoryOf(connection: Connection, clientId: string): Promise<Collected<Directory>> {
  const found = await collect(principal, connection, clientId);
  if (!found.known) return found;
  if (found.value === null) return noDirectory;
  const { application, ...entry } = found.value;
  const { id, appId } = entry.principal;
  return known({
    servicePrincipals: new Map([[id.toLowerCase(), entry]]),
    objectIds: new Map([[appId.toLowerCase(), id]]),
    applications: new Map(application ? [[appId.toLowerCase(), { id: "", credentials: application }]] : []),
  });
}

/** The workload as a sweep would see it, with one need: the registry that is asked about. */
function entryOf(
  inventory: Inventory,
  settings: Runtime["settings"],
  { id, subscriptionId }: NamedResource,
  target: ListedRegistry,
): PullerEntry {
  const [workload] = inventory.workloads.workloads;
  const entry = workload ? workloadAsked(workload, inventory, target) : undefined;
  if (entry) return entry;
  const listed = cut(inventory, settings, id, subscriptionId).pullers.find((one) => sameId(one.id, id));
  if (!listed) throw new AzureError("notFound", `read ${id}`, "Resource Graph shows it no more");
  return onlyAbout(listed, inventory, target);
}

function workloadAsked(
  workload: ListedWorkload,
  inventory: Inventory,
  target: ListedRegistry,
): PullerEntry | undefined {
  const place = placeOf(inventory);
  const needs = (entry: PullerEntry) =>
    entry.needs.known && entry.needs.value.some(({ registryId }) => sameId(registryId, target.id));
  const entry = workloadEntry(workload, inventory, place);
  if (entry && needs(entry)) return onlyAbout(entry, inventory, target);
  const own = sameId(parentOf(workload.id), target.id);
  if (workload.kind === "cacheRule" || (workload.kind === "connectedRegistry" && !own)) {
    const parent = parseResourceId(parentOf(workload.id))?.name ?? "its own registry";
    const source = workload.kind === "cacheRule" ? parseImage(workload.images[0] ?? "").host : parent;
    throw new UnclearQuestionError(
      `${kindNames[workload.kind]} "${workload.name}" pulls from ${source} alone, not from ${target.loginServer}`,
    );
  }
  const asked = { registry: target, learned: new Set(["asked"] as const), repositories: new Set<string>() };
  // what a task may do in its own registry, and how it logs in there, says nothing of others; it may not log in at all
  const elsewhere = workload.kind === "acrTask" && (!own || workload.registry === undefined);
  const logins = elsewhere ? workload.logins.filter(({ server }) => server !== "") : workload.logins;
  const named = { ...workload, logins, registry: { id: target.id, learned: "asked" as const } };
  const forced = workloadEntry(named, inventory, place);
  return forced && { ...forced, needs: known([needOf(named, asked, inventory, place)]), unresolved: [] };
}

/** One need is left: the one for the registry, or one that was only asked about. */
function onlyAbout(entry: PullerEntry, inventory: Inventory, target: ListedRegistry): PullerEntry {
  if (!entry.puller.known) return entry;
  const { principalId } = entry.puller.value.identity;
  const needs = entry.needs.known ? entry.needs.value : [];
  const own = needs.find(({ registryId }) => sameId(registryId, target.id));
  const place = placeOf(inventory);
  const home = place.subscriptions.get(target.subscriptionId);
  const tenantId = place.subscriptions.get(entry.puller.value.subscriptionId)?.tenantId;
  const asked = own ?? {
    registryId: target.id,
    registryName: target.name,
    learned: ["asked"] as const,
    ...(entry.puller.value.identity.kind === "managedIdentity" &&
      tenantId !== undefined &&
      home && { tenants: { principal: tenantId, registry: home.tenantId } }),
    ancestors: home?.ancestors ?? [],
    grants: principalId,
    unreadGroups: [],
    bystanderGrants: [],
    others: [],
  };
  // Resource Graph is minutes behind: without a grant in hand, Resource Manager is asked
  const grants = asked.grants.known || principalId.known ? known([]) : asked.grants;
  return { ...entry, needs: known([{ ...asked, grants: grants as Collected<readonly Grant[]> }]), unresolved: [] };
}

function idsOf({ puller, needs }: PullerEntry, bystanders: readonly string[]): readonly string[] {
  const identities = [
    ...(puller.known ? [puller.value.identity] : []),
    ...(needs.known ? needs.value.flatMap(({ identity }) => identity ?? []) : []),
  ];
  return [
    ...new Set([
      ...identities.flatMap(({ principalId }) => (principalId.known ? [principalId.value] : [])),
      ...bystanders,
    ]),
  ];
}

/** What the pulling identity and the workload's others were granted anywhere, for what else may be meant. */
async function grantsOf(
  connection: Connection,
  scope: QueryScope,
  principalIds: readonly string[],
): Promise<GrantIndex> {
  const listed = await collect(grantsOfPrincipals, connection, { scope, principalIds });
  const assignments = listed.known ? listed.value : [];
  const ids = new Map(assignments.map(({ roleDefinitionId }) => [roleGuid(roleDefinitionId), roleDefinitionId]));
  const roles = await mapBounded(
    [...ids],
    4,
    async ([guid, id]) => [guid, await collect(role, connection, id)] as const,
  );
  return indexGrants(
    assignments.map((grant) => withRole(grant, new Map(roles))),
    new Map(),
  );
}

/** The slice that the workload would be in, with nothing else. */
function sliceOf(
  inventory: Inventory,
  settings: Runtime["settings"],
  { id, subscriptionId }: NamedResource,
  entry: PullerEntry,
  target: ListedRegistry,
): SubscriptionSlice {
  const network = networkCutter(inventory.network)({ registries: [target], vantages: [entry.vantage] });
  return { ...cut(inventory, settings, id, subscriptionId), registries: [], pullers: [entry], network };
}

function cut(
  inventory: Inventory,
  settings: Runtime["settings"],
  id: string,
  subscriptionId: string,
): SubscriptionSlice {
  const slices = cutSlices(inventory, {
    clusterRegistries: settings.ACRAUDIT_CLUSTER_REGISTRIES ?? {},
    expectedScopes: settings.ACRAUDIT_EXPECTED_SCOPES ?? [],
  });
  const slice = slices.find((one) => one.kind === "subscription" && one.id === subscriptionId);
  if (slice?.kind !== "subscription") throw new AzureError("notFound", `read ${id}`, "its subscription is not visible");
  return slice;
}

/** Registries that the pulling identity was granted themselves; wider grants say nothing of what was meant. */
function elsewhereOf(
  index: GrantIndex,
  need: RegistryNeed,
  puller: PullerFacts["puller"],
  target: NamedResource,
): NonNullable<PullQuestion["elsewhere"]> {
  const { principalId } = need.identity ?? puller.identity;
  if (!principalId.known) return [];
  return index
    .of(principalId.value)
    .filter((grant) => scopeLevel(grant.scope) === "resource" && canPullInSomeMode(grant))
    .flatMap((grant) => {
      const place = parseResourceId(grant.scope);
      const other = place?.type === registryType && !sameId(grant.scope, target.id);
      return other ? [{ registry: place.name, grantId: grant.id }] : [];
    });
}
