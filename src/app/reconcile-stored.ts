import { AzureError } from "../azure/error.ts";
import type { Change } from "../core/reconcile.ts";
import type { LoadedFindings } from "../store/store.ts";
import { commitChanges } from "./commit-changes.ts";
import type { Runtime } from "./runtime.ts";

/**
 * Works out what changes in one partition and stores it. Others may write at the same time: whoever comes second reads
 * again and reconciles with what is there.
 *
 * Throws an AzureError where others were first each time; nothing is stored then, and trying again later helps.
 */
export async function reconcileStored(
  runtime: Runtime,
  partition: string,
  reconcile: (loaded: LoadedFindings) => readonly Change[] | Promise<readonly Change[]>,
): Promise<readonly Change[]> {
  for (let attempt = 1; attempt <= conflictsLimit; attempt++) {
    const loaded = await runtime.store.findings.load(partition);
    const changes = await reconcile(loaded);
    if (changes.length === 0) return changes;
    if ((await commitChanges(runtime, partition, loaded, changes)) === "committed") return changes;
  }
  const detail = `others changed them ${conflictsLimit} times in a row; nothing was stored, try again`;
  throw new AzureError("unreachable", `store findings of ${partition}`, detail);
}

const conflictsLimit = 5;
