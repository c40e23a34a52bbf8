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

  const newer = stored.filter(({ seq }) => seq > (receipt?.seq ?? 0));
  const believedOpen = receipt !== undefined && receipt.kind !== "resolved";
  const kindOf = ({ seq, kind }: Item) => (seq === finding.seq ? finding.change : kind);
  const told =
    finding.state === "resolved" || !believedOpen ? newer : newer.filter((one) => kindOf(one) !== "resolved");
  const kind = noticeKind(finding, believedOpen, told.map(kindOf));
  const worth = told.length > 0 && (kind !== "resolved" || believedOpen) && isWished(wish, kind, finding.severity);
  if (!worth) return { drop: stored, wait };
  return { tell: { kind, finding, intents: told }, drop: stored.filter((intent) => !told.includes(intent)), wait };
}

function noticeKind(finding: StoredFinding, believedOpen: boolean, kinds: readonly ChangeKind[]): NoticeKind {
  if (finding.state === "resolved") return "resolved";
  if (believedOpen && kinds.includes("escalated")) return "escalated";
  return finding.openedAt === finding.firstSeen ? "opened" : "reopened";
}
