import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { evaluate } from "../../src/core/evaluate.ts";
import type { CatalogRule } from "../../src/core/rule.ts";
import * as catalog from "../../src/rules/index.ts";
import { context, healthy, realm, without } from "../facts.ts";

const rules: readonly CatalogRule[] = Object.values(catalog);
const templates = rules.flatMap((rule) => [
  ...Object.entries(rule.failures).map(([name, { message, remediation }]) => ({
    id: `${rule.id} ${name}`,
    message,
    remediation,
  })),
]);

test("every rule file is in the catalog", () => {
  const files = readdirSync("src/rules").filter((file) => file !== "index.ts");
  expect(rules.map((rule) => `${rule.id}.ts`).sort()).toEqual(files.sort());
});

test.for(rules)("$id is named, titled and explained as every rule is", ({ id, title, why, references, failures }) => {
  expect(id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)+$/);
  expect(title, "a title is a state, not an order").not.toMatch(
    /^(?:Ensure|Should|Must|Do not|Avoid|Use|Enable|Disable|Check)\b|\.$/,
  );
  expect(title).toMatch(/^[A-Z].{9,59}$/);
  expect(why, "why is made of sentences").toMatch(/^[A-Z].{59,}\.$/);
  expect(Object.keys(failures).length).toBeGreaterThan(0);
  expect(references.length).toBeGreaterThan(0);
  for (const url of references) {
    expect(new URL(url).protocol).toBe("https:");
    expect(url, "no locale in the path").not.toMatch(/\/[a-z]{2}-[a-z]{2}\//i);
  }
});

test.for(rules)("$id has its test, its page and its line in the index", ({ id, title }) => {
  expect(existsSync(`test/rules/${id}.test.ts`)).toBe(true);
  expect(readFileSync(`docs/rules/${id}.md`, "utf8")).toContain(`# ${title}\n`);
  expect(readFileSync("docs/rules/README.md", "utf8")).toContain(`[${id}](${id}.md)`);
});

test.for(templates)("$id says what is wrong, and how to end it", ({ message, remediation }) => {
  expect(message, "a sentence about this subject").toMatch(/^(?:<\w+>|[A-Z]).*\.(?:<\w+>)?$/);
  expect(message.split(/\. (?=[A-Z])/).length, "at most one more sentence").toBeLessThanOrEqual(2);
  expect(remediation.text).toMatch(/^[A-Z].*\.$/);
  expect(remediation.cli, "one command that can be pasted").toMatch(/^az [a-z-]+ [^\n;&|]*$/);
  expect(remediation.cli, "the value is quoted when it is filled in").not.toMatch(/["']<\w+>|<\w+>["']/);
  expect(remediation.cli, "a secret is never printed, and the admin user never turned on").not.toMatch(
    /credential show|--admin-enabled true/,
  );
});

test.for(rules)("$id makes whole sentences of what is well too, and leaves no note to its author", (rule) => {
  for (const statement of Object.values(rule.statements)) expect(statement).toMatch(/^(?:<\w+>|[A-Z]).*\.$/);
  expect(JSON.stringify(rule)).not.toMatch(/TODO|FIXME/);
});

test("no two rules share a title, and no rule has a name twice among its failures and statements", () => {
  expect(new Set(rules.map(({ title }) => title)).size).toBe(rules.length);
  for (const { failures, statements } of rules)
    expect(Object.keys(failures).filter((name) => name in statements)).toEqual([]);
});

test.for(rules)("$id has nothing bad to say of a healthy subject", (rule) => {
  const { outcome, findings, gaps } = evaluate(rule, healthy(rule.subject), context, realm);
  expect(["pass", "notApplicable"]).toContain(outcome);
  expect([...findings, ...gaps]).toEqual([]);
});

test.for(rules.flatMap((rule) => rule.needs.map((fact) => [rule.id, fact, rule] as const)))(
  "%s is unknown without %s",
  ([, fact, rule]) => {
    const gap = { fact, reason: "forbidden", detail: "403" } as const;
    const evaluation = evaluate(rule, without(healthy(rule.subject), fact, gap), context, realm);
    expect(evaluation).toMatchObject({ outcome: "unknown", gaps: [gap], findings: [], undecided: "all" });
    expect(evaluation.message).toBe(`Could not be decided: ${fact} (forbidden).`);
  },
);

test.for(rules)("$id gives the same answer twice and changes nothing of what it is given", (rule) => {
  const snapshot = healthy(rule.subject);
  const before = structuredClone(snapshot);
  expect(evaluate(rule, snapshot, context, realm)).toEqual(evaluate(rule, snapshot, context, realm));
  expect(snapshot).toEqual(before);
});
