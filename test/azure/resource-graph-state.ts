import { randomUUID } from "node:crypto";

/** The rows of a query, evaluated once and handed out page by page. */
export interface Snapshot {
  readonly query: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly unknown[])[];
}

export interface ResourceGraphState {
  readonly keep: (snapshot: Snapshot) => string;
  readonly find: (id: string) => Snapshot | undefined;
  /** Counts one query of the principal; says how many are left in its window. */
  readonly spend: (principal: string) => { readonly remaining: number; readonly resetsAfter: number };
}

const window = 5_000;
const kept = 200;

export function createResourceGraphState(quota: number): ResourceGraphState {
  const snapshots = new Map<string, Snapshot>();
  const windows = new Map<string, { start: number; used: number }>();
  return {
    keep: (snapshot) => {
      const id = randomUUID();
      snapshots.set(id, snapshot);
      const oldest = snapshots.keys().next().value;
      if (snapshots.size > kept && oldest !== undefined) snapshots.delete(oldest);
      return id;
    },
    find: (id) => snapshots.get(id),
    spend: (principal) => {
      const now = Date.now();
      const current = windows.get(principal);
      const open = current && now - current.start < window ? current : { start: now, used: 0 };
      open.used++;
      windows.set(principal, open);
      return { remaining: quota - open.used, resetsAfter: Math.ceil((open.start + window - now) / 1000) };
    },
  };
}
