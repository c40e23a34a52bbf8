import type { PullVerdict } from "./pull-reason.ts";

/** The answer that decides where all have to be yes: the first no, else the first that is open. Undefined of none. */
export function worstAnswer<Answer extends { readonly answer: PullVerdict }>(
  answers: readonly Answer[],
): Answer | undefined {
  const first = (verdict: PullVerdict) => answers.find(({ answer }) => answer === verdict);
  return first("deny") ?? first("unknown") ?? first("allow");
}
