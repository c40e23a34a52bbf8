import { type Intent, isWished } from "../core/intent.ts";
import type { Change } from "../core/reconcile.ts";
import type { LoadedFindings } from "../store/store.ts";
import type { Runtime } from "./runtime.ts";

/**
 * Writes what changed in one partition: first whom to tell of it, then its history, then the findings. A process that
 * dies in between leaves intents that count for nothing until their change is stored.
 *
 * A conflict wrote nothing that counts: load and reconcile again.
 */
export async function commitChanges(
  { store, channels, now }: Runtime,
  partition: string,
  loaded: LoadedFindings,
  changes: readonly Change[],
): Promise<"committed" | "conflict"> {
  const createdAt = now().toISOString();
  const intents = channels.flatMap((channel) =>
    changes.flatMap(({ kind, finding, unchanged }): readonly Intent[] => {
      if (unchanged || !isWished(channel, kind, finding.severity)) return [];
      const { fingerprint, ruleId, seq, runId, subject } = finding;
      const ref = { partition, subjectId: subject.id, ruleId, fingerprint };
      return [{ ...ref, channel: channel.notifier.name, seq, kind, runId, createdAt }];
    }),
  );
  if (intents.length > 0) await store.outbox.intend(intents);
  return store.findings.commit(partition, loaded, changes);
}
