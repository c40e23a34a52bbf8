/** What becomes of one write or send. `after`: the other side has it, but its answer is lost. */
type Fate = "through" | "before" | "after";

/** The life of an app, counted in what it writes and sends: it can be made to end at one of them. */
export interface Life {
  /** Writes and sends so far. */
  readonly count: number;
  readonly dead: boolean;
  /** Lets so many more through. The next one is lost before it arrives, or arrives and its answer is lost. */
  readonly dieAfter: (more: number, lost: "request" | "answer") => void;
  /** Another process takes over: everything goes through again. */
  readonly revive: () => void;
  /** Called for each write and send. Of a dead app nothing arrives any more. */
  readonly meet: (what: string) => Fate;
  /** Everything that was written or sent, or would have been. */
  readonly log: readonly { readonly what: string; readonly fate: Fate }[];
}

export function createLife(): Life {
  let count = 0;
  let end = Number.POSITIVE_INFINITY;
  let lost: "request" | "answer" = "request";
  const log: { what: string; fate: Fate }[] = [];
  const fateOfNext = (): Fate => {
    count++;
    if (count <= end) return "through";
    return count === end + 1 && lost === "answer" ? "after" : "before";
  };
  return {
    log,
    get count() {
      return count;
    },
    get dead() {
      return count > end;
    },
    dieAfter: (more, what) => {
      end = count + more;
      lost = what;
    },
    revive: () => {
      end = Number.POSITIVE_INFINITY;
    },
    meet: (what) => {
      const fate = fateOfNext();
      log.push({ what, fate });
      return fate;
    },
  };
}
