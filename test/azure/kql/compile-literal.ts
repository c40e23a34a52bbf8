import { converter } from "./convert.ts";
import { parseDatetime } from "./datetime.ts";
import { constant } from "./expression.ts";
import type { Expression } from "./relation.ts";
import type { ScalarType } from "./scalar-type.ts";
import { list, part, type Syntax } from "./syntax.ts";
import { parseTimespan } from "./timespan.ts";
import { Unsupported } from "./unsupported.ts";
import type { Value } from "./value.ts";

const literalTypes: Readonly<Record<string, ScalarType>> = {
  StringLiteralExpression: "string",
  CompoundStringLiteralExpression: "string",
  LongLiteralExpression: "long",
  IntLiteralExpression: "int",
  RealLiteralExpression: "real",
  BooleanLiteralExpression: "bool",
  DateTimeLiteralExpression: "datetime",
  TimespanLiteralExpression: "timespan",
  GuidLiteralExpression: "guid",
  NullLiteralExpression: "dynamic",
  DynamicExpression: "dynamic",
};

export function isLiteral({ kind }: Syntax): boolean {
  return Object.hasOwn(literalTypes, kind);
}

export function compileLiteral(node: Syntax): Expression {
  const type = literalTypes[node.kind] ?? "dynamic";
  // now is the one thing a literal can hold that is not constant.
  if (/^datetime\s*\(\s*now\s*\)$/i.test(node.text)) return { type, fixed: true, evaluate: (_, run) => run.now };
  return constant(type, literalValue(node));
}

/** The value of a literal, or of a JSON fragment inside `dynamic( … )`. */
function literalValue(node: Syntax): Value {
  if (node.literal !== undefined) return node.literal;
  switch (node.kind) {
    case "NullLiteralExpression":
      return null;
    case "DynamicExpression":
      return dynamicValue(part(node, "Expression"));
    case "DateTimeLiteralExpression":
      return parseDatetime(unquote(inside(node.text)));
    case "TimespanLiteralExpression":
      return parseTimespan(unquote(inside(node.text)));
    default: {
      const text = inside(node.text);
      const type = literalTypes[node.kind];
      if (type === undefined) throw new Unsupported(`the literal ${node.kind}`, node);
      return text.toLowerCase() === "null" ? null : (converter("string", type)?.(text) ?? null);
    }
  }
}

function dynamicValue(node: Syntax): Value {
  switch (node.kind) {
    case "JsonArrayExpression":
      return list(node, "Values").map(dynamicValue);
    case "JsonObjectExpression":
      return Object.fromEntries(
        list(node, "Pairs").map((pair) => [unquote(part(pair, "Name").text), dynamicValue(part(pair, "Value"))]),
      );
    case "UnaryMinusExpression":
      return -Number(dynamicValue(part(node, "Expression")));
    case "UnaryPlusExpression":
      return dynamicValue(part(node, "Expression"));
    case "DateTimeLiteralExpression":
      return converter("datetime", "dynamic")?.(literalValue(node)) ?? null;
    case "TimespanLiteralExpression":
      return converter("timespan", "dynamic")?.(literalValue(node)) ?? null;
    default:
      return literalValue(node);
  }
}

/** `x` of `type(x)`, or the text itself. */
function inside(text: string): string {
  return /^\w+\s*\(\s*(.*?)\s*\)$/s.exec(text)?.[1] ?? text;
}

function unquote(text: string): string {
  const quoted = /^(["'])(.*)\1$/s.exec(text);
  if (quoted === null) return text;
  return (quoted[2] ?? "").replace(/\\(u[0-9a-fA-F]{4}|.)/gs, (_, escaped: string) => unescaped(escaped));
}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };

function unescaped(escaped: string): string {
  if (escaped.length === 5) return String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
  return escapes[escaped] ?? escaped;
}
