/** A pattern whose wildcards are told from its letters. */
export type Wildcard = readonly (string | { readonly any: "run" | "one" })[];

const run = { any: "run" } as const;
const one = { any: "one" } as const;

/** An action pattern: its only wildcard is `*`, which stands for any run of characters; names ignore case. */
export function actionPattern(text: string): Wildcard {
  return text
    .toLowerCase()
    .split("")
    .map((letter) => (letter === "*" ? run : letter));
}

/** A `StringLike` pattern: `*` and `?`, each a plain character after a backslash. */
export function likePattern(text: string): Wildcard {
  return (text.match(/\\[*?]|[\s\S]/g) ?? []).map((part) => {
    if (part === "*") return run;
    if (part === "?") return one;
    return part.length > 1 ? part.slice(1) : part;
  });
}

/** Whether a pattern matches a whole text, in time that no pattern can make explode. */
export function wildcardMatches(pattern: Wildcard, text: string): boolean {
  const letters = text;
  let at = 0;
  let position = 0;
  let star = -1;
  let resume = 0;
  while (position < letters.length) {
    const part = pattern[at];
    if (part === letters[position] || part === one) {
      at++;
      position++;
    } else if (part === run) {
      star = at++;
      resume = position;
    } else if (star >= 0) {
      at = star + 1;
      position = ++resume;
    } else return false;
  }
  while (pattern[at] === run) at++;
  return at === pattern.length;
}
