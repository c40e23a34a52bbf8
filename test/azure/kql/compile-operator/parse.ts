import { converter } from "../convert.ts";
import { asText } from "../expression.ts";
import { kqlRegex } from "../kql-regex.ts";
import type { Column, Relation } from "../relation.ts";
import type { ScalarType } from "../scalar-type.ts";
import type { Scope } from "../scope.ts";
import { list, parameters, part, type Syntax } from "../syntax.ts";
import { Unsupported } from "../unsupported.ts";
import type { Value } from "../value.ts";
import { element, throughFirst, wrapped } from "./columns.ts";

/** `parse x with * "text" name:type …` and `parse-where`, which drops what does not match. */
export function parse(node: Syntax, input: Relation, scope: Scope): Relation {
  const kind = parameters(node).get("kind")?.text ?? "simple";
  const flags = parameters(node).get("flags")?.text ?? "";
  if (/[^imsU]/.test(flags)) throw new Unsupported(`parse flags=${flags}`, node);
  const text = asText(scope.compiler.expression(part(node, "Expression"), scope));
  const { pattern, captures } = compilePattern(list(node, "Patterns"), kind === "regex", node);
  const regex = kqlRegex(pattern, `s${flags.replace("U", "")}`);
  const only = node.kind === "ParseWhereOperator";
  const added = captures.map(({ name, type }, index): Column => ({ name, type, read: element(1, index) }));
  const names = new Set(added.map(({ name }) => name));
  const unmatched = captures.map(({ type }) => (type === "string" ? "" : null));
  return {
    columns: [...wrapped(input.columns).filter(({ name }) => !names.has(name)), ...added],
    ingestionTime: input.ingestionTime && throughFirst(input.ingestionTime),
    rows: (run) =>
      input.rows(run).flatMap((row) => {
        const match = regex.exec(text(row, run));
        const values = match && captures.map(({ convert }, index) => convert(match[index + 1] ?? ""));
        // In the simple mode one value of the wrong type unmatches the whole row.
        const failed = values === null || (kind === "simple" && values.includes(null));
        if (failed && only) return [];
        return [[row, failed ? unmatched : values]];
      }),
  };
}

interface Capture {
  readonly name: string;
  readonly type: ScalarType;
  readonly convert: (text: string) => Value;
}

function compilePattern(nodes: readonly Syntax[], regex: boolean, at: Syntax) {
  const captures: Capture[] = [];
  let pattern = "^";
  for (const [index, node] of nodes.entries()) {
    const last = index === nodes.length - 1;
    if (node.literal !== undefined) {
      pattern += regex ? `(?:${node.literal})` : node.literal.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    } else if (node.kind === "StarExpression") pattern += last ? ".*" : ".*?";
    else {
      const type = captureType(node, at);
      const convert = converter("string", type);
      captures.push({ name: captureName(node), type, convert: (text) => (convert ? convert(text) : text) });
      pattern += last ? "(.*)" : "(.*?)";
    }
  }
  return { pattern: `${pattern}$`, captures };
}

function captureName(node: Syntax): string {
  return node.kind === "NameAndTypeDeclaration" ? part(node, "Name").text : node.text;
}

function captureType(node: Syntax, at: Syntax): ScalarType {
  if (node.kind === "NameDeclaration" || node.kind === "NameReference") return "string";
  const type = part(node, "Name").type;
  if (node.kind !== "NameAndTypeDeclaration" || type === undefined) throw new Unsupported("this parse pattern", at);
  return type;
}
