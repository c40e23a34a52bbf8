import { expect, test } from "vitest";
import { oldPoolsOf } from "../../src/app/node-pools.ts";
import type { ListedCluster } from "../../src/collect/clusters.ts";

test.for([
  ["AKSUbuntu-2204gen2containerd-202503.13.0", true],
  ["AKSUbuntu-2204gen2containerd-202503.21.0", false],
  ["AKSUbuntu-2204gen2containerd-202412.31.0", true],
  ["AKSAzureLinux-V3gen2-202509.12.0", false],
  ["AKSWindows-2022-containerd-20348.3328.250313", true],
  ["AKSWindows-2022-containerd-20348.4052.250828", false],
  ["AKSWindows-2019-17763.1577.201111", true],
  ["", false],
  ["AKSUbuntu-custom", false],
] as const)("nodes of %s ask for tokens made for Azure Resource Manager: %s", ([nodeImage, old]) => {
  const pools = [{ name: "work", scaleSet: true, nodeImage }];
  expect(oldPoolsOf({ pools } as unknown as ListedCluster)).toEqual(old ? ["work"] : []);
});
