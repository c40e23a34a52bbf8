import type { Binding, FunctionMetadata } from "./functions-core.ts";

export function triggerOf({ name, bindings }: FunctionMetadata): Binding {
  const trigger = Object.values(bindings).find(({ type }) => /trigger$/i.test(type));
  if (!trigger) throw new Error(`Function "${name}" has no trigger.`);
  return trigger;
}
