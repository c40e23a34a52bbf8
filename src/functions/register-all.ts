import type { Runtime } from "../app/runtime.ts";
import { registerHealth } from "./health.ts";
import { registerReport } from "./report.ts";
import { registerSweepPoison } from "./sweep-poison.ts";
import { registerSweepSlice } from "./sweep-slice.ts";
import { registerSweepTimer } from "./sweep-timer.ts";

/** Every trigger of the product. The host keeps one function for a name, so a process does this once. */
export function registerAll(runtime: Runtime): void {
  registerSweepTimer(runtime);
  registerSweepSlice(runtime);
  registerSweepPoison(runtime);
  registerReport(runtime);
  registerHealth(runtime);
}
