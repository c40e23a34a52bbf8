import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import { printable } from "../../core/printable.ts";

export type Markup = HtmlEscapedString;
type Child = Markup | string | number | false | undefined | readonly Markup[];

const compacted = new WeakMap<TemplateStringsArray, TemplateStringsArray>();

/** Markup from a template. Strings are escaped and made visible, numbers and other markup stand as they are. */
export function markup(template: TemplateStringsArray, ...children: readonly Child[]): Markup {
  const result = html(compact(template), ...children.map(visible));
  if (result instanceof Promise) throw new Error("report markup has to be complete at once");
  return result;
}

/** Text of several lines as one: line ends in a message of Azure are not worth an escape. */
export function prose(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, " ").trim();
}

/** The template library takes any object for markup that says so of itself; here it has to be made by `markup`. */
function visible(child: Child): Child {
  if (typeof child === "string") return printable(child);
  if (Array.isArray(child)) return child.map((one) => markup`${one}`);
  return typeof child !== "object" || child instanceof String ? child : printable(JSON.stringify(child));
}

/** Without the indentation of the source, which 5,000 findings would repeat. */
function compact(template: TemplateStringsArray): TemplateStringsArray {
  const known = compacted.get(template);
  if (known) return known;
  const strings = template.map((part) => part.replace(/\n\s+/g, "\n"));
  const result = Object.assign(strings, { raw: strings });
  compacted.set(template, result);
  return result;
}
