/**
 * Whether `term` stands in `text` as Kusto's `has` sees it: an edge of the term that is a letter or digit must not
 * continue one. An edge that is neither matches anywhere, so `has "/providers/"` finds what `contains` finds.
 */
export function hasTerm(text: string, term: string): boolean {
  return findTerm(text, term, true, true);
}

export function hasPrefix(text: string, term: string): boolean {
  return findTerm(text, term, true, false);
}

export function hasSuffix(text: string, term: string): boolean {
  return findTerm(text, term, false, true);
}

function findTerm(text: string, term: string, whole: boolean, complete: boolean): boolean {
  if (term === "") return true;
  const before = whole && isTermCharacter(term, 0);
  const after = complete && isTermCharacter(term, term.length - 1);
  for (let at = text.indexOf(term); at !== -1; at = text.indexOf(term, at + 1)) {
    if (before && isTermCharacter(text, at - 1)) continue;
    if (after && isTermCharacter(text, at + term.length)) continue;
    return true;
  }
  return false;
}

const letterOrDigit = /[\p{L}\p{N}]/u;

function isTermCharacter(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  if (Number.isNaN(code)) return false;
  if (code < 128) return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 65 && code <= 90);
  return letterOrDigit.test(text.charAt(index));
}
