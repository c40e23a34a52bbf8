import type { StoredFinding } from "../core/reconcile.ts";
import { type Attempt, deliver } from "../notify/deliver.ts";
import { composeDigest } from "../notify/digest.ts";
import type { Channel } from "../notify/notifier.ts";
import { adminUserEnabled } from "../rules/admin-user-enabled.ts";
import { commandRunId } from "./run-id.ts";
import type { Runtime } from "./runtime.ts";

/** Sends one channel a message about a registry that there is not, once. */
export function testChannel({ settings, now }: Runtime, channel: Channel): Promise<Attempt> {
  const at = now();
  const runId = commandRunId(at);
  const digest = composeDigest({
    deliveryId: `test-${at.getTime().toString(36)}`,
    runId,
    now: at,
    notices: [{ kind: "opened", finding: sample(runId, at.toISOString()), why }],
    onboarded: new Set(),
    reportUrl: settings.ACRAUDIT_REPORT_URL,
  });
  return deliver(channel, digest, { now });
}

const why = "A real message says here why it matters.";

function sample(runId: string, at: string): StoredFinding {
  const subscriptionId = "00000000-0000-0000-0000-000000000000";
  const group = `/subscriptions/${subscriptionId}/resourceGroups/sample`;
  const id = `${group}/providers/Microsoft.ContainerRegistry/registries/sample`;
  return {
    fingerprint: "0".repeat(32),
    ruleId: adminUserEnabled.id,
    title: "This is a test: nothing is wrong",
    subject: { kind: "registry", id, name: "sample", partition: subscriptionId },
    about: "",
    severity: "info",
    message: "acraudit notify --test sent this. A real message says here what is wrong, since when and what ends it.",
    evidence: {},
    remediation: { text: "Nothing has to be done.", cli: "acraudit report" },
    state: "open",
    change: "opened",
    seq: 1,
    firstSeen: at,
    openedAt: at,
    changedAt: at,
    runId,
  };
}
