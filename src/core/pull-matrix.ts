import { canPull } from "./can-pull.ts";
import type { Collected } from "./collected.ts";
import type { Denial, Grant, Learned, PullerKind, PullIdentity, Registry, Snapshot } from "./facts.ts";
import { decide } from "./permission.ts";
import { meaningOf, type PullReason, type PullVerdict } from "./pull-reason.ts";
import { type PlacedRegistry, registriesUnder } from "./registries-under.ts";
import { sameId } from "./resource-id.ts";
import { scopeLevel } from "./scope.ts";
import { pullerKindOf } from "./subject-word.ts";
import { worstAnswer } from "./worst-answer.ts";

/** One workload and one registry that it needs. */
export interface MatrixCell {
  readonly pullerId: string;
  readonly puller: string;
  /** Absent where nothing of the workload could be read. */
  readonly kind?: PullerKind;
  /** Empty where no registry of that name can be seen. */
  readonly registryId: string;
  readonly registry: string;
  readonly login: PullIdentity["kind"];
  /** Object id of whom it logs in as, where that is a principal that is known. */
  readonly principalId?: string;
  /** Beside a password that Azure does not show. */
  readonly userName?: string;
  /** How it is known that the workload needs the registry. */
  readonly learned: readonly Learned[];
  /** The containers that log in so, where each has a login of its own; the answer is that of the worst of these logins. */
  readonly containers?: readonly string[];
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

function cellsOfPuller(snapshot: Snapshot<"puller">, now: Date): readonly MatrixCell[] {
  const { puller, needs, vantage } = snapshot.facts;
  if (!puller.known || !needs.known) return [unreadCell(snapshot)];
  const pairs = needs.value.map((need) => ({ need, ...canPull({ puller: puller.value, need, vantage, now }) }));
  // a registry that no id is known of is known by its name
  const byRegistry = Map.groupBy(pairs, ({ need }) => (need.registryId === "" ? need.registryName : need.registryId));
  return [...byRegistry.values()].flatMap((ways): MatrixCell[] => {
    const worst = worstAnswer(ways);
    if (worst === undefined) return [];
    const { need, answer, reason, identity, evidence } = worst;
    const cell = {
      pullerId: puller.value.id,
      puller: puller.value.name,
      kind: puller.value.kind,
      registryId: need.registryId,
      registry: need.registryName,
      login: identity.kind,
      ...(identity.principalId !== undefined && { principalId: identity.principalId }),
      ...(identity.userName !== undefined && { userName: identity.userName }),
      learned: need.learned,
      ...(need.containers && { containers: need.containers }),
      answer,
      reason,
      assignmentIds: evidence.assignmentIds.slice(0, idsShown),
    };
    return [cell];
  });
}

/** A workload of which too little could be read to say what it needs is there all the same. */
function unreadCell({ subject: { id, name }, facts: { puller } }: Snapshot<"puller">): MatrixCell {
  const kind = puller.known ? puller.value.kind : pullerKindOf(id);
  return {
    pullerId: id,
    puller: name,
    ...(kind && { kind }),
    ...{ registryId: "", registry: "", learned: [], assignmentIds: [], answer: "unknown" },
    login: puller.known ? puller.value.identity.kind : "unknown",
    reason: puller.known ? "needs-not-known" : "identity-not-known",
  };
}

/** Who may ask in a matrix of everybody and everything. */
export interface MatrixPuller {
  readonly id: string;
  readonly principalId: Collected<string>;
  readonly managedIdentity: boolean;
  /** Empty where it is not known. */
  readonly tenantId: string;
  /** The answer for registries of other tenants. */
  readonly elsewhere: "other-tenant" | "identity-not-known";
}

export interface MatrixRegistry extends PlacedRegistry, Pick<Registry, "roleAssignmentMode"> {
  /** Empty where it is not known. */
  readonly tenantId: string;
  readonly denials: Collected<readonly Denial[]>;
}

/** Grants to a principal, and those to each of the groups that it is known to be in. */
export interface HeldGrants {
  readonly own: readonly Grant[];
  readonly groups: readonly (readonly Grant[])[];
}

export interface MatrixInput {
  readonly pullers: readonly MatrixPuller[];
  readonly registries: readonly MatrixRegistry[];
  readonly heldBy: (principalId: string) => HeldGrants;
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
 * One byte for each pair: five million of them are five megabytes. A pair without a grant in scope costs nothing, the
 * registries under a scope are looked up once however many grants were made there, and what a group was granted is decided
 * once however many are in it: more grants take no permission away.
 */
export function pullMatrix(input: MatrixInput): PullMatrix {
  const { pullers, registries } = input;
  const codes = reasonCodes();
  const cells = new Uint8Array(pullers.length * registries.length);
  const rowOf = (puller: number) => cells.subarray(puller * registries.length, (puller + 1) * registries.length);
  const fillRow = rowFiller(input, codes);
  pullers.forEach((puller, position) => {
    fillRow(rowOf(position), puller);
  });

  const verdicts = codes.reasons.map((reason) => meaningOf(reason).answer);
  const counts = { allow: 0, deny: 0, unknown: 0 };
  for (const cell of cells) counts[verdicts[cell] ?? "unknown"]++;
  return {
    counts,
    row: (puller) => {
      const row = rowOf(puller);
      const otherwise = pullers[puller]?.principalId.known === false ? "identity-not-known" : "no-grant";
      const code = codes.codeOf(otherwise);
      return { otherwise, except: [...row.keys()].filter((position) => row[position] !== code) };
    },
    at: (puller, registry) => {
      const reason = codes.reasonOf(cells[puller * registries.length + registry]);
      return { answer: meaningOf(reason).answer, reason };
    },
  };
}

/** Reasons as small numbers. A cell that nothing is written to says `no-grant`. */
function reasonCodes() {
  const reasons: PullReason[] = ["no-grant"];
  const codeOf = (reason: PullReason): number => {
    const code = reasons.indexOf(reason);
    return code >= 0 ? code : reasons.push(reason) - 1;
  };
  const reasonOf = (code: number | undefined): PullReason => reasons[code ?? 0] ?? "no-grant";
  return { reasons, codeOf, reasonOf };
}

/** Writes what one puller comes to with every registry. */
function rowFiller(
  { registries, heldBy, unreadGroups }: MatrixInput,
  { codeOf, reasonOf }: ReturnType<typeof reasonCodes>,
): (row: Uint8Array, puller: MatrixPuller) => void {
  const under = registriesUnder(registries);
  const open = spread(unreadGroups, under);
  const spreadOf = spreader(registries, under);
  const spreadGroups = new Map<readonly Grant[], Spread>();
  const ofGroup = (grants: readonly Grant[]): Spread => {
    const known = spreadGroups.get(grants) ?? spreadOf(grants);
    spreadGroups.set(grants, known);
    return known;
  };
  const unplaced = [...registries.keys()].filter((position) => registries[position]?.ancestors === undefined);
  const allowed = codeOf("allowed");

  return (row, { principalId: id, managedIdentity, tenantId, elsewhere }) => {
    if (!id.known) {
      row.fill(codeOf("identity-not-known"));
      return;
    }
    const answer = answerer(managedIdentity, id.value);
    const { own, groups } = heldBy(id.value);
    const lists = [spreadOf(own), ...groups.map(ofGroup)];
    for (const list of lists) for (const position of list.allowed) row[position] = allowed;
    for (const position of new Set([...lists.flatMap(({ others }) => [...others]), ...open.keys()])) {
      const registry = registries[position];
      if (registry === undefined || row[position] === allowed) continue;
      const granted = lists.flatMap(({ grants }) => grants.get(position) ?? []);
      row[position] = codeOf(answer(registry, granted, open.get(position) ?? []));
    }
    if (unplaced.length > 0 && [own, ...groups].some((list) => list.some(isWide))) {
      const isAllowed = (position: number) => meaningOf(reasonOf(row[position])).answer === "allow";
      for (const position of unplaced) if (!isAllowed(position)) row[position] = codeOf("grants-not-known");
    }
    if (tenantId === "") return;
    registries.forEach((registry, position) => {
      if (registry.tenantId !== "" && !sameId(registry.tenantId, tenantId)) row[position] = codeOf(elsewhere);
    });
  };
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

function isWide({ scope }: Grant): boolean {
  return scopeLevel(scope) === "managementGroup";
}

/** What one list of grants comes to by itself, by the positions of registries. */
interface Spread {
  readonly grants: ReadonlyMap<number, readonly Grant[]>;
  /** Where it allows the pull without a condition, and nothing can be denied. */
  readonly allowed: readonly number[];
  /** Where it is in scope and more has to be looked at. */
  readonly others: readonly number[];
}

function spreader(
  registries: readonly MatrixRegistry[],
  under: (scope: string) => readonly number[],
): (grants: readonly Grant[]) => Spread {
  return (list) => {
    const grants = spread(list, under);
    const answer = answerer(false, list[0]?.principalId ?? "");
    const allowed: number[] = [];
    const others: number[] = [];
    for (const [position, held] of grants) {
      const registry = registries[position];
      const certain = registry !== undefined && isPlain(registry) && answer(registry, held, []) === "allowed";
      (certain ? allowed : others).push(position);
    }
    return { grants, allowed, others };
  };
}

/** Nothing is denied there, for certain. */
function isPlain({ denials }: MatrixRegistry): boolean {
  return denials.known && denials.value.length === 0;
}

type Answerer = (registry: MatrixRegistry, own: readonly Grant[], open: readonly Grant[]) => PullReason;

/** The same grants decide the same in the same mode, unless something is denied: a wide grant is decided once. */
function answerer(managedIdentity: boolean, principalId: string): Answerer {
  const decided = new Map<string, PullReason>();
  return (registry, own, open) => {
    const { id, ancestors = [], denials, roleAssignmentMode } = registry;
    const plain = isPlain(registry);
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
