import type { Puller } from "../../facts.ts";

/** The registry that a task belongs to; empty for what is no task. */
export function taskRegistryOf({ id }: Puller): string {
  return /\/registries\/([^/]+)\/tasks\//i.exec(id)?.[1] ?? "";
}
