import { randomUUID } from "node:crypto";
import type { Evaluate } from "../relation.ts";
import { Unsupported } from "../unsupported.ts";
import { argument, type Call, type ScalarFunction } from "./define.ts";

export const volatile: Readonly<Record<string, ScalarFunction>> = {
  ingestion_time: ({ scope }) => scope.ingestionTime ?? (() => null),
  rand: ({ args }) => {
    const limit = args[0]?.evaluate;
    return (row, run) => (limit ? Math.floor(Math.random() * Number(limit(row, run))) : Math.random());
  },
  new_guid: () => () => randomUUID(),
  row_number: ({ args, node }) => {
    if (args.length > 1) throw new Unsupported("row_number() that restarts", node);
    const start = args[0]?.evaluate;
    return (row, run) => run.position + Number(start ? start(row, run) : 1);
  },
  prev: (call) => neighbour(call, -1),
  next: (call) => neighbour(call, 1),
};

function neighbour(call: Call, direction: number): Evaluate {
  const { evaluate, type } = argument(call, 0);
  const distance = call.args[1]?.evaluate;
  const otherwise = call.args[2]?.evaluate;
  const missing = type === "string" ? "" : null;
  return (row, run) => {
    const index = run.position + direction * Number(distance ? distance(row, run) : 1);
    if (index >= 0 && index < run.window.length) return evaluate(run.window[index], run);
    return otherwise ? otherwise(row, run) : missing;
  };
}
