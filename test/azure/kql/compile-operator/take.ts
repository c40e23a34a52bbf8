import type { Relation } from "../relation.ts";
import type { Scope } from "../scope.ts";
import { part, type Syntax } from "../syntax.ts";

/** `take`, `limit`, and `sample`: which rows they pick is not promised, so the first ones will do. */
export function take(node: Syntax, input: Relation, scope: Scope): Relation {
  const { evaluate } = scope.compiler.expression(part(node, "Expression"), scope);
  return { ...input, rows: (run) => input.rows(run).slice(0, Math.max(0, Number(evaluate(undefined, run)))) };
}
