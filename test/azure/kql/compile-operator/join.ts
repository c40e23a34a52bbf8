import { commonType } from "../compile-comparison.ts";
import { converter } from "../convert.ts";
import type { Column, Read, Relation, Row } from "../relation.ts";
import { columnMap } from "../relation.ts";
import type { Scope } from "../scope.ts";
import { list, parameters, part, type Syntax } from "../syntax.ts";
import { Unsupported } from "../unsupported.ts";
import { valueKey } from "../value.ts";

interface KeyPair {
  readonly left: Read;
  readonly right: Read;
  readonly rightName: string;
}

/** `join kind=… (right) on …`; `innerunique` when no kind is given. */
export function join(node: Syntax, left: Relation, scope: Scope): Relation {
  const kind = kindOf(node, "innerunique");
  const right = scope.compiler.relation(part(node, "Expression"), scope);
  const pairs = compilePairs(node, left, right);
  switch (kind) {
    case "innerunique":
      return pairUp(node, { ...left, rows: (run) => unique(left.rows(run), leftKey(pairs)) }, right, pairs, {});
    case "inner":
      return pairUp(node, left, right, pairs, {});
    case "leftouter":
      return pairUp(node, left, right, pairs, { keepLeft: true });
    case "rightouter":
      return pairUp(node, left, right, pairs, { keepRight: true });
    case "fullouter":
      return pairUp(node, left, right, pairs, { keepLeft: true, keepRight: true });
    case "leftsemi":
      return half(left, leftKey(pairs), right, rightKey(pairs), true);
    case "leftanti":
    case "anti":
    case "leftantisemi":
      return half(left, leftKey(pairs), right, rightKey(pairs), false);
    case "rightsemi":
      return half(right, rightKey(pairs), left, leftKey(pairs), true);
    case "rightanti":
    case "rightantisemi":
      return half(right, rightKey(pairs), left, leftKey(pairs), false);
    default:
      throw new Unsupported(`join kind=${kind}`, node);
  }
}

/** `lookup`: a left outer join that does not repeat the key columns of the right side. */
export function lookup(node: Syntax, left: Relation, scope: Scope): Relation {
  const right = scope.compiler.relation(part(node, "Expression"), scope);
  const pairs = compilePairs(node, left, right);
  const keys = new Set(pairs.map(({ rightName }) => rightName));
  const rest = { ...right, columns: right.columns.filter(({ name }) => !keys.has(name)) };
  return pairUp(node, left, rest, pairs, { keepLeft: kindOf(node, "leftouter") === "leftouter" });
}

function kindOf(node: Syntax, otherwise: string): string {
  const given = parameters(node);
  for (const name of given.keys()) {
    if (name !== "kind" && !name.startsWith("hint.")) throw new Unsupported(`join ${name}=`, node);
  }
  return given.get("kind")?.text ?? otherwise;
}

function compilePairs(node: Syntax, left: Relation, right: Relation): readonly KeyPair[] {
  const clause = part(node, node.parts.ConditionClause ? "ConditionClause" : "LookupClause");
  return list(clause, "Expressions").flatMap((each) =>
    compileCondition(each, columnMap(left.columns), columnMap(right.columns)),
  );
}

type Columns = ReadonlyMap<string, Column>;

function compileCondition(node: Syntax, left: Columns, right: Columns): readonly KeyPair[] {
  switch (node.kind) {
    case "ParenthesizedExpression":
      return compileCondition(part(node, "Expression"), left, right);
    case "AndExpression":
      return [
        ...compileCondition(part(node, "Left"), left, right),
        ...compileCondition(part(node, "Right"), left, right),
      ];
    case "NameReference":
      return [pair(node, left.get(node.text), right.get(node.text))];
    case "EqualExpression": {
      const sides = new Map(
        [part(node, "Left"), part(node, "Right")].map((side) => [sideOf(side), part(side, "Selector").text]),
      );
      return [pair(node, left.get(sides.get("$left") ?? ""), right.get(sides.get("$right") ?? ""))];
    }
    default:
      throw new Unsupported("this join condition", node);
  }
}

function sideOf(node: Syntax): string {
  if (node.kind !== "PathExpression") throw new Unsupported("this join condition", node);
  return part(node, "Expression").text;
}

function pair(node: Syntax, left: Column | undefined, right: Column | undefined): KeyPair {
  if (left === undefined || right === undefined) throw new Unsupported("this join condition", node);
  const type = commonType(left.type, right.type);
  return { left: readAs(left, type), right: readAs(right, type), rightName: right.name };
}

function readAs({ type: own, read }: Column, type: Column["type"]): Read {
  const convert = converter(own, type);
  return convert ? (row) => convert(read(row)) : read;
}

type Key = (row: Row) => string | undefined;

function leftKey(pairs: readonly KeyPair[]): Key {
  return keyOf(pairs.map(({ left }) => left));
}

function rightKey(pairs: readonly KeyPair[]): Key {
  return keyOf(pairs.map(({ right }) => right));
}

/** Undefined when a part is null: a null equals nothing. */
function keyOf(reads: readonly Read[]): Key {
  return (row) => {
    let key = "";
    for (const read of reads) {
      const value = read(row);
      if (value === null) return undefined;
      key += `${valueKey(value)}\u0000`;
    }
    return key;
  };
}

function unique(rows: readonly Row[], key: Key): readonly Row[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const value = key(row);
    if (value === undefined || seen.has(value)) return false;
    seen.add(value);
    return true;
  });
}

function half(kept: Relation, keptKey: Key, other: Relation, otherKey: Key, wanted: boolean): Relation {
  return {
    ...kept,
    rows: (run) => {
      const keys = new Set(other.rows(run).map(otherKey));
      keys.delete(undefined);
      return kept.rows(run).filter((row) => keys.has(keptKey(row)) === wanted);
    },
  };
}

interface Keep {
  readonly keepLeft?: boolean;
  readonly keepRight?: boolean;
}

/** Rows are pairs; a side without a partner is undefined and reads as nulls. */
function pairUp(node: Syntax, left: Relation, right: Relation, pairs: readonly KeyPair[], keep: Keep): Relation {
  const all = [...left.columns.map((column) => onSide(column, 0)), ...right.columns.map((column) => onSide(column, 1))];
  const named = node.columns ?? [];
  if (named.length !== all.length) throw new Unsupported("this join", node);
  const [keyLeft, keyRight] = [leftKey(pairs), rightKey(pairs)];
  return {
    columns: all.map((column, index) => ({ ...column, name: named[index]?.name ?? column.name })),
    ingestionTime: undefined,
    rows: (run) => {
      const rightRows = right.rows(run);
      const index = Map.groupBy(rightRows, keyRight);
      const matched = new Set<string | undefined>();
      const rows: Row[] = [];
      for (const row of left.rows(run)) {
        const key = keyLeft(row);
        const partners = key === undefined ? undefined : index.get(key);
        if (partners !== undefined) {
          if (keep.keepRight) matched.add(key);
          for (const partner of partners) rows.push([row, partner]);
        } else if (keep.keepLeft) rows.push([row, undefined]);
      }
      if (keep.keepRight) {
        for (const partner of rightRows) if (!matched.has(keyRight(partner))) rows.push([undefined, partner]);
      }
      return rows;
    },
  };
}

function onSide(column: Column, side: 0 | 1): Column {
  const missing = column.type === "string" ? "" : null;
  return {
    ...column,
    read: (row) => {
      const own = (row as readonly Row[])[side];
      return own === undefined ? missing : column.read(own);
    },
  };
}
