/** Something that the person at the terminal can mend: the message says what is wrong and where. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
