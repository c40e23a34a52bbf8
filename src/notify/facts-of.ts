import { counted } from "../core/counted.ts";
import { loginFailing } from "../core/login-finding.ts";
import { parseResourceId } from "../core/resource-id.ts";
import type { Evidence, EvidenceValue } from "../core/rule.ts";
import { subjectWord } from "../core/subject-word.ts";
import type { Notice } from "./digest.ts";
import { capital, dueOf, line, moment, sinceOf } from "./phrase.ts";

export type Fact = readonly [name: string, value: string];

/** Where, since when, how sure and why: what stands below what is wrong and the command. */
export function factsOf(notice: Notice, at: string): readonly Fact[] {
  const due = dueOf(notice, at);
  return [
    ["Where", whereOf(notice)],
    ...timesOf(notice),
    ...(due === undefined ? [] : ([["When", due]] as const)),
    ...doubtsOf(notice),
    ...(notice.why === "" ? [] : ([["Why", line(notice.why, 320)]] as const)),
  ];
}

/** Names are in the title; here is what finds them. */
export function whereOf({ finding: { subject } }: Pick<Notice, "finding">): string {
  const resource = parseResourceId(subject.id);
  if (resource === undefined) {
    const objectId = /^\/servicePrincipals\/([0-9a-f-]{36})$/i.exec(subject.id)?.[1];
    return `${subjectWord(subject)}${objectId === undefined ? "" : `, object id ${objectId}`}`;
  }
  return `${subjectWord(subject)} in resource group ${line(resource.resourceGroup, 90)}, subscription ${resource.subscriptionId}`;
}

function timesOf({ kind, finding }: Notice): readonly Fact[] {
  const { evidence, ruleId } = finding;
  const since = moment(sinceOf(finding));
  if (ruleId === loginFailing && typeof evidence.failures === "number" && evidence.failures > 0)
    return [["Since", `${since}, ${refusals(evidence, evidence.failures)}`]];
  return [[kind === "reopened" ? "Back since" : "First seen", since]]; // a sweep cannot tell since when it was so
}

function refusals({ status, lastSeen, addresses }: Evidence, failures: number): string {
  const from = listed(addresses);
  const said = typeof status === "string" && /^\d{3}$/.test(status) ? ` (${status})` : "";
  const last = typeof lastSeen === "string" && failures > 1 ? `, last ${moment(lastSeen)}` : "";
  return `${counted(failures, "refusal")}${said}${from === "" ? "" : ` from ${from}`}${last}`;
}

/** A cause that is not certain says so, with what speaks against it and what nobody could look at. */
function doubtsOf({ finding: { evidence, ruleId } }: Notice): readonly Fact[] {
  if (ruleId !== loginFailing || evidence.verdict === "confirmed") return [];
  const [against, unread] = [listed(evidence.contradicting, 1), listed(evidence.notChecked, 1)];
  return [
    ...(evidence.verdict === "likely" ? ([["Cause", "likely, not confirmed"]] as const) : []),
    ...(against === "" ? [] : ([["Against", capital(against)]] as const)),
    ...(unread === "" ? [] : ([["Not checked", unread]] as const)),
  ];
}

/** Some of a list, and how many more there are. */
function listed(value: EvidenceValue | undefined, limit = 2): string {
  const all = Array.isArray(value) ? value.map(String) : [];
  const more = all.length > limit ? ` and ${all.length - limit} more` : "";
  return `${all
    .slice(0, limit)
    .map((one) => line(one, 160))
    .join(", ")}${more}`;
}
