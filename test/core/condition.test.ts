import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evaluateCondition } from "../../src/core/condition/evaluate.ts";
import { type Expression, type Leaf, print } from "../../src/core/condition/expression.ts";
import { parseCondition } from "../../src/core/condition/parse.ts";
import {
  describeRepositories,
  includes,
  repositoriesOf,
  repositoryKey,
} from "../../src/core/condition/repositories.ts";
import { type ConditionQuestion, judgeCondition, readCondition } from "../../src/core/condition.ts";
import { every, some, type Truth } from "../../src/core/truth.ts";

const repositories = "Microsoft.ContainerRegistry/registries/repositories";
const contentRead = `${repositories}/content/read`;
const metadataRead = `${repositories}/metadata/read`;
const name = `@Request[${repositories}:name]`;

const ask = (text: string, changes: Partial<ConditionQuestion> = {}) =>
  judgeCondition({ text }, { action: contentRead, repository: "team/api", ...changes }).truth;

function parsed(text: string): Expression {
  const read = parseCondition(text);
  if (!read.parsed) throw new Error(`${text}: ${read.problem}`);
  return read.expression;
}

describe("the condition that the documentation of Container Registry shows", () => {
  const text = `
    (
     (
      !(ActionMatches{'${contentRead}'})
      AND
      !(ActionMatches{'${metadataRead}'})
     )
     OR
     (
      ${name} StringEqualsIgnoreCase 'nginx'
     )
    )`;
  test.for([
    [contentRead, "nginx", "true"],
    [metadataRead, "nginx", "true"],
    [contentRead, "nginx2", "false"],
    [metadataRead, "other", "false"],
    [`${repositories}/content/write`, "other", "true"],
  ] as const)("of %s on %s is %s", ([action, repository, truth]) => {
    expect(ask(text, { action, repository })).toBe(truth);
  });
});

test.for([
  // the documentation's own examples
  [
    "ActionMatches{'Microsoft.Authorization/roleAssignments/*'}",
    "Microsoft.Authorization/roleAssignments/write",
    "true",
  ],
  [
    "ActionMatches{'Microsoft.Authorization/roleDefinitions/*'}",
    "Microsoft.Authorization/roleAssignments/write",
    "false",
  ],
  [
    "ActionMatches{'microsoft.authorization/ROLEASSIGNMENTS/write'}",
    "Microsoft.Authorization/roleAssignments/write",
    "true",
  ],
] as const)("%s of %s is %s", ([text, action, truth]) => {
  expect(ask(text, { action })).toBe(truth);
});

