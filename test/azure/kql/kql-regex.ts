import { QueryFault } from "./query-fault.ts";

const compiled = new Map<string, RegExp>();

/** The regular expression Kusto (RE2) would build; what RE2 lacks is refused, although JavaScript could do it. */
export function kqlRegex(pattern: string, flags = ""): RegExp {
  const key = `${flags}/${pattern}`;
  const known = compiled.get(key);
  if (known !== undefined) {
    known.lastIndex = 0;
    return known;
  }
  const regex = build(pattern, flags);
  if (compiled.size > 1000) compiled.clear();
  compiled.set(key, regex);
  return regex;
}

function build(pattern: string, flags: string): RegExp {
  if (/\(\?(=|!|<=|<!)|\\[1-9]/.test(pattern.replace(/\\\\/g, ""))) {
    throw new QueryFault(`Regex pattern is ill-formed: '${pattern}' uses look-around or a back-reference`);
  }
  let inline = "";
  const body = pattern.replace(/^\(\?([ims]+)\)/, (_, letters: string) => {
    inline = letters;
    return "";
  });
  try {
    return new RegExp(body.replaceAll("(?P<", "(?<"), [...new Set(flags + inline)].join(""));
  } catch {
    throw new QueryFault(`Regex pattern is ill-formed: '${pattern}'`);
  }
}
