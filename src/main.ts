import process from "node:process";
import { createRuntime } from "./app/runtime.ts";
import { registerAll } from "./functions/register-all.ts";
import { readSettings, warningsOf } from "./settings.ts";

// What is thrown here the host shows as the reason why the app does not start.
const settings = readSettings(process.env, { hosted: true });
for (const warning of warningsOf(settings)) console.warn(warning);
registerAll(createRuntime(settings));
