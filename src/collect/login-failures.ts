import { z } from "zod";
import { queryLogs } from "../azure/logs.ts";
import { printable } from "../core/printable.ts";
import type { Streak } from "../core/symptom.ts";
import type { Collector } from "./collector.ts";
import { isoOf } from "./kusto-time.ts";
import { groupsLimit, loginFailuresQuery } from "./login-queries.ts";

export interface LoginFailuresInput {
  readonly workspaceId: string;
  readonly registryId: string;
  /** How far back a last success is looked for. */
  readonly from: Date;
  readonly since: Date;
  readonly until: Date;
  /** Identities of findings that are open. */
  readonly identities: readonly string[];
  readonly timeoutMs: number;
}

/** Failures of one identity with one status, in logins or in repositories. */
export interface FailureGroup {
  readonly source: Source;
  readonly identity: string;
  readonly status: string;
  readonly streak: Streak;
}

export type Source = "login" | "repository";

export interface LoginFailures {
  readonly groups: readonly FailureGroup[];
  /** There are more groups than one answer takes. */
  readonly truncated: boolean;
  /** Why rows may be missing. */
  readonly partial?: string;
  readonly tables: readonly {
    readonly source: Source;
    readonly rows: number;
    /** ISO time of the oldest row; empty without rows. */
    readonly oldest: string;
  }[];
}

/** Cells from logs can be of any length, and hold anything. */
const cell = z.string().transform((text) => printable(text).slice(0, cellLimit));
const cellLimit = 300;
const cells = z.array(cell).transform((list) => list.filter((text) => text !== "" && text !== "<nil>"));
const count = z
  .number()
  .nullable()
  .transform((value) => value ?? 0);
const source = z.enum(["login", "repository"]);

const lists = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue({ code: "custom", message: "is not JSON" });
      return z.NEVER;
    }
  })
  .pipe(
    z.object({
      addresses: cells,
      working: cells,
      agents: cells,
      correlations: cells,
      repositories: cells,
      tenants: cells,
      operations: cells,
    }),
  );

const FailuresRow = z.object({
  Kind: z.literal("failures"),
  Source: source,
  Identity: cell,
  Status: cell,
  Count: count,
  Successes: count,
  Healed: count,
  Beside: count,
  FirstSeen: z.string(),
  LastSeen: z.string(),
  LastSuccess: z.string(),
  SuccessAfter: z.string(),
  Lists: lists,
});

const TableRow = z.object({ Kind: z.literal("table"), Source: source, Count: count, FirstSeen: z.string() });

/** One row of the answer; its names are the columns of `loginFailuresQuery`. */
export const LoginFailuresRow = z.discriminatedUnion("Kind", [FailuresRow, TableRow]);

/** Who failed to log in to, or to pull from, one registry: one query, grouped by the service. */
export const loginFailures: Collector<LoginFailuresInput, LoginFailures> = {
  id: "login-failures",
  permissions: { actions: ["Microsoft.OperationalInsights/workspaces/query/read"] },
  read: async (connection, input) => {
    const { workspaceId, registryId, from, since, until, identities, timeoutMs } = input;
    const { rows, partial } = await queryLogs(connection, {
      name: `login failures of ${registryId}`,
      workspaceId,
      kql: loginFailuresQuery,
      parameters: {
        registryId: registryId.toLowerCase(),
        from: from.toISOString(),
        since: since.toISOString(),
        until: until.toISOString(),
        identities,
      },
      from,
      to: until,
      row: LoginFailuresRow,
      timeoutMs,
    });
    const groups = rows.flatMap((row) => (row.Kind === "failures" ? [groupOf(row)] : []));
    return {
      groups: groups.slice(0, groupsLimit),
      truncated: groups.length > groupsLimit,
      ...(partial !== undefined && { partial }),
      tables: rows.flatMap((row) =>
        row.Kind === "table" ? [{ source: row.Source, rows: row.Count, oldest: isoOf(row.FirstSeen) }] : [],
      ),
    };
  },
};

function groupOf(row: z.infer<typeof FailuresRow>): FailureGroup {
  const { Lists: found } = row;
  return {
    source: row.Source,
    identity: row.Identity,
    status: row.Status,
    streak: {
      count: row.Count,
      firstSeen: isoOf(row.FirstSeen),
      lastSeen: isoOf(row.LastSeen),
      ...(row.LastSuccess !== "" && { lastSuccess: isoOf(row.LastSuccess) }),
      ...(row.SuccessAfter !== "" && { successAfter: isoOf(row.SuccessAfter) }),
      successes: row.Successes,
      healed: row.Healed,
      besideCredentialed: row.Beside,
      addresses: found.addresses,
      workingAddresses: found.working,
      userAgents: found.agents,
      correlationIds: found.correlations,
      repositories: found.repositories,
      callerTenants: found.tenants,
      operations: found.operations,
    },
  };
}
