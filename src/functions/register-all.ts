import type { Runtime } from "../app/runtime.ts";
import { registerCanPull } from "./can-pull.ts";
import { registerDeliverTimer } from "./deliver-timer.ts";
import { registerDiagnose } from "./diagnose.ts";
import { registerHealth } from "./health.ts";
import { registerLoginFailureAlert } from "./login-failure-alert.ts";
import { registerLoginFailureSweep } from "./login-failure-sweep.ts";
import { registerLoginFailures } from "./login-failures.ts";
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
  registerDeliverTimer(runtime);
  registerDiagnose(runtime);
  registerCanPull(runtime);
  registerLoginFailureAlert(runtime);
  registerLoginFailureSweep(runtime);
  registerLoginFailures(runtime);
}
