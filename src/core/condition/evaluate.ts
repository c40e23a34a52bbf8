import { every, not, some, type Truth, truthOf } from "../truth.ts";
import { actionPattern, likePattern, wildcardMatches } from "../wildcard.ts";
import { type Attribute, type Comparison, type Expression, type Leaf, leavesOf, type Operand } from "./expression.ts";
import { fold } from "./fold.ts";

/** What is known of a request that a condition judges. */
export interface Asked {
  readonly action: string;
  /** Left out where it is not known whether the request has one. */
  readonly subOperation?: string;
  /** Values by `attributeKey`. An attribute that is not here may have any value, or none. */
  readonly attributes: ReadonlyMap<string, readonly string[]>;
}

export function attributeKey({ source, name }: Pick<Attribute, "source" | "name">): string {
  return `${source}:${name}`.toLowerCase();
}

/** Whether the condition holds. What is not documented is not known, and what is not known never becomes true by itself. */
export function evaluateCondition(expression: Expression, asked: Asked): Truth {
  return fold(expression, { or: disjunction, and: every, not, leaf: (leaf) => evaluateLeaf(leaf, asked) });
}

/** The statements that could not be decided. */
export function undecidedLeaves(expression: Expression, asked: Asked): readonly Leaf[] {
  return leavesOf(expression).filter((leaf) => evaluateLeaf(leaf, asked) === "unknown");
}

function disjunction(operands: readonly Expression[], truthIn: (one: Expression) => Truth): Truth {
  const truth = some(operands.map(truthIn));
  if (!isAmbiguous(operands)) return truth;
  const other = every(otherReading(operands).map((sum) => some(sum.map(truthIn))));
  return truth === other ? truth : "unknown";
}

/** AND beside OR without parentheses: the documentation calls the order ambiguous. */
export function isAmbiguous(operands: readonly Expression[]): boolean {
  return operands.some((one) => one.kind === "and" && one.bare);
}

/**
 * The same operands with OR binding closer than AND, as a product of sums.
 *
 * Of all readings, AND first is true most often and OR first least often: where the two agree, every reading does.
 */
export function otherReading(operands: readonly Expression[]): readonly (readonly Expression[])[] {
  const sums: Expression[][] = [];
  for (const operand of operands) {
    const factors = operand.kind === "and" && operand.bare ? operand.operands : [operand];
    for (const [index, factor] of factors.entries()) {
      const last = sums.at(-1);
      if (index === 0 && last) last.push(factor);
      else sums.push([factor]);
    }
  }
  return sums;
}

export function evaluateLeaf(leaf: Leaf, asked: Asked): Truth {
  switch (leaf.kind) {
    case "actionMatches":
      return truthOf(wildcardMatches(actionPattern(leaf.pattern), asked.action.toLowerCase()));
    case "subOperationMatches":
      if (asked.subOperation === undefined) return "unknown";
      return truthOf(wildcardMatches(actionPattern(leaf.name), asked.subOperation.toLowerCase()));
    case "exists":
      return asked.attributes.has(attributeKey(leaf.attribute)) ? "true" : "unknown";
    case "comparison":
      return compare(leaf, asked);
  }
}

function compare({ left, quantifier, operator, right }: Comparison, asked: Asked): Truth {
  const test = tests.get(operator);
  const ours = valuesOf(left, asked);
  const theirs = valuesOf(right, asked);
  if (!test || !ours || !theirs || ours.length === 0 || theirs.length === 0) return "unknown";
  const quantify = quantifier === undefined ? single(ours, theirs) : quantifiers.get(quantifier);
  return quantify?.(ours, theirs, test) ?? "unknown";
}

function valuesOf(operand: Operand, asked: Asked): readonly string[] | undefined {
  return operand.kind === "attribute"
    ? asked.attributes.get(attributeKey(operand))
    : operand.values.map(({ text }) => text);
}

type Test = (value: string, other: string) => Truth;
type Quantifier = (ours: readonly string[], theirs: readonly string[], test: Test) => Truth;

