import { known } from "../core/collected.ts";
import type { Puller, PullIdentity } from "../core/facts.ts";
import type { GrantRow } from "../core/grant-row.ts";
import { type MatrixPuller, pullMatrix } from "../core/pull-matrix.ts";
import type { PullVerdict } from "../core/pull-reason.ts";
import type { PairCounts } from "../core/run.ts";
import type { PullerEntry, Slice, SubscriptionSlice } from "../core/slice.ts";
import type { Inventory } from "./inventory.ts";
import { placedRegistries } from "./placed-registries.ts";

interface GrantMatrix {
  readonly counts: PairCounts;
  /** By the subscription that the workloads are in. */
  readonly rows: ReadonlyMap<string, readonly GrantRow[]>;
}

/** Cells that a run keeps, each workload as many as any other. The counts are of every pair. */
const cellLimit = 10_000;
/** What is granted is kept first: a refusal is what a missing cell means to whoever reads the page. */
const answers: readonly PullVerdict[] = ["allow", "unknown", "deny"];

/**
 * What the grants of the inventory allow every workload on every registry: what could be pulled, not what is needed. Deny
 * assignments and networks are not part of it. Undefined where the inventory does not know enough.
 */
export function grantMatrix(inventory: Inventory, slices: readonly Slice[]): GrantMatrix | undefined {
  const { grants } = inventory;
  if (!grants.known || !inventory.registries.known) return undefined;
  const columns = placedRegistries(inventory);
  const askers = slices.flatMap((slice) =>
    slice.kind === "subscription" ? slice.pullers.flatMap(askerIn(slice)) : [],
  );
  const { counts, at, row } = pullMatrix({
    pullers: askers,
    registries: columns.map((registry) => ({ ...registry, denials: known([]) })),
    heldBy: grants.value.heldBy,
    unreadGroups: grants.value.unreadGroups,
  });

  const rows = new Map<string, GrantRow[]>();
  const cellsOfOne = Math.max(1, Math.floor(cellLimit / askers.length));
  askers.forEach(({ puller, subscriptionId }, index) => {
    const { otherwise, except } = row(index);
    const ordered = answers.flatMap((answer) => except.filter((position) => at(index, position).answer === answer));
    const shown = ordered.slice(0, cellsOfOne);
    const cells = shown.flatMap((position) => {
      const registry = columns[position];
      return registry ? [{ registryId: registry.id, registry: registry.name, ...at(index, position) }] : [];
    });
    const own = rows.get(subscriptionId) ?? [];
    if (own.length === 0) rows.set(subscriptionId, own);
    const { id, name, kind } = puller;
    own.push({ pullerId: id, puller: name, kind, otherwise, cells, omitted: except.length - shown.length });
  });
  return { counts, rows };
}

interface Asker extends MatrixPuller {
  readonly puller: Puller;
  readonly subscriptionId: string;
}

const grantable: readonly PullIdentity["kind"][] = ["managedIdentity", "servicePrincipal"];

/** A workload that logs in as somebody whom grants can name. */
function askerIn({ id: subscriptionId, tenantId }: SubscriptionSlice): (entry: PullerEntry) => readonly Asker[] {
  return ({ id, puller }) => {
    if (!puller.known) return [];
    const { kind, principalId, tenant } = puller.value.identity;
    if (!grantable.includes(kind)) return [];
    const managedIdentity = kind === "managedIdentity";
    const home = managedIdentity ? { id: tenantId, only: true } : tenant;
    const elsewhere = home?.only === false ? "identity-not-known" : "other-tenant";
    const who = { id, principalId, managedIdentity, tenantId: home?.id ?? "", elsewhere } as const;
    return [{ ...who, puller: puller.value, subscriptionId }];
  };
}
