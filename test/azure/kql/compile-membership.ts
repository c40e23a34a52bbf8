import { converter } from "./convert.ts";
import { as, asText, derive } from "./expression.ts";
import type { Expression, Row, Run } from "./relation.ts";
import type { ScalarType } from "./scalar-type.ts";
import { once, type Scope } from "./scope.ts";
import { list, part, type Syntax } from "./syntax.ts";
import { hasTerm } from "./text-match.ts";
import { isArray, type Value, valueKey } from "./value.ts";

/** `in`, `!in`, `in~` and `!in~`; the list may hold scalars, dynamic arrays and one-column queries. */
export function compileIn(node: Syntax, scope: Scope): Expression {
  const ignoreCase = node.kind.includes("Cs");
  const negated = node.kind.startsWith("Not");
  const left = scope.compiler.expression(part(node, "Left"), scope);
  const type: ScalarType = ignoreCase ? "string" : left.type;
  const key = ignoreCase ? (value: Value) => valueKey(value).toLowerCase() : valueKey;
  const read = as(left, type);
  const elements = compileElements(node, scope, type);
  const set = (row: Row, run: Run) => new Set(elements.values(row, run).map(key));
  const wanted = elements.fixed ? once(scope.compiler, (run) => set(undefined, run)) : undefined;
  const operands = elements.fixed ? [left] : [left, { ...left, fixed: false }];
  return derive(scope.compiler, "bool", operands, (row, run) => {
    const keys = wanted ? wanted(run) : set(row, run);
    return keys.has(key(read(row, run))) !== negated;
  });
}

/** `has_any` and `has_all`, both blind to case. */
export function compileAny(node: Syntax, scope: Scope): Expression {
  const left = scope.compiler.expression(part(node, "Left"), scope);
  const read = asText(left);
  const elements = compileElements(node, scope, "string");
  const lower = (row: Row, run: Run) => elements.values(row, run).map((value) => String(value).toLowerCase());
  const wanted = elements.fixed ? once(scope.compiler, (run) => lower(undefined, run)) : undefined;
  const every = node.kind === "HasAllExpression";
  const operands = elements.fixed ? [left] : [left, { ...left, fixed: false }];
  return derive(scope.compiler, "bool", operands, (row, run) => {
    const text = read(row, run).toLowerCase();
    const terms = wanted ? wanted(run) : lower(row, run);
    return every ? terms.every((term) => hasTerm(text, term)) : terms.some((term) => hasTerm(text, term));
  });
}

interface Elements {
  readonly fixed: boolean;
  readonly values: (row: Row, run: Run) => readonly Value[];
}

/** Nulls are left out: a null equals nothing. */
function compileElements(node: Syntax, scope: Scope, type: ScalarType): Elements {
  const right = part(node, "Right");
  const nodes = right.kind === "ExpressionList" ? list(right, "Expressions") : [right];
  const elements = nodes.map((each) => compileElement(each, scope, type));
  return {
    fixed: elements.every(({ fixed }) => fixed),
    values: (row, run) => elements.flatMap(({ values }) => values(row, run)).filter((value) => value !== null),
  };
}

function compileElement(node: Syntax, scope: Scope, type: ScalarType): Elements {
  if (node.type === undefined && node.columns !== undefined) {
    const { columns, rows } = scope.compiler.relation(node, scope);
    const column = columns[0];
    if (column === undefined) return { fixed: true, values: () => [] };
    const convert = converter(column.type, type) ?? ((value: Value) => value);
    return { fixed: true, values: (_, run) => rows(run).map((row) => convert(column.read(row))) };
  }
  const expression = scope.compiler.expression(node, scope);
  if (expression.type !== "dynamic") {
    const read = as(expression, type);
    return { fixed: expression.fixed, values: (row, run) => [read(row, run)] };
  }
  const convert = converter("dynamic", type) ?? ((each: Value) => each);
  return {
    fixed: expression.fixed,
    values: (row, run) => {
      const value = expression.evaluate(row, run);
      if (value === null) return [];
      return (isArray(value) ? value : [value]).map(convert);
    },
  };
}
