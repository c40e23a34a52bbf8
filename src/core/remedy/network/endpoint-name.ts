import type { Registry } from "../../facts.ts";

/** What to call a new endpoint: as no other of the registry is, those among them whose connection is rejected or gone. */
export function endpointName({ name }: Pick<Registry, "name">, endpointIds: readonly string[]): string {
  const taken = new Set(endpointIds.map((id) => id.split("/").at(-1)?.toLowerCase()));
  let free = `pe-${name}`;
  for (let count = 2; taken.has(free.toLowerCase()); count++) free = `pe-${name}-${count}`;
  return free;
}
