import { AzureError } from "../azure/error.ts";
import type { StoredFinding } from "../core/reconcile.ts";
import type { Run, Unit, UnitResult } from "../core/run.ts";
import type { Slice } from "../core/slice.ts";
import { historyEntry } from "./history-entry.ts";
import { createMemoryLeases } from "./memory-leases.ts";
import { createMemoryOutbox } from "./memory-outbox.ts";
import type { HistoryEntry, Store } from "./store.ts";

/** For a sweep without a storage account: it keeps findings while the process runs and no longer. */
export function createMemoryStore(): Store {
  const findings = new Map<string, StoredFinding>();
  const history: HistoryEntry[] = [];
  const runs = new Map<string, Run>();
  const units = new Map<string, Map<string, Unit>>();
  const results = new Map<string, Map<string, UnitResult>>();
  const slices = new Map<string, Slice>();

  const claims = new Map<string, { readonly done: boolean; readonly until: Date }>();
  const watermarks = new Map<string, Date>();

  return {
    lasting: false,
    outbox: createMemoryOutbox(),
    leases: createMemoryLeases(),
    prepare: async () => {},
    findings: {
      load: async (partition) => ({
        findings: [...findings.values()].filter(({ subject }) => subject.partition === partition),
        versions: new Map(),
      }),
      commit: async (_partition, _loaded, changes) => {
        for (const change of changes) {
          if (change.unchanged) continue;
          if (change.kind !== "stillOpen") history.push(historyEntry(change));
          findings.set(change.finding.fingerprint, change.finding);
        }
        return "committed";
      },
      list: async ({ state }) =>
        [...findings.values()].filter((finding) => state === undefined || finding.state === state),
      find: async (refs) => refs.flatMap(({ fingerprint }) => findings.get(fingerprint) ?? []),
      history: async ({ fingerprint }) => history.filter((entry) => entry.fingerprint === fingerprint),
    },
    runs: {
      start: async (run, all) => {
        units.set(run.runId, new Map(all.map((unit) => [unit.unitId, unit])));
        runs.set(run.runId, run);
      },
      get: async (runId) => runs.get(runId),
      latest: async (count) =>
        [...runs.values()].toSorted((a, b) => b.startedAt.localeCompare(a.startedAt)).slice(0, count),
      unit: async (runId, unitId) => units.get(runId)?.get(unitId),
      pending: async (runId, limit = Number.POSITIVE_INFINITY) =>
        [...(units.get(runId)?.values() ?? [])].filter(({ state }) => state === "pending").slice(0, limit),
      settle: async (runId, result) => {
        const { unitId, name, state } = result;
        units.get(runId)?.set(unitId, { unitId, name, state });
        results.set(runId, (results.get(runId) ?? new Map()).set(unitId, result));
      },
      results: async (runId) => [...(results.get(runId)?.values() ?? [])],
      finish: async (run) => void runs.set(run.runId, run),
    },
    slices: {
      write: async (runId, slice) => void slices.set(`${runId}/${slice.id}`, slice),
      read: async (runId, unitId) => {
        const slice = slices.get(`${runId}/${unitId}`);
        if (slice) return slice;
        throw new AzureError("notFound", `read slice ${unitId} of ${runId}`, "there is no such slice");
      },
    },
    claims: {
      take: async ({ day, name }, { at, until }) => {
        const claim = claims.get(`${day}|${name.toLowerCase()}`);
        if (claim?.done) return "done";
        if (claim && claim.until > at) return "busy";
        claims.set(`${day}|${name.toLowerCase()}`, { done: false, until });
        return "taken";
      },
      settle: async ({ day, name }) =>
        void claims.set(`${day}|${name.toLowerCase()}`, { done: true, until: new Date(0) }),
      release: async ({ day, name }) => void claims.delete(`${day}|${name.toLowerCase()}`),
      prune: async (day) => {
        for (const key of claims.keys()) if (key < day) claims.delete(key);
      },
    },
    watermarks: {
      get: async (workspaceId) => watermarks.get(workspaceId.toLowerCase()),
      advance: async (workspaceId, to) => {
        const key = workspaceId.toLowerCase();
        if ((watermarks.get(key)?.getTime() ?? 0) < to.getTime()) watermarks.set(key, to);
      },
    },
  };
}
