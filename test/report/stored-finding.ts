import type { StoredFinding } from "../../src/core/reconcile.ts";
import { now, registryId, subscriptionId } from "../facts.ts";

/** A finding that the run `run-2` left open and an earlier one made. */
export function storedFinding(changes: Partial<StoredFinding> = {}): StoredFinding {
  return {
    fingerprint: "f".repeat(32),
    ruleId: "admin-user-enabled",
    title: "Admin user is enabled",
    subject: { kind: "registry", id: registryId, name: "contoso", partition: subscriptionId },
    about: "",
    severity: "high",
    message: "contoso accepts its admin user name and password.",
    evidence: { registry: "contoso" },
    remediation: { text: "Turn it off.", cli: "az acr update --name contoso --admin-enabled false" },
    state: "open",
    change: "opened",
    seq: 1,
    firstSeen: "2026-02-01T03:00:00.000Z",
    openedAt: "2026-02-01T03:00:00.000Z",
    changedAt: now.toISOString(),
    runId: "run-1",
    ...changes,
  };
}
