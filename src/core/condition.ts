import { type Asked, evaluateCondition, undecidedLeaves } from "./condition/evaluate.ts";
import { type Expression, print } from "./condition/expression.ts";
import { type Parsed, parseCondition } from "./condition/parse.ts";
import { type RepositorySet, repositoriesOf, repositoryKey } from "./condition/repositories.ts";
import type { Truth } from "./truth.ts";

/** The text of a condition on a role assignment or a deny assignment, and the version of its language. */
export interface Condition {
  readonly text: string;
  /** Left out where Azure did not say; it then takes 2.0. */
  readonly version?: string;
}

/** A request that a condition judges. */
export interface ConditionQuestion {
  readonly action: string;
  readonly subOperation?: string;
  /**
   * Name of the repository; `any` asks about all of them at once. Left out where the action has no repository: what a
   * condition says of one is then not known.
   */
  readonly repository?: string | { readonly any: true };
}

export interface ConditionVerdict {
  readonly truth: Truth;
  /** Where the question was about all repositories: those that it lets through. */
  readonly repositories?: RepositorySet;
  /** Why it is unknown, in words with the text at fault: absent where only the repository has to be named. */
  readonly problem?: string;
}

/** The only version there is. https://learn.microsoft.com/azure/role-based-access-control/conditions-role-assignments-rest */
const knownVersion = "2.0";

/** Whether a condition lets a request through. What this cannot read is unknown, and never true. */
export function judgeCondition(condition: Condition, question: ConditionQuestion): ConditionVerdict {
  const read = readCondition(condition);
  if (!read.parsed) return { truth: "unknown", problem: read.problem };
  return judge(read.expression, question);
}

const readings = new Map<string, Parsed>();
const readingsLimit = 10_000;

/** Parses a condition; each text once, since many grants carry the same one. */
export function readCondition({ text, version = knownVersion }: Condition): Parsed {
  if (version !== knownVersion) return { parsed: false, problem: `version ${version} is not known` };
  let reading = readings.get(text);
  if (reading === undefined) {
    if (readings.size >= readingsLimit) readings.clear();
    reading = parseCondition(text);
    readings.set(text, reading);
  }
  return reading;
}

function judge(expression: Expression, { action, subOperation, repository }: ConditionQuestion): ConditionVerdict {
  const named = typeof repository === "string";
  const asked: Asked = {
    action,
    ...(subOperation !== undefined && { subOperation }),
    attributes: new Map(named ? [[repositoryKey, [repository]]] : []),
  };
  if (named || repository === undefined) {
    const truth = evaluateCondition(expression, asked);
    return truth === "unknown" ? { truth, ...withProblem(expression, asked) } : { truth };
  }

  const repositories = repositoriesOf(expression, asked);
  if (repositories.kind === "all") return { truth: "true", repositories };
  if (repositories.kind === "none") return { truth: "false", repositories };
  if (repositories.kind === "some") return { truth: "unknown", repositories };
  // any name: whether it is let through does not matter, only what stays undecided besides
  const withName: Asked = { ...asked, attributes: new Map([[repositoryKey, ["name"]]]) };
  return { truth: "unknown", repositories, ...withProblem(expression, withName) };
}

function withProblem(expression: Expression, asked: Asked): { readonly problem?: string } {
  const undecided = [...new Set(undecidedLeaves(expression, asked).map(print))];
  if (undecided.length > 0) return { problem: `it depends on ${undecided.join("; ")}` };
  if (evaluateCondition(expression, asked) !== "unknown") return {};
  return { problem: "AND and OR stand side by side without parentheses" };
}
