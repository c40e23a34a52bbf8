import type { RequiredPermissions } from "../src/collect/collector.ts";
import type { CatalogCause } from "../src/core/cause.ts";
import type { CatalogRule, Failure } from "../src/core/rule.ts";
import type { Settings } from "../src/settings.ts";
import type { ListedCollector } from "./catalog.ts";

export function rulePage(rule: CatalogRule): string {
  const statements = Object.values(rule.statements);
  return `${generatedFrom(`src/rules/${rule.id}.ts`)}
# ${rule.title}

\`${rule.id}\` · ${rule.severity} · ${rule.category} · judges each ${rule.subject}

${rule.why}

## What it reports, and how to fix it

${Object.values(rule.failures).map(failureSection).join("\n\n")}

## What it says otherwise

${statements.map((statement) => `- ${prose(statement)}`).join("\n")}

Needs: ${rule.needs.map((fact) => `\`${fact}\``).join(", ")}. When one of these cannot be collected the outcome is
unknown, never a pass.

## References

${rule.references.map((url) => `- <${url}>`).join("\n")}
`;
}

function failureSection({ message, remediation }: Pick<Failure, "message" | "remediation">): string {
  return `> ${prose(message)}

${prose(remediation.text)}

\`\`\`shell
${remediation.cli}
\`\`\``;
}

export function index(rules: readonly CatalogRule[]): string {
  const rows = rules.map(
    (rule) => `| [${rule.id}](${rule.id}.md) | ${rule.subject} | ${rule.category} | ${rule.severity} | ${rule.title} |`,
  );
  return `${generatedFrom("src/rules")}
# Rules

| rule | judges each | category | severity | title |
|---|---|---|---|---|
${rows.join("\n")}

The severity is the one a finding has unless the rule says otherwise for a case.
`;
}

export function causePage(cause: CatalogCause): string {
  const incident = cause.incident ? cause.severity : "no incident: nobody is told";
  return `${generatedFrom(`src/causes/${cause.id}.ts`)}
# ${cause.title}

\`${cause.id}\` · ${incident}

## What it says, and how to fix it

${failureSection(cause)}

Needs: ${cause.needs.length === 0 ? "nothing but the login itself" : cause.needs.map((fact) => `\`${fact}\``).join(", ")}. When one of
these cannot be collected the cause counts as not checked, never as excluded.
${cause.references.length === 0 ? "" : `\n## References\n\n${cause.references.map((url) => `- <${url}>`).join("\n")}\n`}`;
}

export function causeIndex(causes: readonly CatalogCause[]): string {
  const rows = causes
    .toSorted((a, b) => a.rank - b.rank)
    .map(
      (cause) =>
        `| [${cause.id}](${cause.id}.md) | ${cause.incident ? cause.severity : "no incident"} | ${cause.title} |`,
    );
  return `${generatedFrom("src/causes")}
# Causes of a failed login

Every cause is weighed against each failed login: confirmed, likely, possible, excluded, or not checked. Never from the
status alone. Among causes of one verdict the order is this table's.

| cause | severity | what it says |
|---|---|---|
${rows.join("\n")}
`;
}

export function permissionsPage(collectors: readonly ListedCollector[], union: Required<RequiredPermissions>): string {
  const ids = [...Map.groupBy(collectors, ({ id }) => id)].map(([id, group]) => {
    const unique = (of: (one: ListedCollector) => readonly string[] | undefined) =>
      [...new Set(group.flatMap((one) => of(one) ?? []))].sort();
    const actions = unique(({ permissions }) => permissions.actions);
    return `| ${id} | ${codes(actions)} | ${codes(unique(({ permissions }) => permissions.graph))} |`;
  });
  return `${generatedFrom("src/collect")}
# Permissions

What each collector reads, and what the auditor's identity has to be allowed for it. Without one of these the facts of
that collector are gaps: the rules that need them answer unknown, and the report says why.

| collector | Azure RBAC actions | Microsoft Graph application permissions |
|---|---|---|
${ids.join("\n")}

## All of them

Azure RBAC actions of the custom role, at every subscription or management group to sweep:

${union.actions.map((action) => `- \`${action}\``).join("\n")}

Application permissions of Microsoft Graph:

${union.graph.map((permission) => `- \`${permission}\``).join("\n")}

None of these reads a secret or changes a registry. The built-in role Reader must not be used instead: on a registry in
legacy mode it also lets the identity pull images.
`;
}

export function settingsPage(descriptions: Readonly<Record<string, string>>, defaults: Settings): string {
  const values: Readonly<Record<string, unknown>> = { ...defaults };
  const rows = Object.entries(descriptions).map(([name, description]) => {
    const value = values[name];
    return `| \`${name}\` | ${cell(description)} | ${value === undefined ? "" : `\`${String(value)}\``} |`;
  });
  return `${generatedFrom("src/settings.ts")}
# Settings

Environment variables, or application settings of the Functions app. \`local.settings.sample.json\` shows each with an
example. A wrong value or an unknown \`ACRAUDIT_\` name stops the product at its start, with all mistakes listed.

| setting | meaning | default |
|---|---|---|
${rows.join("\n")}
`;
}

function generatedFrom(source: string): string {
  return `<!-- Generated from ${source} by \`npm run generate\`. Do not edit. -->`;
}

/** Markdown takes a bare `<name>` for an HTML tag and drops it. */
function prose(template: string): string {
  return template
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith("`") ? part : part.replace(/<\w+>/g, "`$&`")))
    .join("");
}

function codes(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join("<br>");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
