import { expect, test } from "vitest";
import { oldPoolsOf, undatedNodesOf, unseenPoolsOf } from "../../src/app/node-pools.ts";
import type { ListedCluster } from "../../src/collect/clusters.ts";
import { known, missing } from "../../src/core/collected.ts";
import { forbidden } from "../facts.ts";

const clusterOf = (...pools: NonNullable<ListedCluster["pools"]>) => ({ pools }) as unknown as ListedCluster;

test.for([
  ["AKSUbuntu-2204gen2containerd-202503.13.0", "old"],
  ["AKSUbuntu-2204gen2containerd-202503.21.0", "new"],
  ["AKSUbuntu-2204gen2containerd-202412.31.0", "old"],
  ["AKSAzureLinux-V3gen2-202509.12.0", "new"],
  ["AKSUbuntu-1804gen2containerd-2022.10.03", "old"],
  ["AKSUbuntu-1804-2021.05.19", "old"],
  ["AKSUbuntu-2204gen2containerd-2025.03.20", "old"],
  ["AKSUbuntu-2204gen2containerd-2025.03.21", "new"],
  ["AKSWindows-2022-containerd-20348.3328.250313", "old"],
  ["AKSWindows-2022-containerd-20348.4052.250828", "new"],
  ["AKSWindows-2019-17763.1577.201111", "old"],
  ["", "undated"],
  ["AKSUbuntu-custom", "undated"],
] as const)("images of nodes, %s: %s", ([nodeImage, age]) => {
  const cluster = clusterOf({ name: "work", scaleSet: true, nodeImage });
  expect(oldPoolsOf(cluster)).toEqual(age === "old" ? ["work"] : []);
  const gap = { fact: "nodeImages", detail: expect.stringContaining("(work) do not say how old they are") };
  expect(undatedNodesOf(cluster)).toMatchObject(age === "undated" ? { undatedNodes: gap } : {});
  expect(Object.keys(undatedNodesOf(cluster))).toHaveLength(age === "undated" ? 1 : 0);
});

test("a pool is seen by the scale set of its name", () => {
  const pool = (name: string, scaleSet = true) => ({ name, scaleSet, nodeImage: "" });
  const cluster = clusterOf(pool("system"), pool("work"), pool("vms", false));
  const seen = (...names: readonly string[]) => known(names.map((name) => ({ id: name, name, identityIds: [] })));
  expect(unseenPoolsOf(cluster, seen("System", "work"))).toEqual([{ name: "vms", ofScaleSet: false }]);
  expect(unseenPoolsOf(cluster, seen("system"))).toEqual([
    { name: "work", ofScaleSet: true },
    { name: "vms", ofScaleSet: false },
  ]);
  expect(unseenPoolsOf(cluster, missing(forbidden))).toEqual([]);
});
