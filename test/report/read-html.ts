export interface HtmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** Text inside of it, entities resolved. */
  readonly text: string;
}

const empty = new Set(["meta", "link", "br", "input"]);
const rawText = new Set(["style", "script"]);
const entities: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
};

/** The elements of a page, in the order of their ends. Stricter than any browser: what is not plain markup is an error. */
export function readHtml(page: string): readonly HtmlElement[] {
  const token =
    /<!doctype html>|<\/([a-z][a-z0-9]*)>|<([a-z][a-z0-9]*)((?:\s+[a-zA-Z][a-zA-Z0-9-]*(?:="[^"<]*")?)*)\s*>|([^<]+)/gy;
  const done: HtmlElement[] = [];
  const open: { name: string; attributes: ReadonlyMap<string, string>; text: string }[] = [];
  while (token.lastIndex < page.length) {
    const at = token.lastIndex;
    const [, closing, opening, attributes = "", text] = token.exec(page) ?? fail(page, at);
    if (text !== undefined) for (const element of open) element.text += decode(text);
    if (closing !== undefined) {
      const element = open.pop();
      if (element?.name !== closing) return fail(page, at);
      done.push(element);
    }
    if (opening === undefined) continue;
    const element = { name: opening, attributes: readAttributes(attributes), text: "" };
    if (empty.has(opening)) done.push(element);
    else open.push(element);
    if (!rawText.has(opening)) continue;
    const end = page.indexOf(`</${opening}>`, token.lastIndex);
    element.text = page.slice(token.lastIndex, end);
    token.lastIndex = end;
  }
  if (open.length > 0) throw new Error(`<${open.at(-1)?.name}> is not closed`);
  return done;
}

function readAttributes(text: string): ReadonlyMap<string, string> {
  const found = [...text.matchAll(/([a-zA-Z][a-zA-Z0-9-]*)(?:="([^"]*)")?/g)];
  const attributes = new Map(found.map(([, name = "", value = ""]) => [name, decode(value)]));
  if (attributes.size !== found.length) throw new Error(`an attribute comes twice:${text}`);
  return attributes;
}

function decode(text: string): string {
  return text.replace(/&[^;\s]*;?/g, (entity) => entities[entity] ?? fail(text, text.indexOf(entity)));
}

function fail(text: string, at: number): never {
  throw new Error(`not plain markup: ${JSON.stringify(text.slice(Math.max(0, at - 40), at + 80))}`);
}
