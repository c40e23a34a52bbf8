import type { Puller } from "../../facts.ts";

/** A token by which a connected registry synchronizes belongs to it: it is not made by hand, and no repository added. */
export function synchronizes({ kind }: Puller): boolean {
  return kind === "connectedRegistry";
}
