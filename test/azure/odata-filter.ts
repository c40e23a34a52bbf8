import { child, list } from "./body.ts";
import type { GraphEntity } from "./graph-entities.ts";
import type { Body } from "./world.ts";

export type FilterTest = (body: Body) => boolean;
export interface FilterProblem {
  readonly problem: string;
}

const token = /\s*(?:('(?:[^']|'')*')|([A-Za-z_$][\w$/]*)|(-?\d[\w:.\-+]*)|([(),:]))/y;

type Test = (body: Body, scope: Readonly<Record<string, unknown>>) => boolean;
type Value = (body: Body, scope: Readonly<Record<string, unknown>>) => unknown;

/** Compiles the part of OData's `$filter` that Microsoft Graph has for directory objects; strings ignore case, as there. */
export function compileFilter(filter: string, entity: GraphEntity | undefined): FilterTest | FilterProblem {
  const tokens = tokenize(filter);
  if (!tokens) return { problem: `Invalid filter clause: Syntax error in '${filter}'.` };
  let position = 0;
  const peek = () => tokens[position] ?? "";
  const take = () => tokens[position++] ?? "";
  const expect = (wanted: string) => {
    if (take() !== wanted) throw new SyntaxError(`'${wanted}' expected at position ${position} in '${filter}'.`);
  };

  const either = (): Test => {
    const tests = [both()];
    while (peek().toLowerCase() === "or") {
      take();
      tests.push(both());
    }
    return tests.length === 1 && tests[0] ? tests[0] : (body, scope) => tests.some((test) => test(body, scope));
  };
  const both = (): Test => {
    const tests = [single()];
    while (peek().toLowerCase() === "and") {
      take();
      tests.push(single());
    }
    return tests.length === 1 && tests[0] ? tests[0] : (body, scope) => tests.every((test) => test(body, scope));
  };
  const single = (): Test => {
    if (peek().toLowerCase() === "not") {
      take();
      const test = single();
      return (body, scope) => !test(body, scope);
    }
    if (peek() === "(") {
      take();
      const test = either();
      expect(")");
      return test;
    }
    return comparison();
  };
  const comparison = (): Test => {
    const name = take();
    const function_ = textFunctions[name.toLowerCase()];
    if (function_) {
      expect("(");
      const left = value();
      expect(",");
      const right = value();
      expect(")");
      return (body, scope) => function_(lower(left(body, scope)), lower(right(body, scope)));
    }
    if (/\/(any|all)$/i.test(name)) return lambda(name);
    const left = path(name);
    const operator = take().toLowerCase();
    if (operator === "in") {
      expect("(");
      const values = [value()];
      while (peek() === ",") {
        take();
        values.push(value());
      }
      expect(")");
      return (body, scope) => values.some((right) => same(left(body, scope), right(body, scope)));
    }
    const compare = comparisons[operator];
    if (!compare) throw new SyntaxError(`The operator '${operator}' is not supported.`);
    const right = value();
    return (body, scope) => compare(left(body, scope), right(body, scope));
  };
  const lambda = (name: string): Test => {
    const collection = name.slice(0, name.lastIndexOf("/"));
    expect("(");
    if (peek() === ")") {
      take();
      return (body) => list(body, ...collection.split("/")).length > 0;
    }
    const variable = take();
    expect(":");
    const test = either();
    expect(")");
    const any = name.toLowerCase().endsWith("any");
    return (body, scope) => {
      const items = list(derived(body), ...collection.split("/"));
      const matches = (item: unknown) => test(body, { ...scope, [variable]: item });
      return any ? items.some(matches) : items.every(matches);
    };
  };
  const derived = (body: Body): Body => (entity ? { ...entity.defaults, ...entity.derive(body), ...body } : body);
  const path = (name: string): Value => {
    const [head = "", ...rest] = name.split("/");
    return (body, scope) => (head in scope ? child(scope[head], ...rest) : child(derived(body), head, ...rest));
  };
  const value = (): Value => {
    const word = take();
    if (word.startsWith("'")) {
      const literal = word.slice(1, -1).replaceAll("''", "'");
      return () => literal;
    }
    if (/^-?\d/.test(word)) return () => (Number.isNaN(Number(word)) ? word : Number(word));
    if (word === "true" || word === "false") return () => word === "true";
    if (word === "null") return () => null;
    return path(word);
  };

  try {
    const test = either();
    if (position < tokens.length) throw new SyntaxError(`Syntax error at '${peek()}' in '${filter}'.`);
    return (body) => test(body, {});
  } catch (error) {
    return { problem: `Invalid filter clause: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function tokenize(filter: string): string[] | undefined {
  const tokens: string[] = [];
  token.lastIndex = 0;
  const end = filter.trimEnd().length;
  while (token.lastIndex < end) {
    const match = token.exec(filter);
    if (!match) return undefined;
    tokens.push(match[1] ?? match[2] ?? match[3] ?? match[4] ?? "");
  }
  return tokens;
}

const textFunctions: Readonly<Record<string, (text: string, part: string) => boolean>> = {
  startswith: (text, part) => text.startsWith(part),
  endswith: (text, part) => text.endsWith(part),
  contains: (text, part) => text.includes(part),
};

const comparisons: Readonly<Record<string, (left: unknown, right: unknown) => boolean>> = {
  eq: same,
  ne: (left, right) => !same(left, right),
  gt: (left, right) => order(left, right) > 0,
  ge: (left, right) => order(left, right) >= 0,
  lt: (left, right) => order(left, right) < 0,
  le: (left, right) => order(left, right) <= 0,
};

function same(left: unknown, right: unknown): boolean {
  if (typeof left === "string" && typeof right === "string") return left.toLowerCase() === right.toLowerCase();
  return (left ?? null) === (right ?? null);
}

/** Dates compare as text because both are ISO 8601 in UTC; `null` is before and after nothing. */
function order(left: unknown, right: unknown): number {
  if (left == null || right == null) return Number.NaN;
  if (typeof left === "number" && typeof right === "number") return left - right;
  return String(left) < String(right) ? -1 : String(left) > String(right) ? 1 : 0;
}

function lower(value: unknown): string {
  return typeof value === "string" ? value.toLowerCase() : "";
}
