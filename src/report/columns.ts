const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
/** Signs that a terminal shows two columns wide, taken generously: a line that is too short does no harm. */
const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Yi}\p{Script=Tangut}\p{Extended_Pictographic}\p{Regional_Indicator}\u2e80-\u303f\u3200-\u33ff\ufe10-\ufe6f\uff01-\uff60\uffe0-\uffe6]/u;

/** How many columns a line of printable text takes on a terminal. */
export function columnsOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of segmenter.segment(text)) columns += widthOf(segment);
  return columns;
}

/** Text in pieces that are at most `size` columns wide; nothing that is one sign to a reader is cut in two. */
export function pieces(text: string, size: number): readonly string[] {
  if (columnsOf(text) <= size) return [text];
  const parts: string[] = [];
  let part = "";
  let used = 0;
  for (const { segment } of segmenter.segment(text)) {
    const columns = widthOf(segment);
    if (used + columns > size && part !== "") {
      parts.push(part);
      part = "";
      used = 0;
    }
    part += segment;
    used += columns;
  }
  return [...parts, part];
}

/** Terminals differ in how they join signs, so each counts for itself; marks take no column of their own. */
function widthOf(segment: string): number {
  let columns = 0;
  for (const sign of segment) columns += widthOfSign(sign);
  return columns;
}

function widthOfSign(sign: string): number {
  if (wide.test(sign)) return 2;
  return /^\p{M}$/u.test(sign) ? 0 : 1;
}
