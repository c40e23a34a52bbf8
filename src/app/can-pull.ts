import type { Connection } from "../azure/connection.ts";
import { AzureError } from "../azure/error.ts";
import { createMeter } from "../azure/meter.ts";
import type { QueryScope } from "../azure/resource-graph.ts";
import { collect } from "../collect/collector.ts";
import type { Directory } from "../collect/directory.ts";
import { grantsOfPrincipals } from "../collect/grants-of-principals.ts";
import { homeTenant } from "../collect/home-tenant.ts";
import type { NamedResource } from "../collect/named-resources.ts";
import { principal } from "../collect/principal.ts";
import type { ListedRegistry } from "../collect/registries.ts";
import { registry } from "../collect/registry.ts";
import { role } from "../collect/roles.ts";
import { type SubscriptionInventory, subscriptions } from "../collect/subscriptions.ts";
import { canPull, type PullAnswer, type PullQuestion } from "../core/can-pull.ts";
import { type Collected, known } from "../core/collected.ts";
import type { PullerFacts, Registry, RegistryNeed } from "../core/facts.ts";
import { parseImage } from "../core/image-reference.ts";
import { lacksGrant } from "../core/lacks-grant.ts";
import { isRestricted } from "../core/reachability.ts";
import { parseResourceId, registryType, sameId } from "../core/resource-id.ts";
import type { PullerEntry, SubscriptionSlice } from "../core/slice.ts";
import { worstAnswer } from "../core/worst-answer.ts";
import { askedEntry, sliceAround, unreadEntry } from "./asked-entry.ts";
import { type AskedWorkload, readAsked } from "./asked-workload.ts";
import { findAsked, type PullRequest } from "./find-asked.ts";
import { canPullInSomeMode, type GrantIndex, indexGrants } from "./grant-index.ts";
import type { Inventory } from "./inventory.ts";
import { bareInventory, noDirectory } from "./inventory.ts";
import { mapBounded } from "./map-bounded.ts";
import { type NetworkInventory, noNetworks, readNetworks } from "./network-inventory.ts";
import { networkCutter } from "./network-of-slice.ts";
import { notCountedGrants } from "./not-counted-grants.ts";
import { pullerReads } from "./puller-reads.ts";
import { pullerSnapshot } from "./puller-snapshot.ts";
import { remember } from "./remember.ts";
import type { Runtime } from "./runtime.ts";
import { scopeOf } from "./scope-of.ts";
import { UnclearQuestionError } from "./unclear-question.ts";
import { withConfirmedBystanders } from "./with-confirmed-bystanders.ts";
import { withRoles } from "./with-roles.ts";
import { noWorkloads } from "./workloads.ts";

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
  const { workload, target } = await findAsked(connection, scope, request);
  const repository = request.repository === undefined ? undefined : repositoryOf(request.repository, target);
  const { pairs, behind } = await readPairs(runtime, connection, found, workload, target);
  const asked = pairsAbout(repository, pairs).map((pair) => {
    const question = { ...pair, now: runtime.now(), ...(repository !== undefined && { repository }) };
    return { question, ...canPull(question) };
  });
  const worst = worstAnswer(asked);
  if (worst === undefined) throw new Error(`nothing was read of ${workload.id}`);
  const { question: read, ...answer } = worst;
  const question = answer.answer === "allow" ? read : await withConfirmedBystanders(connection, read);
  const whole = canPull(
    lacksGrant(answer) ? { ...question, notCounted: await notCountedGrants(connection, question) } : question,
  );
  return { ...whole, notChecked: [...whole.notChecked, ...behind] };
}

