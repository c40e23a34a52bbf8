import { as } from "../expression.ts";
import type { ScalarType } from "../scalar-type.ts";
import { isArray, type Value } from "../value.ts";
import { argument, define, type ScalarFunction } from "./define.ts";

function to(type: ScalarType): ScalarFunction {
  return (call) => as(argument(call, 0), type);
}

export const conversions: Readonly<Record<string, ScalarFunction>> = {
  tostring: to("string"),
  toint: to("int"),
  tolong: to("long"),
  toreal: to("real"),
  todouble: to("real"),
  tobool: to("bool"),
  toboolean: to("bool"),
  todatetime: to("datetime"),
  totimespan: to("timespan"),
  toguid: to("guid"),
  parse_json: parseJson,
  parsejson: parseJson,
  todynamic: parseJson,
  toobject: parseJson,
  dynamic_to_json: define(["dynamic"], (value) => JSON.stringify(value)),
  gettype: (call) => {
    const { type, evaluate } = argument(call, 0);
    if (type !== "dynamic") return () => type;
    return (row, run) => dynamicType(evaluate(row, run));
  },
};

/** Text that is no JSON becomes a dynamic string, as in Kusto. */
function parseJson(call: Parameters<ScalarFunction>[0]): ReturnType<ScalarFunction> {
  const { type, evaluate } = argument(call, 0);
  if (type !== "string") return as(argument(call, 0), "dynamic");
  return (row, run) => {
    const text = evaluate(row, run);
    if (typeof text !== "string" || text === "") return null;
    try {
      return JSON.parse(text) as Value;
    } catch {
      return text;
    }
  };
}

function dynamicType(value: Value): string {
  if (value === null) return "null";
  if (isArray(value)) return "array";
  if (typeof value === "object") return "dictionary";
  if (typeof value === "number") return Number.isInteger(value) ? "long" : "double";
  return typeof value === "boolean" ? "bool" : "string";
}