/** Without a quantifier one value is compared with one; what a list would mean is not documented. */
function single(ours: readonly string[], theirs: readonly string[]): Quantifier | undefined {
  return ours.length === 1 && theirs.length === 1 ? quantifier(some, some) : undefined;
}

function quantifier(ofOurs: typeof every, ofTheirs: typeof every): Quantifier {
  return (ours, theirs, test) => ofOurs(ours.map((value) => ofTheirs(theirs.map((other) => test(value, other)))));
}

/** The first word speaks of the values on the left, the second of those on the right. */
const quantifiers: ReadonlyMap<string, Quantifier> = new Map([
  ["ForAnyOfAnyValues", quantifier(some, some)],
  ["ForAllOfAnyValues", quantifier(every, some)],
  ["ForAnyOfAllValues", quantifier(some, every)],
  ["ForAllOfAllValues", quantifier(every, every)],
]);

const stringTests: Readonly<Record<string, (value: string, other: string) => boolean>> = {
  Equals: (value, other) => value === other,
  StartsWith: (value, other) => value.startsWith(other),
  Like: (value, other) => wildcardMatches(likePattern(other), value),
};

const orderTests: Readonly<Record<string, (difference: number) => boolean>> = {
  Equals: (difference) => difference === 0,
  NotEquals: (difference) => difference !== 0,
  LessThan: (difference) => difference < 0,
  LessThanEquals: (difference) => difference <= 0,
  GreaterThan: (difference) => difference > 0,
  GreaterThanEquals: (difference) => difference >= 0,
};

/** Every operator that the documentation defines. */
const tests: ReadonlyMap<string, Test> = new Map([
  ...Object.entries(stringTests).flatMap(([name, holds]): [string, Test][] => [
    [`String${name}`, (value, other) => truthOf(holds(value, other))],
    [`StringNot${name}`, (value, other) => truthOf(!holds(value, other))],
    [`String${name}IgnoreCase`, (value, other) => truthOf(holds(value.toLowerCase(), other.toLowerCase()))],
    [`StringNot${name}IgnoreCase`, (value, other) => truthOf(!holds(value.toLowerCase(), other.toLowerCase()))],
  ]),
  ...Object.entries(orderTests).flatMap(([name, holds]): [string, Test][] => [
    [`Numeric${name}`, ordered(integerOf, holds)],
    [`DateTime${name}`, ordered(ticksOf, holds)],
  ]),
  ...["Equals", "NotEquals"].flatMap((name): [string, Test][] => [
    [`Guid${name}`, same(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, name === "Equals")],
    [`Bool${name}`, same(/^(?:true|false)$/, name === "Equals")],
  ]),
]);

function ordered(read: (text: string) => bigint | undefined, holds: (difference: number) => boolean): Test {
  return (value, other) => {
    const [a, b] = [read(value), read(other)];
    if (a === undefined || b === undefined) return "unknown";
    if (a === b) return truthOf(holds(0));
    return truthOf(holds(a < b ? -1 : 1));
  };
}

/** Only integers are supported. */
function integerOf(text: string): bigint | undefined {
  return /^-?\d{1,40}$/.test(text) ? BigInt(text) : undefined;
}

/** `yyyy-mm-ddThh:mm:ss.mmmmmmmZ` in units of its last digit. */
function ticksOf(text: string): bigint | undefined {
  const [, whole, fraction = ""] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,7}))?Z$/.exec(text.toUpperCase()) ?? [];
  if (whole === undefined) return undefined;
  const milliseconds = Date.parse(`${whole}Z`);
  // the 30th of February is taken for a day in March
  if (Number.isNaN(milliseconds) || !new Date(milliseconds).toISOString().startsWith(whole)) return undefined;
  return BigInt(milliseconds) * 10_000n + BigInt(fraction.padEnd(7, "0"));
}

function same(shape: RegExp, wanted: boolean): Test {
  return (value, other) => {
    const [a, b] = [value.toLowerCase(), other.toLowerCase()];
    return shape.test(a) && shape.test(b) ? truthOf((a === b) === wanted) : "unknown";
  };
}