test.for([
  ["{'red', 'blue'} ForAnyOfAnyValues:StringEquals {'blue', 'green'}", "true"],
  ["{'red', 'blue'} ForAnyOfAnyValues:StringEquals {'orange', 'green'}", "false"],
  ["{'red', 'blue'} ForAllOfAnyValues:StringEquals {'orange', 'red', 'blue'}", "true"],
  ["{'red', 'blue'} ForAllOfAnyValues:StringEquals {'red', 'green'}", "false"],
  ["{10, 20} ForAnyOfAllValues:NumericLessThan {15, 18}", "true"],
  ["{10, 20} ForAllOfAllValues:NumericLessThan {5, 15, 18}", "false"],
  ["{10, 20} ForAllOfAllValues:NumericLessThan {25, 30}", "true"],
  ["{10, 20} ForAllOfAllValues:NumericLessThan {15, 25, 30}", "false"],
  ["'abcd' StringLike 'a*c?'", "true"],
  ["'abcd' StringLike 'A*C?'", "false"],
  ["'abcd' StringLikeIgnoreCase 'A*C?'", "true"],
  ["'abcd' StringNotLike 'a*c'", "true"],
  ["'abcd' StringNotLikeIgnoreCase 'A*C?'", "false"],
  ["'a' StringEquals 'A'", "false"],
  ["'a' StringEqualsIgnoreCase 'A'", "true"],
  ["'a' StringNotEquals 'A'", "true"],
  ["'a' StringNotEqualsIgnoreCase 'A'", "false"],
  ["'abc' StringStartsWith 'ab'", "true"],
  ["'abc' StringStartsWith 'AB'", "false"],
  ["'abc' StringStartsWithIgnoreCase 'AB'", "true"],
  ["'abc' StringNotStartsWith 'AB'", "true"],
  ["'abc' StringNotStartsWithIgnoreCase 'AB'", "false"],
  ["3 NumericEquals 3", "true"],
  ["3 NumericNotEquals 3", "false"],
  ["-3 NumericLessThanEquals -3", "true"],
  ["4 NumericGreaterThan 10", "false"],
  ["10 NumericGreaterThanEquals 9", "true"],
  ["'x' NumericEquals 'x'", "unknown"],
  ["true BoolEquals TRUE", "true"],
  ["true BoolNotEquals false", "true"],
  ["'yes' BoolEquals 'yes'", "unknown"],
  ["'2022-06-01T00:00:00.0Z' DateTimeEquals '2022-06-01T00:00:00Z'", "true"],
  ["'2022-06-01T00:00:00.0000001Z' DateTimeGreaterThan '2022-06-01T00:00:00Z'", "true"],
  ["'2022-06-01T00:00:00Z' DateTimeLessThan '2022-05-31T23:59:59Z'", "false"],
  ["'yesterday' DateTimeLessThan 'today'", "unknown"],
  ["'2022-02-30T00:00:00Z' DateTimeEquals '2022-03-02T00:00:00Z'", "unknown"],
  ["'2022-02-28T24:00:00Z' DateTimeEquals '2022-03-01T00:00:00Z'", "unknown"],
  ["5e467623-bb1f-42f4-a55d-6e525e11384b GuidEquals '5E467623-BB1F-42F4-A55D-6E525E11384B'", "true"],
  [
    "{5e467623-bb1f-42f4-a55d-6e525e11384b, a795c7a0-d4a2-40c1-ae25-d81f01202912} ForAllOfAllValues:GuidNotEquals {18d7d88d-d35e-4fb5-a5c3-7773c20a72d9}",
    "true",
  ],
  ["'a' GuidEquals 'a'", "unknown"],
  ["'10.0.0.1' IpMatch '10.0.0.0/8'", "unknown"],
  ["'a' StringSoundsLike 'a'", "unknown"],
  ["'a' ForSomeOfManyValues:StringEquals 'a'", "unknown"],
  ["'a' StringEquals {'a', 'b'}", "unknown"],
  ["'a' StringEquals {'a'}", "true"],
  ["@Principal[Microsoft.Directory/CustomSecurityAttributes/Id:a] StringEquals 'a'", "unknown"],
  ["@Environment[UtcNow] DateTimeGreaterThan '2000-01-01T00:00:00Z'", "unknown"],
  ["@Environment[isPrivateLink] BoolEquals true", "unknown"],
  [`@Resource[${repositories}:name] StringEquals 'team/api'`, "unknown"],
  [`@Nobody[${repositories}:name] StringEquals 'team/api'`, "unknown"],
  [`'team/api' StringEquals @Request[${repositories}:name]`, "true"],
  [`Exists ${name}`, "true"],
  [`not exists ${name}`, "false"],
  ["Exists @Request[a:b]", "unknown"],
  ["SubOperationMatches{'Blob.List'}", "unknown"],
] as const)("%s is %s", ([text, truth]) => {
  expect(ask(text)).toBe(truth);
  expect(ask(`!(${text})`)).toBe({ true: "false", false: "true", unknown: "unknown" }[truth]);
});

test("a sub-operation is compared where it is known", () => {
  expect(ask("SubOperationMatches{'Blob.List'}", { subOperation: "blob.list" })).toBe("true");
  expect(ask("SubOperationMatches{'Blob.List'}", { subOperation: "Blob.Read" })).toBe("false");
});

const [T, F, U] = ["ActionMatches{'*'}", "ActionMatches{'no'}", "'a' Nonsense 'a'"];

