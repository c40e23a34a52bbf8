import type { Leases } from "./store.ts";

/** Leases among the use cases of one process. */
export function createMemoryLeases(): Leases {
  const held = new Map<string, { readonly fence: number; until: Date }>();

  return {
    acquire: async (name, now, until) => {
      const before = held.get(name);
      if (before !== undefined && before.until.getTime() > now.getTime()) return undefined;
      const mine = { fence: (before?.fence ?? 0) + 1, until };
      held.set(name, mine);
      const change = (to: Date) => {
        if (held.get(name) !== mine) return false;
        mine.until = to;
        return true;
      };
      return {
        fence: mine.fence,
        renew: async (to) => change(to),
        release: async () => void change(new Date(0)),
      };
    },
  };
}
