import { describe, expect, test } from "vitest";
import { auditor } from "../audit.ts";
import { sharedAzurite } from "../azurite.ts";

const stores = {
  "in memory": async () => auditor().store,
  "in the account": async () => auditor({ AzureWebJobsStorage: (await sharedAzurite()).newAccount() }).store,
};
const at = (seconds: number) => new Date(Date.UTC(2026, 10, 21, 9, 0, seconds));
const lease = (seconds: number) => ({ at: at(seconds), until: at(seconds + 60) });
const key = { day: "2026-11-21", name: "'); drop /registries/x|#?\\" };

describe.each(Object.entries(stores))("claims %s", (_, open) => {
  test("are taken by one, and done for all", async () => {
    const store = await open();
    await store.prepare();
    const taken = await Promise.all(Array.from({ length: 8 }, () => store.claims.take(key, lease(0))));
    expect(taken.toSorted()).toEqual([...Array(7).fill("busy"), "taken"]);
    await store.claims.settle(key);
    expect(await store.claims.take({ ...key, name: key.name.toUpperCase() }, lease(900))).toBe("done");
    expect(await store.claims.take(key, lease(900))).toBe("done");
  });

  test("pass on when whoever took them died or gave up", async () => {
    const store = await open();
    await store.prepare();
    await store.claims.take(key, lease(0));
    expect(await store.claims.take(key, lease(59))).toBe("busy");
    expect(await store.claims.take(key, lease(61))).toBe("taken");
    await store.claims.release(key);
    await store.claims.release(key);
    expect(await store.claims.take(key, lease(62))).toBe("taken");
  });

  test("are forgotten by the day", async () => {
    const store = await open();
    await store.prepare();
    await store.claims.settle(key);
    await store.claims.prune("2026-11-21");
    expect(await store.claims.take(key, lease(0))).toBe("done");
    await store.claims.prune("2026-11-22");
    expect(await store.claims.take(key, lease(0))).toBe("taken");
  });

  test("watermarks never go back", async () => {
    const store = await open();
    await store.prepare();
    expect(await store.watermarks.get("/workspaces/a")).toBeUndefined();
    await Promise.all([at(30), at(10), at(20)].map((to) => store.watermarks.advance("/workspaces/A", to)));
    await store.watermarks.advance("/workspaces/a", at(30));
    await store.watermarks.advance("/workspaces/a", at(5));
    expect(await store.watermarks.get("/workspaces/a")).toEqual(at(30));
    expect(await store.watermarks.get("/workspaces/b")).toBeUndefined();
  });
});