test.for<readonly [string, Truth]>([
  [`${T} AND ${F}`, "false"],
  [`${T} && ${T} and ${T}`, "true"],
  [`${F} || ${T}`, "true"],
  [`${F} or ${F}`, "false"],
  [`NOT ${F}`, "true"],
  [`!${T}`, "false"],
  [`!!${T}`, "true"],
  [`NOT ${F} AND ${F}`, "false"],
  [`NOT (${F} AND ${F})`, "true"],
  [`!${T} OR ${T}`, "true"],
  [`((((${T}))))`, "true"],
  [`${F} AND ${U}`, "false"],
  [`${T} OR ${U}`, "true"],
  [`${T} AND ${U}`, "unknown"],
  [`${F} OR ${U}`, "unknown"],
  // AND beside OR without parentheses is ambiguous, which matters only where the readings differ
  [`${T} AND ${T} OR ${F}`, "true"],
  [`${F} AND ${T} OR ${T}`, "unknown"],
  [`(${F} AND ${T}) OR ${T}`, "true"],
  [`${F} AND (${T} OR ${T})`, "false"],
  [`${T} OR ${T} AND ${F}`, "unknown"],
  [`${F} AND ${F} OR ${F}`, "false"],
  [`${T} OR ${F} AND ${F} OR ${T}`, "true"],
])("%s is %s", ([text, truth]) => {
  expect(ask(text)).toBe(truth);
});

type Word = "AND" | "OR";

/** What a row of statements can mean, however it is grouped. */
function everyReading(truths: readonly Truth[], words: readonly Word[]): ReadonlySet<Truth> {
  if (words.length === 0) return new Set(truths);
  const readings = words.flatMap((word, at) => {
    const left = [...everyReading(truths.slice(0, at + 1), words.slice(0, at))];
    const right = [...everyReading(truths.slice(at + 1), words.slice(at + 1))];
    return left.flatMap((one) => right.map((other) => (word === "AND" ? every([one, other]) : some([one, other]))));
  });
  return new Set(readings);
}

test("without parentheses a condition is certain exactly when all ways to group it agree", () => {
  const statement = fc.constantFrom<readonly [string, Truth]>([T, "true"], [F, "false"], [U, "unknown"]);
  const rest = fc.array(fc.tuple(fc.constantFrom<Word>("AND", "OR"), statement), { maxLength: 6 });
  fc.assert(
    fc.property(statement, rest, (first, others) => {
      const text = [first[0], ...others.map(([word, [one]]) => `${word} ${one}`)].join(" ");
      const truths = [first[1], ...others.map(([, [, truth]]) => truth)];
      const words = others.map(([word]) => word);
      const [only, ...more] = everyReading(truths, words);
      expect(ask(text)).toBe(more.length === 0 ? only : "unknown");
    }),
  );
});

test.for([
  "",
  " ",
  "(",
  `(${T}`,
  `${T})`,
  `${T} ${T}`,
  `${T} AND`,
  `AND ${T}`,
  "NOT",
  "ActionMatches{}",
  "ActionMatches{'a','b'}",
  "ActionMatches('a')",
  "ActionMatches{'a'",
  "Exists 'a'",
  "'a'",
  "'a' 'b'",
  "'a' StringEquals",
  "'a' AND 'b'",
  "{} ForAnyOfAnyValues:StringEquals {'a'}",
  "{'a',} ForAnyOfAnyValues:StringEquals {'a'}",
  "'it''s' StringEquals 'a'",
  "'open StringEquals 'a'",
  '"a" StringEquals "a"',
  "@Request StringEquals 'a'",
  "@Request[] StringEquals 'a'",
  "1.5 NumericEquals 1.5",
  `${T}; ${T}`,
  "(".repeat(5000) + T + ")".repeat(5000),
  `${"!".repeat(5000)}${T}`,
  `${T}${" ".repeat(20_000)}`,
])("%s is no condition, and never true", (text) => {
  const read = parseCondition(text);
  expect(read).toMatchObject({ parsed: false, problem: expect.stringMatching(/\w/) });
  expect(judgeCondition({ text }, { action: contentRead, repository: "a" })).toMatchObject({ truth: "unknown" });
  expect(judgeCondition({ text }, { action: contentRead, repository: { any: true } }).truth).toBe("unknown");
});

