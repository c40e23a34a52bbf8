import { converter } from "../convert.ts";
import { asText } from "../expression.ts";
import { kqlRegex } from "../kql-regex.ts";
import { isArray, type Value } from "../value.ts";
import { argument, define, type ScalarFunction } from "./define.ts";

export const strings: Readonly<Record<string, ScalarFunction>> = {
  tolower: define(["string"], (text) => text.toLowerCase()),
  toupper: define(["string"], (text) => text.toUpperCase()),
  strlen: define(["string"], (text) => text.length),
  string_size: define(["string"], (text) => Buffer.byteLength(text)),
  reverse: define(["string"], (text) => [...text].reverse().join("")),
  strcat: ({ args }) => {
    const reads = args.map(asText);
    return (row, run) => reads.map((read) => read(row, run)).join("");
  },
  strcat_delim: ({ args }) => {
    const [delimiter, ...reads] = args.map(asText);
    return (row, run) => reads.map((read) => read(row, run)).join(delimiter?.(row, run));
  },
  strcat_array: define(["dynamic", "string"], (array, delimiter) =>
    isArray(array) ? array.map((each) => converter("dynamic", "string")?.(each) ?? "").join(delimiter) : "",
  ),
  strrep: define(["string", "long", "string"], (text, count, delimiter = "") =>
    Array.from({ length: Math.max(0, Math.min(count, 1024)) }, () => text).join(delimiter),
  ),
  strcmp: define(["string", "string"], (a, b) => (a === b ? 0 : a < b ? -1 : 1)),
  substring: define(["string", "long", "long"], (text, start, length = text.length) => {
    const from = start < 0 ? Math.max(0, text.length + start) : start;
    return length < 0 ? "" : text.slice(from, from + length);
  }),
  split: define(["string", "string", "long"], (text, delimiter, index?: number) => {
    const parts = delimiter === "" ? [text] : text.split(delimiter);
    if (index === undefined) return parts;
    const part = parts[index];
    return part === undefined ? [] : [part];
  }),
  indexof: define(["string", "string", "long", "long", "long"], indexOf),
  countof: define(["string", "string", "string"], (text, wanted, kind = "normal") =>
    kind === "regex" ? [...text.matchAll(kqlRegex(wanted, "g"))].length : countOverlapping(text, wanted),
  ),
  replace_string: define(["string", "string", "string"], (text, wanted, by) =>
    wanted === "" ? text : text.replaceAll(wanted, () => by),
  ),
  replace_regex: define(["string", "string", "string"], (text, pattern, by) => replaceRegex(text, pattern, by)),
  replace: define(["string", "string", "string"], (pattern, by, text) => replaceRegex(text, pattern, by)),
  trim: define(["string", "string"], (pattern, text) => trimEnd(pattern, trimStart(pattern, text))),
  trim_start: define(["string", "string"], trimStart),
  trim_end: define(["string", "string"], trimEnd),
  extract: (call) => {
    const [pattern, text] = [asText(argument(call, 0)), asText(argument(call, 2))];
    const group = argument(call, 1).evaluate;
    const convert = converter("string", call.type);
    return (row, run) => {
      const found = kqlRegex(pattern(row, run)).exec(text(row, run))?.[Number(group(row, run))];
      if (found === undefined) return call.type === "string" ? "" : null;
      return convert ? convert(found) : found;
    };
  },
  extract_all: (call) => {
    const pattern = asText(argument(call, 0));
    const text = asText(argument(call, call.args.length - 1));
    const groups = call.args.length > 2 ? argument(call, 1).evaluate : undefined;
    return (row, run) => extractAll(pattern(row, run), groups?.(row, run) ?? null, text(row, run));
  },
  extract_json: define(["string", "string"], extractJson),
  extractjson: define(["string", "string"], extractJson),
};

function indexOf(text: string, wanted: string, start = 0, length = -1, occurrence = 1): number {
  const from = start < 0 ? Math.max(0, text.length + start) : start;
  const end = length < 0 ? text.length : from + length;
  let at = from - 1;
  for (let count = 0; count < occurrence; count++) {
    at = text.indexOf(wanted, at + 1);
    if (at === -1 || at + wanted.length > end) return -1;
  }
  return at;
}

function countOverlapping(text: string, wanted: string): number {
  if (wanted === "") return 0;
  let count = 0;
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + 1)) count++;
  return count;
}

/** RE2 writes groups as `\1` and knows no `$`. */
function replaceRegex(text: string, pattern: string, by: string): string {
  return text.replace(kqlRegex(pattern, "g"), (...found) => {
    return by.replace(/\\(\d|\\)/g, (_, group: string) => (group === "\\" ? "\\" : String(found[Number(group)] ?? "")));
  });
}

function trimStart(pattern: string, text: string): string {
  return text.replace(kqlRegex(`^(?:${pattern})+`), "");
}

function trimEnd(pattern: string, text: string): string {
  return text.replace(kqlRegex(`(?:${pattern})+$`), "");
}

function extractAll(pattern: string, groups: Value, text: string): Value {
  const matches = [...text.matchAll(kqlRegex(pattern, "g"))];
  if (matches.length === 0) return null;
  return matches.map((match) => {
    const wanted = isArray(groups) ? groups.map(Number) : match.slice(1).map((_, index) => index + 1);
    const found = wanted.map((group) => match[group] ?? "");
    return found.length === 1 ? (found[0] ?? "") : found;
  });
}

/** `$.a.b[0]` and `$['a']`: the part of JSONPath that Kusto documents for this function. */
function extractJson(path: string, json: string): Value {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return null;
  }
  for (const [, name, quoted, index] of path.replace(/^\$/, "").matchAll(/\.(\w+)|\[['"]([^'"]*)['"]\]|\[(\d+)\]/g)) {
    const key = name ?? quoted ?? index ?? "";
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return null;
    value = (value as Record<string, unknown>)[key];
  }
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value ?? "");
}
