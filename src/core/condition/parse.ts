import type { Attribute, Expression, Literal, Operand } from "./expression.ts";
import { ConditionProblem, type Token, tokensOf } from "./tokens.ts";

export type Parsed =
  | { readonly parsed: true; readonly expression: Expression }
  | { readonly parsed: false; readonly problem: string };

/**
 * Azure takes conditions of up to 8 KB; what is twice as long is none, and not worth the time to read it.
 * https://learn.microsoft.com/azure/role-based-access-control/conditions-faq
 */
const lengthLimit = 16_384;
const depthLimit = 100;

/**
 * Reads a condition: NOT binds closer than AND, AND closer than OR, keywords and operators ignore case.
 * https://learn.microsoft.com/azure/role-based-access-control/conditions-format
 */
export function parseCondition(text: string): Parsed {
  if (text.length > lengthLimit) return { parsed: false, problem: `it is longer than ${lengthLimit} characters` };
  try {
    const reader = readerOf(tokensOf(text));
    const expression = reader.disjunction(0);
    reader.end();
    return { parsed: true, expression };
  } catch (error) {
    if (error instanceof ConditionProblem) return { parsed: false, problem: error.message };
    throw error;
  }
}

function readerOf(tokens: readonly Token[]) {
  let next = 0;
  const peek = () => tokens[next];
  const fail = (wanted: string): never => {
    const token = peek();
    throw new ConditionProblem(
      token ? `${wanted} was expected at ${token.at}, not ${token.text}` : `it ends where ${wanted} was expected`,
    );
  };
  const take = (test: (token: Token) => boolean): Token | undefined => {
    const token = peek();
    if (!token || !test(token)) return undefined;
    next++;
    return token;
  };
  const sign = (text: string) => take((token) => token.kind === "punctuation" && token.text === text);
  const word = (text: string) => take((token) => token.kind === "word" && token.text.toLowerCase() === text);
  const expect = (text: string) => sign(text) ?? fail(text);

  const disjunction = (depth: number): Expression => {
    if (depth > depthLimit) throw new ConditionProblem(`it is nested more than ${depthLimit} deep`);
    const operands = [conjunction(depth)];
    while (word("or") ?? sign("||")) operands.push(conjunction(depth));
    const [only] = operands;
    return operands.length > 1 || only === undefined ? { kind: "or", operands } : grouped(only);
  };

  const conjunction = (depth: number): Expression => {
    const operands = [negation(depth)];
    while (word("and") ?? sign("&&")) operands.push(negation(depth));
    const [only] = operands;
    return operands.length > 1 || only === undefined ? { kind: "and", operands, bare: true } : only;
  };

  const negation = (depth: number): Expression => {
    if (depth > depthLimit) throw new ConditionProblem(`it is nested more than ${depthLimit} deep`);
    return (word("not") ?? sign("!")) ? { kind: "not", operand: negation(depth + 1) } : primary(depth);
  };

  const primary = (depth: number): Expression => {
    if (sign("(")) {
      const inner = disjunction(depth + 1);
      expect(")");
      return inner;
    }
    if (word("actionmatches")) return { kind: "actionMatches", pattern: functionArgument() };
    if (word("suboperationmatches")) return { kind: "subOperationMatches", name: functionArgument() };
    if (word("exists")) return { kind: "exists", attribute: attribute() ?? fail("an attribute") };
    return comparison();
  };

  const comparison = (): Expression => {
    const left = operand();
    const token = take(({ kind, text }) => kind === "word" && !/^(?:and|or|not|exists|true|false)$/i.test(text));
    const [first = "", second] = (token ?? fail("an operator")).text.split(":");
    const right = operand();
    return second === undefined
      ? { kind: "comparison", left, operator: canonical(first), right }
      : { kind: "comparison", left, quantifier: canonical(first), operator: canonical(second), right };
  };

  const operand = (): Operand => {
    const named = attribute();
    if (named) return named;
    if (!sign("{")) return { kind: "values", values: [literal()], set: false };
    const values = [literal()];
    while (sign(",")) values.push(literal());
    expect("}");
    return { kind: "values", values, set: true };
  };

  const attribute = (): Attribute | undefined => {
    const token = take(({ kind }) => kind === "attribute");
    return token && { kind: "attribute", source: canonical(token.source ?? ""), name: token.name ?? "" };
  };

  const literal = (): Literal => {
    const token = take(
      ({ kind, text }) =>
        kind === "string" ||
        kind === "number" ||
        kind === "guid" ||
        (kind === "word" && /^(?:true|false)$/i.test(text)),
    );
    const { kind, text } = token ?? fail("an attribute or a value");
    if (kind === "string" || kind === "number" || kind === "guid") return { type: kind, text };
    return { type: "boolean", text: text.toLowerCase() };
  };

  const functionArgument = (): string => {
    expect("{");
    const { text } = take(({ kind }) => kind === "string") ?? fail("a quoted name");
    expect("}");
    return text;
  };

  const end = () => {
    if (peek()) fail("AND, OR or the end");
  };
  return { disjunction, end };
}

/** An AND that no OR stands beside says itself what it groups. */
function grouped(expression: Expression): Expression {
  return expression.kind === "and" ? { ...expression, bare: false } : expression;
}

const names = [
  ...["Request", "Resource", "Principal", "Environment"],
  ...["ForAnyOfAnyValues", "ForAllOfAnyValues", "ForAnyOfAllValues", "ForAllOfAllValues"],
  ...["Equals", "NotEquals", "StartsWith", "NotStartsWith", "Like", "NotLike"].flatMap((name) => [
    `String${name}`,
    `String${name}IgnoreCase`,
  ]),
  ...["Numeric", "DateTime"].flatMap((type) =>
    ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"].map(
      (name) => `${type}${name}`,
    ),
  ),
  ...["BoolEquals", "BoolNotEquals", "GuidEquals", "GuidNotEquals"],
];
const canonicalNames = new Map(names.map((name) => [name.toLowerCase(), name]));

/** A documented name as the documentation writes it; any other stays as it is. */
function canonical(name: string): string {
  return canonicalNames.get(name.toLowerCase()) ?? name;
}