test("another version is not read, none is taken for 2.0", () => {
  expect(readCondition({ text: T, version: "1.0" })).toMatchObject({
    parsed: false,
    problem: "version 1.0 is not known",
  });
  expect(readCondition({ text: T, version: "2.0" }).parsed && readCondition({ text: T }).parsed).toBe(true);
});

test("what could not be decided is named", () => {
  const text = `${T} AND (@Principal[a:b] StringEquals 'c' OR ${F})`;
  expect(judgeCondition({ text }, { action: contentRead, repository: "a" })).toEqual({
    truth: "unknown",
    problem: "it depends on @Principal[a:b] StringEquals 'c'",
  });
});

const anyText = fc.stringMatching(/^[a-z/*?$]{0,6}$/);
const anyLeaf: fc.Arbitrary<Leaf> = fc.oneof(
  fc.record({
    kind: fc.constant("actionMatches" as const),
    pattern: fc.constantFrom("*", contentRead, "no", "*/read"),
  }),
  fc.record({ kind: fc.constant("subOperationMatches" as const), name: anyText }),
  fc.record({
    kind: fc.constant("comparison" as const),
    left: fc.constantFrom(
      { kind: "attribute" as const, source: "Request", name: `${repositories}:name` },
      { kind: "attribute" as const, source: "Principal", name: "a:b" },
    ),
    operator: fc.constantFrom(
      ...["StringEquals", "StringNotEquals", "StringStartsWithIgnoreCase", "StringNotStartsWith", "StringLike", "Odd"],
    ),
    right: anyText.map((text) => ({
      kind: "values" as const,
      values: [{ type: "string" as const, text }],
      set: false,
    })),
  }),
  fc.record({
    kind: fc.constant("comparison" as const),
    left: fc.constant({ kind: "attribute" as const, source: "Request", name: `${repositories}:name` }),
    quantifier: fc.constantFrom("ForAnyOfAnyValues", "ForAllOfAllValues", "ForAllOfAnyValues"),
    operator: fc.constantFrom("StringEquals", "StringNotEqualsIgnoreCase", "StringLike"),
    right: fc.array(anyText, { minLength: 1, maxLength: 3 }).map((texts) => ({
      kind: "values" as const,
      values: texts.map((text) => ({ type: "string" as const, text })),
      set: true,
    })),
  }),
);

const anyExpression = fc.letrec<{ expression: Expression; operand: Expression; alternative: Expression }>((tie) => {
  const list = (of: fc.Arbitrary<Expression>) => fc.array(of, { minLength: 2, maxLength: 3 });
  const and = (bare: boolean) => list(tie("operand")).map((operands): Expression => ({ kind: "and", operands, bare }));
  return {
    expression: fc.oneof({ maxDepth: 4 }, anyLeaf, tie("operand"), and(false)),
    alternative: fc.oneof({ maxDepth: 4 }, anyLeaf, tie("operand"), and(false), and(true)),
    operand: fc.oneof(
      { maxDepth: 4 },
      anyLeaf,
      tie("expression").map((operand): Expression => ({ kind: "not", operand })),
      list(tie("alternative")).map((operands): Expression => ({ kind: "or", operands })),
    ),
  };
}).expression;

test("what is printed is parsed into the same condition", () => {
  fc.assert(
    fc.property(anyExpression, (expression) => {
      expect(parsed(print(expression))).toEqual(expression);
    }),
  );
});

