export interface Token {
  readonly kind: "punctuation" | "string" | "guid" | "number" | "attribute" | "word";
  readonly text: string;
  /** Of an attribute: `Request` and `Microsoft…:name`. */
  readonly source?: string;
  readonly name?: string;
  readonly at: number;
}

/** What the text is not: the words say what, `at` where. */
export class ConditionProblem extends Error {
  override readonly name = "ConditionProblem";
}

const space = /\s+/y;
const kinds = [
  ["attribute", /@([A-Za-z]+)\[([^[\]]+)\]/y],
  ["string", /'([^']*)'/y],
  ["guid", /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/iy],
  ["number", /-?\d+\b/y],
  ["word", /[A-Za-z]\w*(?::[A-Za-z]\w*)?/y],
  ["punctuation", /&&|\|\||[(){},!]/y],
] as const;

/** Throws a ConditionProblem at the first character that no token begins with. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    space.lastIndex = at;
    const blank = space.exec(text);
    const token = blank ? undefined : tokenAt(text, at);
    if (token) tokens.push(token);
    at += blank?.[0].length ?? token?.length ?? 0;
  }
  return tokens;
}

function tokenAt(text: string, at: number): (Token & { readonly length: number }) | undefined {
  for (const [kind, pattern] of kinds) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match) continue;
    const [whole, first, second] = match;
    const place = { at, length: whole.length };
    if (kind === "attribute") return { kind, text: whole, source: first ?? "", name: second ?? "", ...place };
    return { kind, text: kind === "string" ? (first ?? "") : whole, ...place };
  }
  throw new ConditionProblem(`nothing that a condition knows begins with ${text.slice(at, at + 12)} at ${at}`);
}
