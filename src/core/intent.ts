import type { ChangeKind, StoredFinding } from "./reconcile.ts";
import { atLeast, type Severity } from "./rule.ts";

/** The changes that people are told of. */
export type NoticeKind = Exclude<ChangeKind, "eased" | "stillOpen">;

/** Where a finding is stored. */
export interface FindingRef {
  readonly partition: string;
  readonly subjectId: string;
  readonly ruleId: string;
  readonly fingerprint: string;
}

/** That a channel is to be told of one change. Written before the finding, which alone says what is true. */
export interface Intent extends FindingRef {
  readonly channel: string;
  readonly seq: number;
  readonly kind: NoticeKind;
  readonly runId: string;
  /** ISO time. */
  readonly createdAt: string;
}

/** What a channel was last told of a finding, for as long as the finding is known. */
export interface Receipt {
  readonly fingerprint: string;
  readonly seq: number;
  readonly kind: NoticeKind;
}

/** One message to one channel, with the changes it is bound to. Its id stays the same however often it is tried. */
export interface Delivery {
  readonly channel: string;
  readonly id: string;
  readonly runId: string;
  /** ISO times. */
  readonly createdAt: string;
  readonly nextAttemptAt: string;
  readonly settledAt?: string;
  readonly state: "pending" | "sent" | "dead" | "dropped";
  readonly attempts: number;
  /** An attempt may have arrived although nothing says so. */
  readonly uncertain: boolean;
  /** The lease under which it was last written. */
  readonly fence: number;
  readonly findings: number;
  /** Some of the subjects by name. */
  readonly names: readonly string[];
  /** What the last attempt came to, in words that hold no address. */
  readonly detail: string;
}

/** What a channel wants to be told. */
export interface Wish {
  readonly minSeverity: Severity;
  readonly resolved: boolean;
}

export function isWished(wish: Wish, kind: ChangeKind, severity: Severity): kind is NoticeKind {
  if (kind === "eased" || kind === "stillOpen") return false;
  return kind === "resolved" ? wish.resolved : atLeast(severity, wish.minSeverity);
}

/** What to do with the intents of one finding and one channel. */
export interface Weighed<Item extends Intent = Intent> {
  readonly tell?: { readonly kind: NoticeKind; readonly finding: StoredFinding; readonly intents: readonly Item[] };
  /** Overtaken, or never told and over: nobody hears of them. */
  readonly drop: readonly Item[];
  /** Their change is not stored. It never will be, or the next sweep makes it. */
  readonly wait: readonly Item[];
}

/**
 * Holds what was intended against the finding as it is now.
 *
 * An intent counts only once its change is stored. What opened and was resolved before anybody was told stays untold, and
 * what several intents say is told once, as the finding stands.
 */
export function weigh<Item extends Intent>(
  finding: StoredFinding | undefined,
  intents: readonly Item[],
  receipt: Receipt | undefined,
  wish: Wish,
): Weighed<Item> {
  const wait = intents.filter(({ seq }) => finding === undefined || seq > finding.seq);
  const stored = intents.filter((intent) => !wait.includes(intent));
  if (finding === undefined || stored.length === 0) return { drop: [], wait };

  const resolved = finding.state === "resolved";
  const news = stored.filter(({ seq, kind }) => seq > (receipt?.seq ?? 0) && (kind === "resolved") === resolved);
  const kind = resolved ? "resolved" : openKind(finding, news, receipt);
  const believedOpen = receipt !== undefined && receipt.kind !== "resolved";
  const worth = news.length > 0 && isWished(wish, kind, finding.severity) && (!resolved || believedOpen);
  if (!worth) return { drop: stored, wait };
  return { tell: { kind, finding, intents: news }, drop: stored.filter((intent) => !news.includes(intent)), wait };
}

function openKind(finding: StoredFinding, news: readonly Intent[], receipt: Receipt | undefined): NoticeKind {
  const first = finding.openedAt === finding.firstSeen ? "opened" : "reopened";
  if (receipt === undefined || receipt.kind === "resolved") return first;
  return news.some(({ kind }) => kind === "escalated") ? "escalated" : first;
}
