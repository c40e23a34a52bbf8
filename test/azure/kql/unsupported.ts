import type { Syntax } from "./syntax.ts";

/** Something the language service accepts and this interpreter does not implement; it must never be skipped. */
export class Unsupported extends Error {
  override readonly name = "Unsupported";
  readonly start: number;
  readonly length: number;

  constructor(what: string, at: Syntax) {
    super(`The simulated Azure does not implement ${what}.`);
    this.start = at.start;
    this.length = at.length;
  }
}
