import { asText, derive } from "./expression.ts";
import { kqlRegex } from "./kql-regex.ts";
import type { Expression } from "./relation.ts";
import type { Scope } from "./scope.ts";
import { part, type Syntax } from "./syntax.ts";
import { hasPrefix, hasSuffix, hasTerm } from "./text-match.ts";

type Test = (text: string, wanted: string) => boolean;

/** The operators that exist as `Name`, `NameCs`, `NotName` and `NotNameCs`. */
const families: Readonly<Record<string, Test>> = {
  Has: hasTerm,
  HasPrefix: hasPrefix,
  HasSuffix: hasSuffix,
  Contains: (text, wanted) => text.includes(wanted),
  StartsWith: (text, wanted) => text.startsWith(wanted),
  EndsWith: (text, wanted) => text.endsWith(wanted),
};

interface Operator {
  readonly test: Test;
  readonly negated: boolean;
  readonly caseSensitive: boolean;
}

const operators = new Map<string, Operator>([
  ["EqualTildeExpression", { test: (a, b) => a === b, negated: false, caseSensitive: false }],
  ["BangTildeExpression", { test: (a, b) => a === b, negated: true, caseSensitive: false }],
  ["MatchesRegexExpression", { test: (a, b) => kqlRegex(b).test(a), negated: false, caseSensitive: true }],
]);
for (const [family, test] of Object.entries(families)) {
  for (const negated of [false, true]) {
    for (const caseSensitive of [false, true]) {
      const name = `${negated ? "Not" : ""}${family}${caseSensitive ? "Cs" : ""}Expression`;
      operators.set(name, { test, negated, caseSensitive });
    }
  }
}

/** How to compile a text operator such as `has` or `!startswith_cs`, or undefined when `kind` is none. */
export function compileTextOperator(kind: string): ((node: Syntax, scope: Scope) => Expression) | undefined {
  const operator = operators.get(kind);
  return operator && ((node, scope) => compile(node, scope, operator));
}

function compile(node: Syntax, scope: Scope, { test, negated, caseSensitive }: Operator): Expression {
  const left = scope.compiler.expression(part(node, "Left"), scope);
  const right = scope.compiler.expression(part(node, "Right"), scope);
  const readLeft = asText(left);
  const readRight = asText(right);
  if (caseSensitive) {
    return derive(
      scope.compiler,
      "bool",
      [left, right],
      (row, run) => test(readLeft(row, run), readRight(row, run)) !== negated,
    );
  }
  const lower = derive(scope.compiler, "string", [right], (row, run) => readRight(row, run).toLowerCase());
  const readLower = asText(lower);
  return derive(
    scope.compiler,
    "bool",
    [left, right],
    (row, run) => test(readLeft(row, run).toLowerCase(), readLower(row, run)) !== negated,
  );
}
