import { z } from "zod";
import { queryLogs } from "../azure/logs.ts";
import type { Collector } from "./collector.ts";
import { isoOf } from "./kusto-time.ts";
import { arrivedFailuresQuery, registriesLimit } from "./login-queries.ts";

/** One row of the answer; its names are the columns of `arrivedFailuresQuery`. */
export const ArrivedRow = z.object({
  Registry: z.string(),
  Failures: z
    .number()
    .nullable()
    .transform((value) => value ?? 0),
  FirstSeen: z.string(),
  LastSeen: z.string(),
  Ingested: z.string(),
});

export interface Arrived {
  readonly registries: readonly {
    /** In lower case. */
    readonly registryId: string;
    readonly failures: number;
    readonly firstSeen: string;
    readonly lastSeen: string;
  }[];
  /** ISO time at which the newest row arrived; undefined without rows. */
  readonly newest: string | undefined;
  /** Why rows may be missing. Nothing may be taken for seen then. */
  readonly partial?: string;
}

/** How far before it arrives a row may have been made: Log Analytics replaces older times. */
const lateness = 2 * 86_400_000;

/** What arrived in one workspace after a moment, by registry. */
export const arrivedFailures: Collector<
  { readonly workspaceId: string; readonly after: Date; readonly until: Date; readonly timeoutMs: number },
  Arrived
> = {
  id: "arrived-failures",
  permissions: { actions: ["Microsoft.OperationalInsights/workspaces/query/read"] },
  read: async (connection, { workspaceId, after, until, timeoutMs }) => {
    const from = new Date(after.getTime() - lateness);
    const { rows, partial } = await queryLogs(connection, {
      name: `what arrived in workspace ${workspaceId}`,
      workspaceId,
      kql: arrivedFailuresQuery,
      parameters: { after: after.toISOString(), from: from.toISOString() },
      from,
      to: until,
      row: ArrivedRow,
      timeoutMs,
    });
    const cut = rows.length > registriesLimit ? "more registries than one answer takes" : undefined;
    const missing = partial ?? cut;
    return {
      registries: rows
        .filter(({ Failures }) => Failures > 0)
        .map(({ Registry, Failures, FirstSeen, LastSeen }) => ({
          registryId: Registry,
          failures: Failures,
          firstSeen: isoOf(FirstSeen),
          lastSeen: isoOf(LastSeen),
        })),
      newest: rows
        .map(({ Ingested }) => isoOf(Ingested))
        .sort()
        .at(-1),
      ...(missing !== undefined && { partial: missing }),
    };
  },
};
