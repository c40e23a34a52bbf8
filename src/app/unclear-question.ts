/** What was asked about cannot be told apart, or is not there for this identity. The asker can put that right. */
export class UnclearQuestionError extends Error {
  override readonly name = "UnclearQuestionError";
}

export function noneCalled(what: string, text: string): UnclearQuestionError {
  return new UnclearQuestionError(
    `there is no ${what} "${text}" in the subscriptions that this identity can read; check the name, or the identity's access`,
  );
}
