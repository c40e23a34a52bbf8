import { type Collected, known, missing } from "../src/core/collected.ts";
import type { Puller, PullIdentity, RegistryNeed, Snapshot } from "../src/core/facts.ts";
import { grant, need, principalId, puller, pullerSnapshot, registry, subscriptionScope } from "./facts.ts";

export const appId = `${subscriptionScope}/resourceGroups/rg-apps/providers/Microsoft.App/containerApps/orders`;
export const taskId = `${registry().id}/tasks/build`;
export const siteId = `${subscriptionScope}/resourceGroups/rg-apps/providers/Microsoft.Web/sites/portal`;

/** An identity of a workload that was granted the registry. */
export function managed(changes: Partial<PullIdentity> = {}): PullIdentity {
  return { kind: "managedIdentity", clientId: "c", principalId: known(principalId), ...changes };
}

export function nobody(kind: PullIdentity["kind"], changes: Partial<PullIdentity> = {}): PullIdentity {
  const principal: Collected<string> = missing({ fact: "identity", reason: "notFound", detail: "logs in as nobody" });
  return { kind, clientId: "", principalId: principal, ...changes };
}

/** A container app that can pull, unless said otherwise. */
export function workload(changes: Partial<Puller> = {}): Puller {
  return puller({ kind: "containerApp", id: appId, name: "orders", identity: managed(), bystanders: [], ...changes });
}

export function workloadNeed(changes: Partial<RegistryNeed> = {}): RegistryNeed {
  return need({
    learned: ["image"],
    identity: managed(),
    repositories: ["shop/orders"],
    grants: known([grant({ principalId })]),
    ...changes,
  });
}

export function workloadSnapshot(
  changes: Partial<Puller> = {},
  needs: readonly RegistryNeed[] = [workloadNeed()],
): Snapshot<"puller"> {
  const one = workload(changes);
  const snapshot = pullerSnapshot({ puller: one, needs });
  return { ...snapshot, subject: { ...snapshot.subject, id: one.id, name: one.name } };
}
