import { AzureError } from "../azure/error.ts";
import type { NamedResource } from "../collect/named-resources.ts";
import type { ListedRegistry } from "../collect/registries.ts";
import { type Collected, type Gap, known, missing } from "../core/collected.ts";
import type { Grant, Puller } from "../core/facts.ts";
import { parseImage } from "../core/image-reference.ts";
import { parentId, parseResourceId, sameId } from "../core/resource-id.ts";
import type { PullerEntry, SubscriptionSlice } from "../core/slice.ts";
import { pullerKindOf } from "../core/subject-word.ts";
import type { ListedWorkload } from "../core/workload.ts";
import { kindNames } from "../core/workload-evidence.ts";
import { clusterEntries } from "./cluster-entries.ts";
import { cutSubscriptions } from "./cut-slices.ts";
import type { Inventory } from "./inventory.ts";
import { pullerSettings } from "./puller-settings.ts";
import type { Runtime } from "./runtime.ts";
import { acrossTenants, tenantsOf } from "./tenants-of.ts";
import { UnclearQuestionError } from "./unclear-question.ts";
import { needsOf, placeOf, workloadEntry } from "./workload-entries.ts";

type Place = Pick<NamedResource, "id" | "subscriptionId">;

/** The workload as a sweep would see it, with one need: the registry that is asked about. */
export function askedEntry(
  inventory: Inventory,
  settings: Runtime["settings"],
  { id, subscriptionId }: Place,
  target: ListedRegistry,
): PullerEntry {
  const [workload] = inventory.workloads.workloads;
  if (workload) return workloadAsked(workload, inventory, target);
  const listed = clusterEntries(inventory, pullerSettings(settings))
    .get(subscriptionId)
    ?.find((one) => sameId(one.id, id));
  if (!listed) throw new Error(`nothing was made of ${id}`);
  return onlyAbout(listed, inventory, target);
}

function workloadAsked(workload: ListedWorkload, inventory: Inventory, target: ListedRegistry): PullerEntry {
  const place = placeOf(inventory);
  const needs = (entry: PullerEntry) =>
    entry.needs.known && entry.needs.value.some(({ registryId }) => sameId(registryId, target.id));
  const entry = workloadEntry(workload, inventory, place);
  if (entry && needs(entry)) return onlyAbout(entry, inventory, target);
  const own = sameId(parentId(workload.id), target.id);
  if (workload.kind === "cacheRule" || (workload.kind === "connectedRegistry" && !own)) {
    const parent = parseResourceId(parentId(workload.id))?.name ?? "its own registry";
    const source = workload.kind === "cacheRule" ? parseImage(workload.images[0] ?? "").host : parent;
    throw new UnclearQuestionError(
      `${kindNames[workload.kind]} "${workload.name}" pulls from ${source} alone, not from ${target.loginServer}`,
    );
  }
  if (workload.parentId !== undefined) {
    const parent = parseResourceId(workload.parentId)?.name ?? workload.parentId;
    throw new UnclearQuestionError(
      `connected registry "${workload.name}" pulls from the connected registry ${parent} alone, not from ${target.loginServer}`,
    );
  }
  if (["webApp", "functionApp", "webAppSlot"].includes(workload.kind) && workload.images.length === 0) {
    throw new UnclearQuestionError(
      `${kindNames[workload.kind]} "${workload.name}" runs no container, so it pulls from no registry`,
    );
  }
  const asked = { registry: target, learned: new Set(["asked"] as const), repositories: new Set<string>() };
  const named = { ...workload, registry: { id: target.id, learned: "asked" as const } };
  const forced = workloadEntry(named, inventory, place);
  if (!forced) throw new Error(`nothing was made of ${workload.id}`);
  return { ...forced, needs: known(needsOf(named, asked, inventory, place)), unresolved: [] };
}

/** A workload that is there and could not be read: who pulls and from where is not known. */
export function unreadEntry(
  { id, name, subscriptionId }: NamedResource,
  inventory: Inventory,
  target: ListedRegistry,
  gap: Gap,
): PullerEntry {
  const kind = pullerKindOf(id);
  if (kind === undefined) throw new Error(`${id} is no workload`);
  const principalId = missing({ ...gap, fact: "identity" });
  const puller: Puller = {
    kind,
    id,
    name,
    subscriptionId,
    identity: { kind: "unknown", clientId: "", principalId, fault: "unclear" },
    declaresNone: false,
    bystanders: [],
  };
  const needs = known([]);
  const vantage = missing({ ...gap, fact: "vantage" });
  const entry = { id, name, puller: known(puller), needs, unresolved: [], hasPullGrant: known(true), vantage };
  return onlyAbout(entry, inventory, target);
}

/** What is left: the needs of the registry, or one that was only asked about. */
function onlyAbout(entry: PullerEntry, inventory: Inventory, target: ListedRegistry): PullerEntry {
  if (!entry.puller.known) return entry;
  const needs = entry.needs.known ? entry.needs.value : [];
  const own = needs.filter(({ registryId }) => sameId(registryId, target.id));
  const place = placeOf(inventory);
  const home = place.subscriptions.get(target.subscriptionId);
  const { identity, subscriptionId } = entry.puller.value;
  const tenants = { puller: place.subscriptions.get(subscriptionId)?.tenantId, registry: home?.tenantId };
  const loggingIn = acrossTenants(identity, home?.tenantId);
  const { principalId } = loggingIn;
  const asked = {
    registryId: target.id,
    registryName: target.name,
    learned: ["asked"] as const,
    ...(loggingIn !== identity && { identity: loggingIn }),
    ...tenantsOf(loggingIn, tenants),
    ancestors: home?.ancestors ?? [],
    grants: principalId,
    unreadGroups: [],
    bystanderGrants: [],
    others: [],
  };
  // Resource Graph is minutes behind: without a grant in hand, Resource Manager is asked
  const unread = (grants: Collected<unknown>): Collected<readonly Grant[]> =>
    grants.known || principalId.known ? known([]) : grants;
  const left = (own.length > 0 ? own : [asked]).map((need) => ({ ...need, grants: unread(need.grants) }));
  return { ...entry, needs: known(left), unresolved: [] };
}

/** The slice that the workload would be in. */
export function sliceAround(
  inventory: Inventory,
  settings: Runtime["settings"],
  { id, subscriptionId }: Place,
): SubscriptionSlice {
  const slice = cutSubscriptions(inventory, pullerSettings(settings)).find((one) => one.id === subscriptionId);
  if (!slice) throw new AzureError("notFound", `read ${id}`, "its subscription is not visible");
  return slice;
}