test("AND beside OR on every level is answered, however deep", () => {
  let text = "1 NumericEquals 2";
  for (let level = 0; level < 90; level++) text = `1 NumericEquals 1 AND (${text}) OR 1 NumericEquals 2`;
  expect(ask(text)).toBe("false"); // both readings of each level ask for the levels below: 2^90 steps, one by one
  expect(ask(text, { repository: { any: true } })).toBe("false");
});

test("keywords ignore case, and space does not matter", () => {
  fc.assert(
    fc.property(anyExpression, (expression) => {
      const shouted = print(expression)
        .replaceAll(/\b(?:AND|OR)\b/g, (word) => (word === "AND" ? "and" : "||"))
        .replaceAll(" ", "\n\t ");
      expect(parsed(shouted)).toEqual(expression);
    }),
  );
});

test("the parser ends on any text without throwing", () => {
  const piece = fc.constantFrom(
    ...["(", ")", "{", "}", "'", "AND", "OR", "!", "@Request[a]", "Exists", T, "1", ",", "é"],
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece).map((parts) => parts.join(" ")),
      ),
      (text) => {
        expect(typeof parseCondition(text).parsed).toBe("boolean");
      },
    ),
  );
});

test("what becomes known never turns what was certain, and never makes certain what is said of all repositories wrong", () => {
  const repository = fc.stringMatching(/^[a-z/]{1,4}$/);
  fc.assert(
    fc.property(anyExpression, repository, (expression, one) => {
      const asked = (names: readonly string[]) => ({
        action: contentRead,
        attributes: new Map(names.map((value) => [repositoryKey, [value]] as const)),
      });
      const [open, named] = [asked([]), asked([one])].map((request) => evaluateCondition(expression, request));
      if (open !== "unknown") expect(named).toBe(open);

      const set = repositoriesOf(expression, asked([]));
      if (set.kind !== "unreadable") expect(named).toBe(includes(set, one));
      else expect(includes(set, one)).toBe("unknown");
    }),
  );
});

test.for([
  [`${name} StringEqualsIgnoreCase 'Base/Node'`, "base/node"],
  [`${name} StringStartsWithIgnoreCase 'team/' OR ${name} StringEquals 'a'`, "team/*, a"],
  [`${name} StringLike 'x/*/y'`, "x/*/y"],
  [`${name} ForAnyOfAnyValues:StringEquals {'a', 'b'}`, "a, b"],
  [`${name} StringStartsWith 'a/' AND ${name} StringStartsWith 'a/b/'`, "a/b/*"],
  [`${name} StringStartsWith 'a/' AND ${name} ForAnyOfAnyValues:StringEquals {'a/b', 'b'}`, "a/b"],
  [`(!(ActionMatches{'${contentRead}'})) OR ${name} StringStartsWith 'a/'`, "a/*"],
  [`${name} StringStartsWith 'a/' OR ${F}`, "a/*"],
  [`${name} StringStartsWith 'a/' AND ${T}`, "a/*"],
] as const)("%s lets through %s", ([text, names]) => {
  const { truth, repositories: set } = judgeCondition({ text }, { action: contentRead, repository: { any: true } });
  expect(truth).toBe("unknown");
  expect(set?.kind === "some" && describeRepositories(set.patterns)).toBe(names);
});

test.for([
  [`${name} StringLike '*'`, "all"],
  [`${name} StringStartsWith ''`, "all"],
  [`${name} StringEquals 'A'`, "none"],
  [`${name} StringNotEquals 'A'`, "all"],
  [`${name} StringStartsWith 'a/' AND ${name} StringStartsWith 'b/'`, "none"],
  [`${name} StringNotEquals 'a'`, "unreadable"],
  [`!(${name} StringEquals 'a')`, "unreadable"],
  [`${name} StringEquals 'a' OR @Principal[a:b] StringEquals 'c'`, "unreadable"],
  [`${name} StringLike 'a*' AND ${name} StringLike '*b'`, "unreadable"],
  [`Exists ${name}`, "all"],
] as const)("%s is %s", ([text, kind]) => {
  expect(repositoriesOf(parsed(text), { action: contentRead, attributes: new Map() }).kind).toBe(kind);
});
