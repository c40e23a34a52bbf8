import type { Relation, Row } from "../relation.ts";
import { columnMap } from "../relation.ts";
import type { Scope } from "../scope.ts";
import type { Syntax } from "../syntax.ts";
import { list } from "../syntax.ts";
import { valueKey } from "../value.ts";
import { project } from "./project.ts";

/** `distinct a, b` and `distinct *`. */
export function distinct(node: Syntax, input: Relation, scope: Scope): Relation {
  const star = list(node, "Expressions").some(({ kind }) => kind === "StarExpression");
  const projected = star ? input : project(node, input, scope);
  const columns = [...columnMap(projected.columns).values()];
  return {
    columns,
    ingestionTime: undefined,
    rows: (run) => {
      const seen = new Map<string, Row>();
      for (const row of projected.rows(run)) {
        const key = columns.map(({ read }) => valueKey(read(row))).join("\u0000");
        if (!seen.has(key)) seen.set(key, row);
      }
      return [...seen.values()];
    },
  };
}
