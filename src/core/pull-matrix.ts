import { canPull } from "./can-pull.ts";
import type { Collected } from "./collected.ts";
import type { Denial, Grant, PullerKind, PullIdentity, Registry, Snapshot } from "./facts.ts";
import { decide } from "./permission.ts";
import { meaningOf, type PullReason, type PullVerdict } from "./pull-reason.ts";
import { sameId } from "./resource-id.ts";
import { covers } from "./scope.ts";

/** One workload and one registry that it needs. */
export interface MatrixCell {
  readonly pullerId: string;
  readonly puller: string;
  readonly kind: PullerKind;
  /** Empty where no registry of that name can be seen. */
  readonly registryId: string;
  readonly registry: string;
  readonly login: PullIdentity["kind"];
  readonly answer: PullVerdict;
  readonly reason: PullReason;
  /** Role and deny assignments that the answer rests on, some of many. */
  readonly assignmentIds: readonly string[];
}

const idsShown = 3;

/** What every puller of some snapshots comes to with every registry that it needs. */
export function cellsOf(snapshots: readonly Snapshot[], now: Date): readonly MatrixCell[] {
  return snapshots.flatMap((snapshot) => (isPuller(snapshot) ? cellsOfPuller(snapshot, now) : []));
}

function isPuller(snapshot: Snapshot): snapshot is Snapshot<"puller"> {
  return snapshot.subject.kind === "puller";
}

function cellsOfPuller({ facts: { puller, needs, vantage } }: Snapshot<"puller">, now: Date): readonly MatrixCell[] {
  if (!puller.known || !needs.known) return [];
  return needs.value.map((need): MatrixCell => {
    const { answer, reason, identity, evidence } = canPull({ puller: puller.value, need, vantage, now });
    return {
      pullerId: puller.value.id,
      puller: puller.value.name,
      kind: puller.value.kind,
      registryId: need.registryId,
      registry: need.registryName,
      login: identity.kind,
      answer,
      reason,
      assignmentIds: evidence.assignmentIds.slice(0, idsShown),
    };
  });
}

/** Who may ask in a matrix of everybody and everything. */
export interface MatrixPuller {
  readonly id: string;
  readonly principalId: Collected<string>;
  readonly managedIdentity: boolean;
  /** Empty where it is not known. */
  readonly tenantId: string;
}

export interface MatrixRegistry extends Pick<Registry, "id" | "roleAssignmentMode"> {
  readonly ancestors: readonly string[];
  readonly tenantId: string;
  readonly denials: Collected<readonly Denial[]>;
}

export interface MatrixInput {
  readonly pullers: readonly MatrixPuller[];
  readonly registries: readonly MatrixRegistry[];
  /** Grants to a principal and to the groups that it is known to be in. */
  readonly grantsOf: (principalId: string) => readonly Grant[];
  /** Grants to groups whose members could not be read. */
  readonly unreadGroups: readonly Grant[];
}

export interface PullMatrix {
  readonly counts: Readonly<Record<PullVerdict, number>>;
  /** The answer of one puller and one registry by their positions; whether traffic arrives is not part of it. */
  readonly at: (puller: number, registry: number) => { readonly answer: PullVerdict; readonly reason: PullReason };
  /** The answer for a registry on which nothing was granted to a puller, and the positions of those with another. */
  readonly row: (puller: number) => { readonly otherwise: PullReason; readonly except: readonly number[] };
}

/**
 * What grants allow every puller on every registry.
 *
 * One byte for each pair: five million of them are five megabytes. A pair without a grant in scope costs nothing, and the
 * registries under a scope are looked up once however many grants were made there.
 */
