import type { CoverageGap } from "../../core/run.ts";
import type { Report } from "../model.ts";

export interface Completeness {
  readonly gaps: readonly CoverageGap[];
  readonly undecided: number;
  readonly failedUnits: number;
  readonly complete: boolean;
}

/** What stands between this report and the whole truth. Slices that met the same gap say it once. */
export function completenessOf({ coverage, summary, run }: Report): Completeness {
  const groups = Map.groupBy(coverage, ({ gap }) => `${gap.fact}\n${gap.reason}\n${gap.detail}`);
  const gaps = [...groups.values()].flatMap(merge).toSorted((a, b) => b.subjects - a.subjects);
  const undecided = summary.evaluations - summary.decided;
  const failedUnits = run?.totals?.failedUnits ?? 0;
  return { gaps, undecided, failedUnits, complete: gaps.length === 0 && undecided === 0 && failedUnits === 0 };
}

function merge(same: readonly CoverageGap[]): readonly CoverageGap[] {
  const [first] = same;
  if (first === undefined) return [];
  return [
    {
      gap: first.gap,
      rules: [...new Set(same.flatMap(({ rules }) => rules))],
      subjects: same.reduce((sum, { subjects }) => sum + subjects, 0),
      names: [...new Set(same.flatMap(({ names }) => names))],
    },
  ];
}
