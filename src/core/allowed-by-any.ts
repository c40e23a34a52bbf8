import type { Holding } from "./grant-holders.ts";
import { type Operation, operations } from "./powers.ts";

/** Whether the holder of a grant may do something in a mode by that grant or by another one: `pull`, `push`, `delete`. */
export function allowedByAny(
  held: readonly Holding[],
  mode: "legacy" | "abac",
): (holding: Holding, operation: Operation) => boolean {
  const keyOf = ({ grant }: Holding, operation: Operation) => `${operation} ${grant.principalId.toLowerCase()}`;
  const allowed = new Set(
    held.flatMap((one) => operations.filter((each) => one.powers[each][mode]).map((each) => keyOf(one, each))),
  );
  return (holding, operation) => allowed.has(keyOf(holding, operation));
}