export function pullMatrix(input: MatrixInput): PullMatrix {
  const { pullers, registries } = input;
  const words: PullReason[] = ["no-grant"];
  const codeOf = new Map<PullReason, number>([["no-grant", 0]]);
  const code = (reason: PullReason): number => {
    const known = codeOf.get(reason);
    if (known !== undefined) return known;
    words.push(reason);
    codeOf.set(reason, words.length - 1);
    return words.length - 1;
  };
  const cells = new Uint8Array(pullers.length * registries.length);
  const under = registriesUnder(registries);
  const open = spread(input.unreadGroups, under);

  pullers.forEach((puller, row) => {
    const start = row * registries.length;
    if (!puller.principalId.known) {
      cells.fill(code("identity-not-known"), start, start + registries.length);
      return;
    }
    const answer = answerer(puller, puller.principalId.value);
    const own = spread(input.grantsOf(puller.principalId.value), under);
    for (const position of new Set([...own.keys(), ...open.keys()])) {
      const registry = registries[position];
      if (registry) cells[start + position] = code(answer(registry, own.get(position) ?? [], open.get(position) ?? []));
    }
    if (puller.managedIdentity && puller.tenantId !== "") {
      registries.forEach(({ tenantId }, position) => {
        if (tenantId !== "" && !sameId(tenantId, puller.tenantId)) cells[start + position] = code("other-tenant");
      });
    }
  });

  const verdicts = words.map((word) => meaningOf(word).answer);
  const counts = { allow: 0, deny: 0, unknown: 0 };
  for (const cell of cells) counts[verdicts[cell] ?? "unknown"]++;
  const unnamed = codeOf.get("identity-not-known");
  return {
    counts,
    row: (puller) => {
      const row = cells.subarray(puller * registries.length, (puller + 1) * registries.length);
      const otherwise = row[0] !== undefined && row[0] === unnamed ? row[0] : 0;
      const except = [...row.keys()].filter((position) => row[position] !== otherwise);
      return { otherwise: words[otherwise] ?? "no-grant", except };
    },
    at: (puller, registry) => {
      const reason = words[cells[puller * registries.length + registry] ?? 0] ?? "no-grant";
      return { answer: meaningOf(reason).answer, reason };
    },
  };
}

/** Positions of the registries at or below a scope, each scope once. */
function registriesUnder(registries: readonly MatrixRegistry[]): (scope: string) => readonly number[] {
  const byId = new Map(registries.map(({ id }, position) => [id.toLowerCase(), position]));
  const bySubscription = Map.groupBy(registries.keys(), (position) => subscriptionOf(registries[position]?.id ?? ""));
  const found = new Map<string, readonly number[]>();
  return (scope) => {
    const key = scope.toLowerCase();
    const exact = byId.get(key);
    if (exact !== undefined) return [exact];
    const known = found.get(key);
    if (known) return known;
    const subscription = subscriptionOf(key);
    const candidates = subscription === "" ? [...registries.keys()] : (bySubscription.get(subscription) ?? []);
    const positions = candidates.filter((position) => {
      const registry = registries[position];
      return registry !== undefined && covers(scope, registry.id, registry.ancestors);
    });
    found.set(key, positions);
    return positions;
  };
}

function subscriptionOf(id: string): string {
  return /^\/subscriptions\/([^/]+)/i.exec(id)?.[1]?.toLowerCase() ?? "";
}

function spread(
  grants: readonly Grant[],
  under: (scope: string) => readonly number[],
): ReadonlyMap<number, readonly Grant[]> {
  const byPosition = new Map<number, Grant[]>();
  for (const grant of grants) {
    for (const position of under(grant.scope)) {
      const list = byPosition.get(position);
      if (list) list.push(grant);
      else byPosition.set(position, [grant]);
    }
  }
  return byPosition;
}

type Answerer = (registry: MatrixRegistry, own: readonly Grant[], open: readonly Grant[]) => PullReason;

/** The same grants decide the same in the same mode, unless something is denied: a wide grant is decided once. */
function answerer({ managedIdentity }: MatrixPuller, principalId: string): Answerer {
  const decided = new Map<string, PullReason>();
  return (registry, own, open) => {
    const { id, ancestors, denials, roleAssignmentMode } = registry;
    const plain = denials.known && denials.value.length === 0;
    const key = `${roleAssignmentMode}\n${[...own, ...open].map((grant) => grant.id).join("\n")}`;
    const known = plain ? decided.get(key) : undefined;
    if (known !== undefined) return known;
    const { reason } = decide({
      ...{ operation: "pull", ancestors, denials, principalId, managedIdentity },
      registry: { id, ...(roleAssignmentMode && { roleAssignmentMode }) },
      grants: own,
      unreadGroups: open,
    });
    if (plain) decided.set(key, reason);
    return reason;
  };
}
