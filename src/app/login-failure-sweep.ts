import type { Connection } from "../azure/connection.ts";
import { AzureError } from "../azure/error.ts";
import { createMeter } from "../azure/meter.ts";
import { type Arrived, arrivedFailures } from "../collect/arrived-failures.ts";
import { collect } from "../collect/collector.ts";
import { logWorkspace } from "../collect/log-workspace.ts";
import { type LogDestination, loginCategory, logWorkspaces } from "../collect/log-workspaces.ts";
import { type ListedRegistry, registries } from "../collect/registries.ts";
import { type Collected, type Gap, known } from "../core/collected.ts";
import type { LoginFailuresDetected } from "../core/login-failures-event.ts";
import { loginFailing } from "../core/login-finding.ts";
import { RefusedError } from "./diagnose-login.ts";
import { mapBounded } from "./map-bounded.ts";
import { passOn } from "./publish-login-failures.ts";
import { lookAt } from "./react.ts";
import type { Runtime } from "./runtime.ts";
import { scopeOf } from "./scope-of.ts";

export interface LoginFailureSweep {
  readonly workspaces: number;
  /** Registries with failures that arrived since the last sweep. */
  readonly failing: number;
  /** Registries with open findings that were looked at once more, to see whether they are over. */
  readonly revisited: number;
  /** What could not be read. A registry that logs nothing is one of them, never "no failures". */
  readonly gaps: readonly Gap[];
}

const queryTimeoutInMs = 60_000;
/** Where the first sweep begins. */
const firstLookBackInMs = 60 * 60_000;
/** Rows become visible in another order than they arrive. */
const overlapInMs = 2 * 60_000;
/** Rows that arrive later than this after a query have a later time of arrival. */
const settledInMs = 60 * 60_000;
const daysOfClaims = 4;

/**
 * Walks the logs of every workspace by when rows arrived, and passes on what the alert missed. A watermark moves only
 * when its workspace was read whole and all that was in it has been passed on.
 */
export async function sweepLoginFailures(runtime: Runtime): Promise<LoginFailureSweep> {
  const { store } = runtime;
  const connection = runtime.connect(createMeter());
  const now = runtime.now();
  await store.prepare();

  const inventory = await registries.read(connection, scopeOf(runtime.settings));
  const inScope = new Map(inventory.registries.map((registry) => [registry.id.toLowerCase(), registry]));
  const { workspaces, gaps } = await readWorkspaces(runtime, connection, inventory.registries);

  const failing = new Set<string>();
  const lookedAt = new Set<string>();
  for (const workspaceId of workspaces) {
    const after = (await store.watermarks.get(workspaceId)) ?? new Date(now.getTime() - firstLookBackInMs);
    const arrived = await readArrived(connection, workspaceId, after, now);
    if (!arrived.known) {
      gaps.push(arrived.gap);
      continue;
    }
    const { registries: found, newest, partial } = arrived.value;
    const events = found.flatMap(({ registryId, firstSeen, lastSeen }): LoginFailuresDetected[] =>
      inScope.has(registryId) ? [{ source: "sweep", registryId, windowStart: firstSeen, windowEnd: lastSeen }] : [],
    );
    for (const { registryId } of events) failing.add(registryId);
    const passed = await orGap(async () => known(await passOn(runtime, events)));
    const gap = passed.known ? undefined : passed.gap;
    if (gap) gaps.push(gap);
    for (const { event, reaction } of passed.known ? passed.value : []) {
      if (reaction !== "published" && reaction.kind === "done") lookedAt.add(event.registryId);
    }
    if (partial !== undefined) gaps.push({ fact: "logs", reason: "unreachable", detail: `${workspaceId}: ${partial}` });
    if (gap || partial !== undefined) continue;
    const seen = newest === undefined ? 0 : Date.parse(newest) - overlapInMs;
    const next = new Date(Math.max(after.getTime(), seen, now.getTime() - settledInMs));
    await store.watermarks.advance(workspaceId, next);
  }
  const revisited = await revisit(runtime, lookedAt, now, gaps);
  await store.claims.prune(new Date(now.getTime() - daysOfClaims * 86_400_000).toISOString().slice(0, 10));
  return { workspaces: workspaces.length, failing: failing.size, revisited, gaps };
}

