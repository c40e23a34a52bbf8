import type { Gap } from "../core/collected.ts";
import type { Evaluation } from "../core/evaluate.ts";
import type { Change } from "../core/reconcile.ts";
import type { ChangeCounts, CoverageGap, OutcomeCounts, SecondsByPhase, UnitResult } from "../core/run.ts";

const namesLimit = 10;

export const noOutcomes: OutcomeCounts = { pass: 0, fail: 0, notApplicable: 0, unknown: 0 };
export const noChanges: ChangeCounts = { opened: 0, reopened: 0, escalated: 0, eased: 0, stillOpen: 0, resolved: 0 };

export function countOutcomes(evaluations: readonly Evaluation[]): OutcomeCounts {
  const counts = { ...noOutcomes };
  for (const { outcome } of evaluations) counts[outcome]++;
  return counts;
}

export function countChanges(changes: readonly Change[]): ChangeCounts {
  const counts = { ...noChanges };
  for (const { kind } of changes) counts[kind]++;
  return counts;
}

export function addCounts<Name extends string>(
  a: Readonly<Record<Name, number>>,
  b: Readonly<Record<Name, number>>,
): Readonly<Record<Name, number>> {
  const names = Object.keys(a) as Name[];
  return Object.fromEntries(names.map((name) => [name, a[name] + b[name]])) as Record<Name, number>;
}

export function addSeconds(total: SecondsByPhase, { collect, evaluate, store }: UnitResult["seconds"]): SecondsByPhase {
  return {
    inventory: total.inventory,
    collect: total.collect + collect,
    evaluate: total.evaluate + evaluate,
    store: total.store + store,
  };
}

/** The gaps of many evaluations, one entry for each that is the same, with whom it concerns. */
export function coverageOf(evaluations: readonly Evaluation[]): readonly CoverageGap[] {
  const entries = evaluations.flatMap(({ gaps, ruleId, subject }) => gaps.map((gap) => ({ gap, ruleId, subject })));
  return [...Map.groupBy(entries, ({ gap }) => `${gap.fact}\n${gap.reason}\n${gap.detail}`).values()].map((group) => {
    const subjects = [...new Map(group.map(({ subject }) => [subject.id, subject.name])).values()];
    return {
      gap: group[0]?.gap ?? neverEmpty(),
      rules: [...new Set(group.map(({ ruleId }) => ruleId))],
      subjects: subjects.length,
      names: subjects.slice(0, namesLimit),
    };
  });
}

export function inventoryGap(gap: Gap): CoverageGap {
  return { gap, rules: [], subjects: 0, names: [] };
}

function neverEmpty(): never {
  throw new Error("a group has at least one entry");
}
