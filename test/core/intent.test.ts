import { expect, test } from "vitest";
import { type Intent, isWished, type NoticeKind, type Receipt, weigh } from "../../src/core/intent.ts";
import type { StoredFinding } from "../../src/core/reconcile.ts";
import { finding } from "../notify/notices.ts";

const wish = { minSeverity: "medium", resolved: true } as const;

function intent(seq: number, kind: NoticeKind): Intent {
  const { fingerprint, ruleId, subject, runId } = finding();
  const ref = { partition: subject.partition, subjectId: subject.id, ruleId, fingerprint };
  return { ...ref, channel: "teams", seq, kind, runId, createdAt: "2026-11-21T08:55:00Z" };
}

function at(seq: number, change: StoredFinding["change"], changes: Partial<StoredFinding> = {}): StoredFinding {
  return finding(1, { seq, change, state: change === "resolved" ? "resolved" : "open", ...changes });
}

const reopenedAt = { openedAt: "2026-11-22T08:55:00Z" };
const receipt = (seq: number, kind: NoticeKind): Receipt => ({ fingerprint: finding().fingerprint, seq, kind });

test.for<[string, StoredFinding | undefined, Intent[], Receipt | undefined, object]>([
  ["an intent whose finding was never stored waits", undefined, [intent(1, "opened")], undefined, { wait: 1 }],
  ["an intent ahead of its finding waits", at(1, "opened"), [intent(2, "resolved")], receipt(1, "opened"), { wait: 1 }],
  ["what opened is told", at(1, "opened"), [intent(1, "opened")], undefined, { tell: "opened" }],
  [
    "what opened and got worse before anybody was told is told once",
    at(2, "escalated"),
    [intent(1, "opened"), intent(2, "escalated")],
    undefined,
    { tell: "opened", intents: 2 },
  ],
  [
    "what opened and was resolved before anybody was told is told never",
    at(2, "resolved"),
    [intent(1, "opened"), intent(2, "resolved")],
    undefined,
    { drop: 2 },
  ],
  [
    "what was told is told to be resolved",
    at(2, "resolved"),
    [intent(2, "resolved")],
    receipt(1, "opened"),
    { tell: "resolved" },
  ],
  [
    "what was never told is not told to be resolved",
    at(2, "resolved"),
    [intent(2, "resolved")],
    undefined,
    { drop: 1 },
  ],
  [
    "what was told to be resolved is not told so again",
    at(4, "resolved"),
    [intent(3, "reopened"), intent(4, "resolved")],
    receipt(2, "resolved"),
    { drop: 2 },
  ],
  [
    "what came back after it was resolved unheard is told to be back",
    at(3, "reopened", reopenedAt),
    [intent(2, "resolved"), intent(3, "reopened")],
    receipt(1, "opened"),
    { tell: "reopened", intents: 1, drop: 1 },
  ],
  [
    "what eased below the threshold before anybody was told is told never",
    at(2, "eased", { severity: "low" }),
    [intent(1, "opened")],
    undefined,
    { drop: 1 },
  ],
  ["what eased but still matters is told", at(2, "eased"), [intent(1, "opened")], undefined, { tell: "opened" }],
  [
    "what was told with a later change is not told again",
    at(2, "escalated"),
    [intent(1, "opened")],
    receipt(2, "escalated"),
    { drop: 1 },
  ],
  ["what got worse is told", at(2, "escalated"), [intent(2, "escalated")], receipt(1, "opened"), { tell: "escalated" }],
  [
    "the finding says what happened, not the intent",
    at(2, "resolved"),
    [intent(2, "escalated")],
    receipt(1, "opened"),
    { tell: "resolved" },
  ],
])("%s", ([, stored, intents, told, expected]) => {
  const { tell, drop, wait } = weigh(stored, intents, told, wish);
  const short = {
    ...(tell && { tell: tell.kind }),
    ...(tell && tell.intents.length > 1 && { intents: tell.intents.length }),
    ...(drop.length > 0 && { drop: drop.length }),
    ...(wait.length > 0 && { wait: wait.length }),
  };
  const { intents: many, ...rest } = expected as { intents?: number };
  expect(short).toEqual({ ...rest, ...(many !== undefined && many > 1 && { intents: many }) });
});

test("channels are told of what they wish", () => {
  expect(isWished(wish, "opened", "low")).toBe(false);
  expect(isWished(wish, "opened", "medium")).toBe(true);
  expect(isWished(wish, "eased", "critical")).toBe(false);
  expect(isWished(wish, "stillOpen", "critical")).toBe(false);
  expect(isWished(wish, "resolved", "low")).toBe(true); // it may have been worse when it was told
  expect(isWished({ ...wish, resolved: false }, "resolved", "high")).toBe(false);
});
