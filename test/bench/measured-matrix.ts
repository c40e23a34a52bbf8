import process from "node:process";
import { pullMatrix } from "../../src/core/pull-matrix.ts";
import type { MatrixFigures } from "./matrix.ts";
import { tenantOfGrants } from "./tenant-of-grants.ts";

/** The whole matrix in a process of its own, so that its time and its peak of memory are nobody else's. */
const [clusters = 1_000, registries = 5_000, assignments = 100_000] = process.argv.slice(2).map(Number);
const input = tenantOfGrants({ clusters, registries, assignments });
const started = performance.now();
const { counts } = pullMatrix(input);
const figures: MatrixFigures = {
  ...{ clusters, registries, assignments, counts },
  seconds: (performance.now() - started) / 1000,
  peakBytes: process.resourceUsage().maxRSS * 1024,
};
process.send?.(figures);
process.disconnect?.();
