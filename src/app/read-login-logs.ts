import type { Connection } from "../azure/connection.ts";
import { collect } from "../collect/collector.ts";
import { logWorkspace } from "../collect/log-workspace.ts";
import { loginCategory, logWorkspaces, repositoryCategory } from "../collect/log-workspaces.ts";
import { type FailureGroup, type LoginFailures, loginFailures, type Source } from "../collect/login-failures.ts";
import type { Collected, Gap } from "../core/collected.ts";
import { identityKindOf, type Symptom } from "../core/symptom.ts";

export interface LogWindow {
  readonly since: Date;
  readonly until: Date;
  /** Identities that are looked at even without a failure in the window. */
  readonly identities: readonly string[];
}

/** What the logs say of one registry, and what they could not say. Without rows and with gaps it is not "no failures". */
export interface LoginLogs {
  readonly symptoms: readonly Symptom[];
  readonly gaps: readonly Gap[];
}

/** How far back a last success is looked for: what workspaces keep unless told otherwise. */
const horizonInMs = 30 * 86_400_000;
/** The host of an event is kept waiting meanwhile. */
const queryTimeoutInMs = 9000;

export async function readLoginLogs(
  connection: Connection,
  registry: { readonly id: string; readonly name: string },
  { since, until, identities }: LogWindow,
): Promise<LoginLogs> {
  const destinations = await collect(logWorkspaces, connection, registry.id);
  if (!destinations.known) return { symptoms: [], gaps: [destinations.gap] };
  const both = destinations.value.find(({ logins, repositories }) => logins && repositories);
  const logins = both ?? destinations.value.find((one) => one.logins);
  const repositories = both ?? destinations.value.find((one) => one.repositories);
  const gaps: Gap[] = [
    ...(logins ? [] : [notSent(registry.name, loginCategory)]),
    ...(repositories ? [] : [notSent(registry.name, repositoryCategory)]),
  ];
  const from = new Date(until.getTime() - horizonInMs);
  const groups: FailureGroup[] = [];
  let horizon = from.toISOString();
  for (const place of new Set([logins, repositories].filter((one) => one !== undefined))) {
    const wanted: readonly Source[] = [
      ...(place === logins ? (["login"] as const) : []),
      ...(place === repositories ? (["repository"] as const) : []),
    ];
    const found = await query(place.workspaceId);
    if (!found.known) {
      gaps.push(found.gap);
      continue;
    }
    groups.push(...found.value.groups.filter(({ source }) => wanted.includes(source)));
    gaps.push(...gapsIn(found.value, wanted, place.workspaceId, registry.name));
    const oldest = found.value.tables.flatMap((table) => (table.oldest === "" ? [] : [table.oldest])).sort()[0];
    if (oldest !== undefined && oldest > horizon) horizon = oldest;
  }
  return { symptoms: symptomsOf(groups, registry, horizon), gaps };

  async function query(workspaceId: string): Promise<Collected<LoginFailures>> {
    const own = await collect(logWorkspace, connection, workspaceId);
    if (!own.known) return own;
    return collect(loginFailures, connection, {
      workspaceId: own.value,
      registryId: registry.id,
      from,
      since,
      until,
      identities,
      timeoutMs: queryTimeoutInMs,
    });
  }
}

const categories = { login: loginCategory, repository: repositoryCategory } as const;

function notSent(registry: string, category: string): Gap {
  const detail = `${registry} has no diagnostic setting that sends ${category} to a Log Analytics workspace`;
  return { fact: category, reason: "notFound", detail };
}

function gapsIn(
  found: LoginFailures,
  wanted: readonly Source[],
  workspaceId: string,
  registry: string,
): readonly Gap[] {
  const workspace = workspaceId.split("/").at(-1) ?? workspaceId;
  const absent = wanted.filter((one) => !found.tables.some(({ source }) => source === one));
  return [
    ...absent.map(
      (source): Gap => ({
        fact: categories[source],
        reason: "notFound",
        detail: `workspace ${workspace} has no table ${categories[source]}: nothing has ever arrived in it, or it may not be read`,
      }),
    ),
    ...(found.partial === undefined
      ? []
      : [
          {
            fact: "logs",
            reason: "unreachable",
            detail: `workspace ${workspace} answered with a part of its rows: ${found.partial}`,
          } as const,
        ]),
    ...(found.truncated
      ? [
          {
            fact: "logs",
            reason: "malformed",
            detail: `more identities fail at ${registry} than one answer takes; the latest are shown`,
          } as const,
        ]
      : []),
  ];
}

/** Whether asking again later may fill this gap: until then an event is not taken for done. */
export function isPassing({ reason }: Gap): boolean {
  return reason === "unreachable" || reason === "throttled";
}

/** Refused logins and refused pulls of one identity with one status are one symptom. */
function symptomsOf(
  groups: readonly FailureGroup[],
  registry: { readonly id: string; readonly name: string },
  horizon: string,
): readonly Symptom[] {
  const bySymptom = Map.groupBy(groups, ({ identity, status }) => `${identity.toLowerCase()}|${status}`);
  return [...bySymptom.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const login = group.find(({ source }) => source === "login")?.streak;
    const repository = group.find(({ source }) => source === "repository")?.streak;
    return [
      {
        registryId: registry.id,
        registryName: registry.name,
        identity: first.identity,
        identityKind: identityKindOf(first.identity, registry.name),
        status: first.status,
        ...(login && { login }),
        ...(repository && { repository }),
        error: "",
        horizon,
      },
    ];
  });
}