async function readWorkspaces(runtime: Runtime, connection: Connection, all: readonly ListedRegistry[]) {
  const gaps: Gap[] = [];
  const destinations = await mapBounded(all, 8, async (registry): Promise<readonly LogDestination[]> => {
    const found = await destinationsOf(runtime, connection, registry.id);
    if (!found.known) {
      gaps.push(found.gap);
      return [];
    }
    if (!found.value.some(({ logins }) => logins)) {
      const detail = `${registry.name} has no diagnostic setting that sends ${loginCategory} to a Log Analytics workspace`;
      gaps.push({ fact: loginCategory, reason: "notFound", detail });
    }
    return found.value;
  });
  const workspaces = new Map(destinations.flat().map(({ workspaceId }) => [workspaceId.toLowerCase(), workspaceId]));
  return { workspaces: [...workspaces.values()].sort(), gaps };
}

interface Remembered {
  readonly at: number;
  readonly found: Collected<readonly LogDestination[]>;
}

const remembered = new WeakMap<Runtime, Map<string, Remembered>>();
const rememberedInMs = 60 * 60_000;

/** One call for each registry; where its logs go seldom changes, so that what was read is good for an hour. */
async function destinationsOf(runtime: Runtime, connection: Connection, registryId: string) {
  const known = remembered.get(runtime) ?? new Map<string, Remembered>();
  remembered.set(runtime, known);
  const at = runtime.now().getTime();
  const before = known.get(registryId);
  if (before?.found.known && before.found.value.some(({ logins }) => logins) && at - before.at < rememberedInMs)
    return before.found;
  const found = await collect(logWorkspaces, connection, registryId);
  known.set(registryId, { at, found });
  return found;
}

async function readArrived(
  connection: Connection,
  workspaceId: string,
  after: Date,
  until: Date,
): Promise<Collected<Arrived>> {
  const own = await collect(logWorkspace, connection, workspaceId);
  if (!own.known) return own;
  return collect(arrivedFailures, connection, { workspaceId: own.value, after, until, timeoutMs: queryTimeoutInMs });
}

/** Findings that were not looked at just now: only the logs say whether the login works again, or nobody tries any more. */
async function revisit(runtime: Runtime, lookedAt: ReadonlySet<string>, now: Date, gaps: Gap[]): Promise<number> {
  const open = (await runtime.store.findings.list({ state: "open" })).filter(({ ruleId }) => ruleId === loginFailing);
  const ids = [...new Set(open.map(({ subject }) => subject.id))].filter((id) => !lookedAt.has(id.toLowerCase()));
  const runId = `login-sweep-${now.toISOString().replace(/[-:.]/g, "")}`;
  await mapBounded(ids, 4, async (registryId) => {
    const looked = await orGap(async () => known(await lookAt(runtime, registryId, { since: now, at: now, runId })));
    if (!looked.known) gaps.push(looked.gap);
    else gaps.push(...looked.value.gaps.filter(({ fact }) => !gaps.some((gap) => gap.fact === fact)));
  });
  return ids.length;
}

async function orGap<T>(call: () => Promise<Collected<T>>): Promise<Collected<T>> {
  try {
    return await call();
  } catch (error) {
    // a registry that left the scope: the sweep of its subscription says what becomes of its findings
    if (error instanceof RefusedError)
      return { known: false, gap: { fact: "registry", reason: "notFound", detail: error.message } };
    if (!(error instanceof AzureError)) throw error;
    return { known: false, gap: { fact: "loginFailures", reason: error.reason, detail: error.message } };
  }
}
