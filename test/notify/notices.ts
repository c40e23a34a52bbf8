import type { NoticeKind } from "../../src/core/intent.ts";
import type { StoredFinding } from "../../src/core/reconcile.ts";
import { composeDigest, type Digest, type DigestInput, type Notice } from "../../src/notify/digest.ts";

/** Messages of tests: findings of many registries, of which each test changes what it is about. */

export const now = new Date("2026-11-21T09:00:00Z");
const subscriptionId = "50000000-0000-4000-8000-000000000001";
export const reportUrl = "https://audit.example/api/report?format=html";

export function finding(number = 1, changes: Partial<StoredFinding> = {}): StoredFinding {
  const name = `contoso${number}`;
  const at = "2026-11-21T08:55:00.000Z";
  return {
    fingerprint: number.toString(16).padStart(32, "0"),
    ruleId: "admin-user-enabled",
    title: "Admin user is enabled",
    subject: {
      kind: "registry",
      id: `/subscriptions/${subscriptionId}/resourceGroups/rg-shop/providers/Microsoft.ContainerRegistry/registries/${name}`,
      name,
      partition: subscriptionId,
    },
    about: "",
    severity: "high",
    message: `${name} accepts its admin user name and password.`,
    evidence: { registry: name },
    remediation: {
      text: "Give each consumer its own identity with a pull or push role, then turn the admin user off.",
      cli: `az acr update --subscription ${subscriptionId} --name ${name} --admin-enabled false`,
    },
    state: "open",
    change: "opened",
    seq: 1,
    firstSeen: at,
    openedAt: at,
    changedAt: at,
    runId: "sweep-20261121T085500000Z",
    ...changes,
  };
}

export function resolvedFinding(number = 1): StoredFinding {
  return finding(number, { state: "resolved", change: "resolved", resolvedReason: "fixed", seq: 2 });
}

export function notice(kind: NoticeKind = "opened", of: StoredFinding = finding()): Notice {
  return { kind, finding: of, why: "The admin user is one shared password pair with full push and pull." };
}

export function notices(count: number, change: (number: number) => Partial<StoredFinding> = () => ({})): Notice[] {
  return Array.from({ length: count }, (_, index) => notice("opened", finding(index + 1, change(index + 1))));
}

export function digest(of: readonly Notice[], changes: Partial<DigestInput> = {}): Digest {
  return composeDigest({
    deliveryId: "0123456789abcdef0123",
    runId: "sweep-20261121T085500000Z",
    now,
    notices: of,
    onboarded: new Set(),
    reportUrl,
    ...changes,
  });
}

/** Names and texts as an attacker would choose them. */
export const hostile = [
  "<at>Everyone</at>",
  "<!channel> <@U024BE7LH>",
  "[click](javascript:alert(1))",
  "<https://evil.example|contoso.azurecr.io>",
  '"><img src=x onerror=alert(1)>',
  "'); drop table findings;--",
  '=HYPERLINK("https://evil.example")',
  "**critical** _urgent_ ~gone~ `code` ```fence```",
  "&lt;at&gt;&amp;",
  "- item\n# heading\n1. one\n> quote\r\n| a | b |",
  "\u202egnirts\u202c \u2066isolate\u2069 \u0000\u0007\u001b[31m \u200b\ufeff",
  ":rotating_light: :fire:",
  "登録簿".repeat(2000),
  "\\".repeat(4000),
  '"'.repeat(4000),
  "<".repeat(4000),
  "&".repeat(4000),
  "💥".repeat(3000),
];

export function hostileFinding(number: number): Partial<StoredFinding> {
  const text = hostile[number % hostile.length] ?? "";
  return {
    title: text,
    message: `${text} ${text}`,
    ruleId: `rule-${number % 30}`,
    subject: { kind: "principal", id: `/servicePrincipals/${text}`, name: text, partition: "principals" },
    remediation: { text, cli: `az acr show --name '${text}'` },
    due: "2026-12-24T00:00:00Z",
  };
}