/** Of containers that log in in different ways, those that are known to pull the repository, where some are. */
function pairsAbout(repository: string | undefined, pairs: readonly Pair[]): readonly Pair[] {
  const named = pairs.filter(({ need }) => repository !== undefined && need.repositories?.includes(repository));
  return named.length > 0 ? named : pairs;
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

type Pair = Omit<PullQuestion, "now" | "repository">;

interface ReadPairs {
  /** The workload and the registry: once, or for each way in which its containers log in. */
  readonly pairs: readonly Pair[];
  /** What of it Resource Graph alone showed, in words. */
  readonly behind: readonly string[];
}

async function readPairs(
  { settings }: Runtime,
  connection: Connection,
  found: SubscriptionInventory,
  workload: NamedResource,
  target: NamedResource,
): Promise<ReadPairs> {
  const details = await collect(registry, connection, target.id);
  const listed: ListedRegistry = {
    ...target,
    ...(details.known && details.value.roleAssignmentMode && { roleAssignmentMode: details.value.roleAssignmentMode }),
  };
  const read = await readAsked(connection, workload, listed);
  const { clusters, workloads, clientIds } = read.known ? read.value : nothingRead;
  const network = await networksFor(connection, details, clusters);
  const scope = { subscriptions: found.subscriptions.map(({ id }) => id) };
  const inventory: Inventory = {
    ...bareInventory([listed]),
    subscriptions: found,
    network,
    clusters: known({ clusters, malformed: [] }),
    workloads,
    ...(clientIds.length > 0 && {
      homeTenantId: await homeTenant.read(connection, undefined),
      directory: await directoryOf(connection, clientIds),
    }),
  };
  const entryIn = (all: Inventory) =>
    read.known ? askedEntry(all, settings, workload, listed) : unreadEntry(workload, all, listed, read.gap);
  const draft = entryIn(inventory);
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
  const entry = index.known ? entryIn({ ...inventory, grants: index }) : draft;
  const slice = sliceOf(inventory, settings, workload, entry, listed);
  const { facts } = await pullerSnapshot(entry, slice.id, pullerReads(slice, connection));
  const needs = facts.needs.known ? facts.needs.value : [];
  if (!facts.puller.known || needs.length === 0) {
    const [gap] = [facts.puller, facts.needs].flatMap((one) => (one.known ? [] : [one.gap]));
    throw new AzureError(gap?.reason ?? "malformed", `read ${workload.id}`, gap?.detail ?? "nothing was read of it");
  }
  const pair = { puller: facts.puller.value, vantage: facts.vantage };
  return {
    pairs: needs.map((need) => ({ ...pair, need, elsewhere: elsewhereOf(index, need, puller, target) })),
    behind: network === noNetworks ? [] : [shownLate],
  };
}

const nothingRead: AskedWorkload = { clusters: [], workloads: noWorkloads, clientIds: [] };

/** What a pipeline may have changed just before it asked, and Resource Manager was not asked of. */
const shownLate =
  "what changed in the last minutes in virtual networks, public addresses, private endpoints, private zones, their links and replicas: Resource Graph shows them, and is behind";

/**
 * The networks of a tenant are many; those of a registry that everybody reaches do not matter, but to a cluster whose
 * subnets alone say whether it has a way out.
 */
async function networksFor(
  connection: Connection,
  details: Collected<Registry>,
  clusters: AskedWorkload["clusters"],
): Promise<NetworkInventory> {
  const settings = details.known ? details.value.network : details;
  const open = settings.known && !isRestricted(settings.value) && settings.value.connections.length === 0;
  const leaves = clusters.every(({ network }) => !["none", "block"].includes(network.outboundType.toLowerCase()));
  return open && leaves ? noNetworks : readNetworks(connection);
}

/** A directory that holds some service principals; nobody in it where the directory does not know them. */
async function directoryOf(connection: Connection, clientIds: readonly string[]): Promise<Collected<Directory>> {
  const found = await mapBounded([...new Set(clientIds)], 4, (clientId) => collect(principal, connection, clientId));
  const unread = found.find((one) => !one.known);
  if (unread?.known === false) return unread;
  const entries = found.flatMap((one) => (one.known && one.value !== null ? [one.value] : []));
  const [first] = entries;
  if (first === undefined) return noDirectory;
  return known({
    servicePrincipals: new Map(entries.map((entry) => [entry.principal.id.toLowerCase(), known(entry)])),
    objectIds: new Map(entries.map(({ principal: { id, appId } }) => [appId.toLowerCase(), id])),
    applications: new Map(
      entries.flatMap(({ principal: { appId }, application }) =>
        application ? [[appId.toLowerCase(), application] as const] : [],
      ),
    ),
  });
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
): Promise<Collected<GrantIndex>> {
  const listed = await collect(grantsOfPrincipals, connection, { scope, principalIds });
  if (!listed.known) return listed;
  return known(indexGrants(await withRoles(listed.value, remember(role, connection)), new Map()));
}

/** The slice that the workload would be in, with nothing else. */
function sliceOf(
  inventory: Inventory,
  settings: Runtime["settings"],
  workload: NamedResource,
  entry: PullerEntry,
  target: ListedRegistry,
): SubscriptionSlice {
  const network = networkCutter(inventory.network)({ registries: [target], vantages: [entry.vantage] });
  return { ...sliceAround(inventory, settings, workload), registries: [], pullers: [entry], network };
}

/** Registries that the pulling identity was granted themselves; wider grants say nothing of what was meant. */
function elsewhereOf(
  index: Collected<GrantIndex>,
  need: RegistryNeed,
  puller: PullerFacts["puller"],
  target: NamedResource,
): NonNullable<PullQuestion["elsewhere"]> {
  const { principalId } = need.identity ?? puller.identity;
  if (!index.known) return index;
  if (!principalId.known) return known([]);
  const others = index.value.of(principalId.value).flatMap((grant) => {
    const place = parseResourceId(grant.scope);
    return place?.type === registryType && !sameId(grant.scope, target.id) ? [{ registry: place.name, grant }] : [];
  });
  return known(
    others
      .filter(({ grant }) => canPullInSomeMode(grant))
      .map(({ registry: name, grant }) => ({ registry: name, grantId: grant.id })),
  );
}
