import { converter, toText } from "../convert.ts";
import { as } from "../expression.ts";
import type { Column, Evaluate, Relation, Row, Run } from "../relation.ts";
import type { ScalarType } from "../scalar-type.ts";
import type { Scope } from "../scope.ts";
import { list, parameters, part, type Syntax } from "../syntax.ts";
import { Unsupported } from "../unsupported.ts";
import { isArray, isBag, type Value } from "../value.ts";
import { at, throughFirst, typeOf, wrapped } from "./columns.ts";

/** `mv-expand a, b to typeof(…)`: one row per element, several columns in parallel. */
export function mvExpand(node: Syntax, input: Relation, scope: Scope): Relation {
  const { expand, columns } = compileExpansion(node, input, scope);
  const known = new Map(columns.map((column) => [column.name, column]));
  return {
    columns: (node.columns ?? []).map(({ name }) => {
      const column = known.get(name);
      if (column === undefined) throw new Unsupported(`the column ${name} here`, node);
      return column;
    }),
    ingestionTime: input.ingestionTime && throughFirst(input.ingestionTime),
    rows: (run) => input.rows(run).flatMap((row) => expand(row, run)),
  };
}

interface Expansion {
  /** The wrapped rows `[input row, index, …elements]` of one input row. */
  readonly expand: (row: Row, run: Run) => readonly Row[];
  readonly columns: readonly Column[];
}

/** What `mv-expand` and `mv-apply` share. */
export function compileExpansion(node: Syntax, input: Relation, scope: Scope): Expansion {
  const given = parameters(node);
  for (const name of given.keys()) {
    if (!["kind", "bagexpansion", "with_itemindex"].includes(name)) throw new Unsupported(`mv-expand ${name}=`, node);
  }
  const pairs = (given.get("kind") ?? given.get("bagexpansion"))?.text === "array";
  const items = list(node, "Expressions").map((each) => compileItem(each, scope));
  const limitNode = node.parts.RowLimitClause?.parts.RowLimit;
  const limit = limitNode && scope.compiler.expression(limitNode, scope).evaluate;
  const added = items.map(({ name, type }, index): Column => ({ name, type, read: at(index + 2) }));
  const indexName = given.get("with_itemindex")?.text;
  if (indexName !== undefined) added.push({ name: indexName, type: "long", read: at(1) });
  const replaced = new Set(added.map(({ name }) => name));
  return {
    columns: [...wrapped(input.columns).filter(({ name }) => !replaced.has(name)), ...added],
    expand: (row, run) => {
      const lists = items.map(({ evaluate }) => elements(evaluate(row, run), pairs));
      const length = Math.min(
        Math.max(...lists.map((each) => each.length)),
        Number(limit?.(undefined, run) ?? Number.POSITIVE_INFINITY),
      );
      return Array.from({ length }, (_, index) => [
        row,
        index,
        ...lists.map((each, item) => items[item]?.convert(each[index] ?? null) ?? null),
      ]);
    },
  };
}

interface Item {
  readonly name: string;
  readonly type: ScalarType;
  readonly evaluate: Evaluate;
  readonly convert: (value: Value) => Value;
}

function compileItem(node: Syntax, scope: Scope): Item {
  const expression = part(node, "Expression");
  const inner = expression.kind === "SimpleNamedExpression" ? part(expression, "Expression") : expression;
  const compiled = scope.compiler.expression(inner, scope);
  const name = inner === expression ? expression.resultName() : part(expression, "Name").text;
  if (name === undefined) throw new Unsupported("mv-expand of an expression without a name", node);
  const type = node.parts.ToTypeOf ? typeOf({ name, type: typeOfClause(node) }, node) : "dynamic";
  return { name, type, evaluate: as(compiled, "dynamic"), convert: cast(type) };
}

function typeOfClause(node: Syntax): ScalarType | undefined {
  const [declared] = list(part(part(node, "ToTypeOf"), "TypeOf"), "Types");
  const name = declared?.symbol?.name ?? declared?.text ?? "";
  return typeNames[name];
}

const typeNames: Readonly<Record<string, ScalarType>> = {
  string: "string",
  long: "long",
  int: "int",
  real: "real",
  double: "real",
  bool: "bool",
  boolean: "bool",
  datetime: "datetime",
  date: "datetime",
  timespan: "timespan",
  time: "timespan",
  dynamic: "dynamic",
  guid: "guid",
};

/**
 * `to typeof` casts and does not parse: an element that is no number becomes null. Dates are the exception, because
 * dynamic values hold them as text here.
 */
function cast(type: ScalarType): (value: Value) => Value {
  if (type === "dynamic") return (value) => value;
  if (type === "string") return (value) => toText(value, "dynamic");
  const convert = converter("dynamic", type);
  const parses = type === "datetime" || type === "timespan" || type === "guid";
  return (value) => (typeof value === "string" && !parses ? null : (convert?.(value) ?? null));
}

/** A null expands to one row with null, an empty array or bag to none. */
function elements(value: Value, pairs: boolean): readonly Value[] {
  if (isArray(value)) return value;
  if (!isBag(value)) return [value];
  return Object.entries(value).map(([key, each]) => (pairs ? [key, each] : { [key]: each }));
}
