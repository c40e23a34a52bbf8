import { attributeKey } from "./condition/evaluate.ts";
import { type Attribute, type Expression, print } from "./condition/expression.ts";
import { type RepositoryPattern, repositoryKey } from "./condition/repositories.ts";
import { readCondition } from "./condition.ts";
import type { Grant } from "./facts.ts";

/** The attribute of a request that says which repository it is for. */
export const repositoryName = "@Request[Microsoft.ContainerRegistry/registries/repositories:name]";

/** A prefix for whoever has to choose one. */
export const samplePatterns: readonly RepositoryPattern[] = [{ kind: "prefix", text: "team/" }];

/**
 * The condition that the documentation shows: these actions, on these repositories alone.
 * https://learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions
 */
export function conditionFor(actions: readonly string[], patterns: readonly RepositoryPattern[]): string {
  const others = actions.map((action) => `!(ActionMatches{'${action}'})`).join(" AND ");
  const names = patterns.map((pattern) => `${repositoryName} ${operators[pattern.kind]} '${pattern.text}'`);
  return `((${others}) OR (${names.join(" OR ")}))`;
}

const operators = {
  name: "StringEqualsIgnoreCase",
  prefix: "StringStartsWithIgnoreCase",
  like: "StringLikeIgnoreCase",
} as const;

/** What `az role assignment update` takes for the same grant with another condition. */
export function updatedAssignment(grant: Grant, roleId: string, condition: string): string {
  const { id, principalId, principalType, scope } = grant;
  const name = id.split("/").at(-1) ?? "";
  const properties = { id, name, principalId, principalType, roleDefinitionId: roleIdAt(scope, roleId), scope };
  return JSON.stringify({ ...properties, condition, conditionVersion: "2.0" });
}

/**
 * The role as assignments at a scope name it: under their own subscription, whichever one its definition was read from.
 * https://learn.microsoft.com/azure/role-based-access-control/role-definitions
 */
function roleIdAt(scope: string, roleId: string): string {
  const [subscription = ""] = /^\/subscriptions\/[^/]+/i.exec(scope) ?? [];
  return `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${roleId.split("/").at(-1) ?? roleId}`;
}

export interface OpenPrefixes {
  /** Prefixes that also let through repositories which only begin alike. */
  readonly prefixes: readonly string[];
  /** The same condition with a slash at the end of each. */
  readonly corrected: string;
}

/** The prefixes without a slash at their end by which a condition lets repositories through; nothing where it has none. */
export function openPrefixesOf({ condition: text, conditionVersion: version }: Grant): OpenPrefixes | undefined {
  if (text === undefined) return undefined;
  const read = readCondition({ text, ...(version !== undefined && { version }) });
  if (!read.parsed) return undefined;
  const prefixes = new Set<string>();
  const corrected = closePrefixes(read.expression, true, prefixes);
  return prefixes.size > 0 ? { prefixes: [...prefixes], corrected: print(corrected) } : undefined;
}

/** `letsThrough` is false inside of a negation, where a prefix without a slash only takes more away. */
function closePrefixes(expression: Expression, letsThrough: boolean, found: Set<string>): Expression {
  switch (expression.kind) {
    case "or":
    case "and":
      return { ...expression, operands: expression.operands.map((one) => closePrefixes(one, letsThrough, found)) };
    case "not":
      return { ...expression, operand: closePrefixes(expression.operand, !letsThrough, found) };
    case "comparison": {
      const { left, operator, right } = expression;
      const wanted = letsThrough ? /^StringStartsWith(?:IgnoreCase)?$/ : /^StringNotStartsWith(?:IgnoreCase)?$/;
      if (!isRepositoryName(left) || right.kind !== "values" || !wanted.test(operator)) return expression;
      const values = right.values.map((value) => {
        if (value.text === "" || value.text.endsWith("/")) return value;
        found.add(value.text);
        return { ...value, text: `${value.text}/` };
      });
      return { ...expression, right: { ...right, values } };
    }
    default:
      return expression;
  }
}

function isRepositoryName(operand: { readonly kind: string }): boolean {
  return operand.kind === "attribute" && attributeKey(operand as Attribute) === repositoryKey;
}
