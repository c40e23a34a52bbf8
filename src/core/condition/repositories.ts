import { type Truth, truthOf } from "../truth.ts";
import { likePattern, wildcardMatches } from "../wildcard.ts";
import { type Asked, attributeKey, evaluateLeaf, isAmbiguous, otherReading } from "./evaluate.ts";
import type { Attribute, Comparison, Expression, Leaf } from "./expression.ts";
import { fold } from "./fold.ts";

/**
 * The one attribute that Container Registry gives to conditions, on the request.
 * https://learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions
 */
const repositoryName: Attribute = {
  kind: "attribute",
  source: "Request",
  name: "Microsoft.ContainerRegistry/registries/repositories:name",
};

export const repositoryKey = attributeKey(repositoryName);

/** The repositories that a condition lets through, where that can be read off it. */
export type RepositorySet =
  | { readonly kind: "all" }
  | { readonly kind: "none" }
  | { readonly kind: "some"; readonly patterns: readonly RepositoryPattern[] }
  /** They depend on something else, or can be told only by what they are not. */
  | { readonly kind: "unreadable" };

export interface RepositoryPattern {
  readonly kind: "name" | "prefix" | "like";
  readonly text: string;
}

const all: RepositorySet = { kind: "all" };
const none: RepositorySet = { kind: "none" };
const unreadable: RepositorySet = { kind: "unreadable" };

/** What a condition says of all repositories at once; `asked` names none. */
export function repositoriesOf(expression: Expression, asked: Asked): RepositorySet {
  const leaf = (one: Leaf) => repositoriesOfLeaf(one, asked);
  return fold(expression, { or: disjunction, and: intersection, not: complement, leaf });
}

function disjunction(operands: readonly Expression[], setOf: (one: Expression) => RepositorySet): RepositorySet {
  const set = union(operands.map(setOf));
  if (!isAmbiguous(operands)) return set;
  const other = intersection(otherReading(operands).map((sum) => union(sum.map(setOf))));
  return set.kind === other.kind && set.kind !== "some" ? set : unreadable;
}

/** Whether a repository is in the set: for certain only where the set can be read. */
export function includes(set: RepositorySet, repository: string): Truth {
  if (set.kind === "unreadable") return "unknown";
  if (set.kind !== "some") return truthOf(set.kind === "all");
  return truthOf(set.patterns.some((pattern) => covers(pattern, repository)));
}

/** `base/app`, `team/*`, … for people. */
export function describeRepositories(patterns: readonly RepositoryPattern[]): string {
  return patterns.map(({ kind, text }) => (kind === "prefix" ? `${text}*` : text)).join(", ");
}

function repositoriesOfLeaf(leaf: Leaf, asked: Asked): RepositorySet {
  if (leaf.kind === "exists" && isRepositoryName(leaf.attribute)) return all;
  if (leaf.kind === "comparison" && isRepositoryName(leaf.left)) return named(leaf);
  const truth = evaluateLeaf(leaf, asked);
  if (truth === "unknown") return unreadable;
  return truth === "true" ? all : none;
}

/** Repository names are lower case, so a comparison that heeds case can match only what is lower case itself. */
function named({ quantifier, operator, right }: Comparison): RepositorySet {
  const [, negated, test = "", ignoreCase] = /^String(Not)?(Equals|StartsWith|Like)(IgnoreCase)?$/.exec(operator) ?? [];
  if (right.kind !== "values" || test === "") return unreadable;
  const one = right.values.length === 1;
  const anyOfThem = /^For(?:Any|All)OfAnyValues$/.test(quantifier ?? "");
  const allOfThem = /^For(?:Any|All)OfAllValues$/.test(quantifier ?? "");
  if (!anyOfThem && !allOfThem && !(one && quantifier === undefined)) return unreadable;
  const sets = right.values.map(({ text }) => {
    const set = single(test, ignoreCase ? text.toLowerCase() : text);
    return negated ? complement(set) : set;
  });
  return anyOfThem ? union(sets) : intersection(sets);
}

function single(test: string, text: string): RepositorySet {
  if (text !== text.toLowerCase()) return none;
  if ((test === "StartsWith" && text === "") || (test === "Like" && /^\*+$/.test(text))) return all;
  if (test === "Equals") return { kind: "some", patterns: [{ kind: "name", text }] };
  if (test === "StartsWith") return { kind: "some", patterns: [{ kind: "prefix", text }] };
  return { kind: "some", patterns: [{ kind: "like", text }] };
}

function isRepositoryName(operand: { readonly kind: string }): boolean {
  return operand.kind === "attribute" && attributeKey(operand as Attribute) === repositoryKey;
}

function union(sets: readonly RepositorySet[]): RepositorySet {
  if (sets.some(({ kind }) => kind === "all")) return all;
  if (sets.some(({ kind }) => kind === "unreadable")) return unreadable;
  const patterns = sets.flatMap((set) => (set.kind === "some" ? set.patterns : []));
  return patterns.length === 0 ? none : { kind: "some", patterns: unique(patterns) };
}

function intersection(sets: readonly RepositorySet[]): RepositorySet {
  if (sets.some(({ kind }) => kind === "none")) return none;
  if (sets.some(({ kind }) => kind === "unreadable")) return unreadable;
  return sets.reduce((left, right) => {
    if (left.kind !== "some") return left.kind === "all" ? right : left;
    if (right.kind !== "some") return right.kind === "all" ? left : right;
    return union(left.patterns.flatMap((one) => right.patterns.map((other) => both(one, other))));
  }, all);
}

function both(one: RepositoryPattern, other: RepositoryPattern): RepositorySet {
  if (other.kind === "name" && one.kind !== "name") return both(other, one);
  if (one.kind === "name") return covers(other, one.text) ? { kind: "some", patterns: [one] } : none;
  if (one.kind === "like" || other.kind === "like") return unreadable;
  const [longer, shorter] = one.text.length >= other.text.length ? [one, other] : [other, one];
  return longer.text.startsWith(shorter.text) ? { kind: "some", patterns: [longer] } : none;
}

function complement(set: RepositorySet): RepositorySet {
  if (set.kind === "all") return none;
  return set.kind === "none" ? all : unreadable;
}

function covers({ kind, text }: RepositoryPattern, repository: string): boolean {
  if (kind === "name") return repository === text;
  return kind === "prefix" ? repository.startsWith(text) : wildcardMatches(likePattern(text), repository);
}

function unique(patterns: readonly RepositoryPattern[]): readonly RepositoryPattern[] {
  return [...new Map(patterns.map((pattern) => [`${pattern.kind} ${pattern.text}`, pattern])).values()];
}
