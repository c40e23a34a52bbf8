import { as } from "../expression.ts";
import type { Relation } from "../relation.ts";
import type { Scope } from "../scope.ts";
import { part, type Syntax } from "../syntax.ts";

/** `where`: rows for which the condition is null are dropped too. */
export function filter(node: Syntax, input: Relation, scope: Scope): Relation {
  const condition = as(scope.compiler.expression(part(node, "Condition"), scope), "bool");
  return {
    ...input,
    rows: (run) => {
      const rows = input.rows(run);
      return rows.filter((row, position) => {
        run.window = rows;
        run.position = position;
        return condition(row, run) === true;
      });
    },
  };
}
