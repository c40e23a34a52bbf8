import { counted } from "./counted.ts";
import type { Reach } from "./facts.ts";

const namesShown = 3;

/** The blast radius in words: `4 registries (nfbilling, nfdispatch, nftracking and 1 more)`. */
export function describeReach({ registries, names }: Reach): string {
  const shown = names.slice(0, namesShown);
  const more = registries > shown.length ? ` and ${registries - shown.length} more` : "";
  return `${counted(registries, "registry", "registries")} (${shown.join(", ")}${more})`;
}
