import type { Evidence, EvidenceValue } from "./rule.ts";

/** Replaces each `<name>` in a sentence by the evidence of that name. */
export function fill(template: string, evidence: Evidence): string {
  return replace(template, evidence, plain);
}

/**
 * Replaces each `<name>` in a command by the evidence of that name, quoted for a POSIX shell where it needs it:
 * evidence holds names that other people chose, and the command is made to be pasted.
 */
export function fillCommand(template: string, evidence: Evidence): string {
  return replace(template, evidence, (value) => quote(plain(value)));
}

function replace(template: string, evidence: Evidence, show: (value: EvidenceValue) => string): string {
  return template.replace(/<(\w+)>/g, (placeholder, name: string) => {
    const value = Object.hasOwn(evidence, name) ? evidence[name] : undefined;
    return value === undefined ? placeholder : show(value);
  });
}

function plain(value: EvidenceValue): string {
  return typeof value === "object" ? value.join(", ") : String(value);
}

function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
