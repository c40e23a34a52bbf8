import { expect, test } from "vitest";
import { auditor, azureWith, someday, sweep } from "../audit.ts";
import { defaultWorld } from "../azure/worlds/default-world.ts";

test("a report holds what grants allow each workload, needed or not, and as many pairs as were counted", async () => {
  const azure = await azureWith(defaultWorld(someday));
  const { matrix } = (await sweep(auditor())).report;
  azure.assertClean();

  const granted = matrix.grants.flatMap(({ puller, cells }) =>
    cells.filter(({ answer }) => answer === "allow").map(({ registry }) => `${puller} ${registry}`),
  );
  const needed = matrix.cells.map(({ puller, registry }) => `${puller} ${registry}`);
  expect(granted).toHaveLength(matrix.pairs?.allow ?? -1);
  expect(granted.filter((pair) => !needed.includes(pair))).toEqual(
    expect.arrayContaining(["aks-warehouse nfdispatch"]),
  );
  expect(matrix.grants.every(({ omitted }) => omitted === 0)).toBe(true);
});

test("grants that cannot be read take nobody out of the matrix: who needs none is judged, the rest is not known", async () => {
  const azure = await azureWith(defaultWorld(someday));
  const { matrix: whole } = (await sweep(auditor())).report;
  using _fault = azure.fault({ path: "/providers/Microsoft.ResourceGraph/resources" }, ({ body }) =>
    /roleassignments/i.test(JSON.stringify(body)) ? { kind: "forbidden" } : undefined,
  );
  const { matrix } = (await sweep(auditor())).report;
  const pullers = ({ cells }: typeof whole) => [...new Set(cells.map(({ puller }) => puller))].sort();
  expect(pullers(matrix)).toEqual(pullers(whole));
  const at = (name: string) => matrix.cells.find(({ puller }) => puller === name);
  expect(at("ca-invoicing")).toMatchObject({ registry: "nfbilling", reason: "admin-user" });
  expect(at("app-fleet-map")).toMatchObject({ answer: "unknown", reason: "grants-not-known" });
  expect(at("aks-billing")).toMatchObject({ registryId: "", answer: "unknown", reason: "needs-not-known" });
  expect(matrix).toMatchObject({ pairs: null, grants: [] });
});
