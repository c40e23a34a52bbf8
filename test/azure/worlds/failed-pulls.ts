import type { Body, World } from "../world.ts";
import { loginEvent } from "./login-event.ts";

export interface FailedPullsOptions {
  readonly registryId: string;
  readonly workspaceId: string;
  /** An application id, as the service logs managed identities. */
  readonly identity: string;
  /** When it was tried. */
  readonly times: readonly Date[];
  readonly callerIp?: string;
  readonly status?: number;
  /** Minutes until a row can be queried: 3 to 10 in Azure. */
  readonly arrivesAfterMinutes?: number;
}

/** The rows of pulls that fail at the login: no pull is logged, because nobody got in. */
export function failedPulls({
  registryId,
  workspaceId,
  identity,
  times,
  callerIp = "20.61.18.7",
  status = 401,
  arrivesAfterMinutes = 4,
}: FailedPullsOptions): World["logs"] {
  const rows = times.map((time): Body => {
    const event = { time: time.toISOString(), registryId, workspaceId, identity, status, callerIp };
    return { ...loginEvent(event), _ingestedAt: new Date(time.getTime() + arrivesAfterMinutes * 60_000).toISOString() };
  });
  return { ContainerRegistryLoginEvents: rows };
}

/** The world with more rows in its logs. */
export function withLogs(world: World, more: World["logs"]): World {
  const added = Object.entries(more).map(([table, rows]): [string, Body[]] => [
    table,
    [...(world.logs[table] ?? []), ...rows],
  ]);
  return { ...world, logs: { ...world.logs, ...Object.fromEntries(added) } };
}
