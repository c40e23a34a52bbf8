import process from "node:process";
import { createRuntime } from "./app/runtime.ts";
import { registerAll } from "./functions/register-all.ts";
import { readSettings } from "./settings.ts";

// What is thrown here the host shows as the reason why the app does not start.
registerAll(createRuntime(readSettings(process.env, { hosted: true })));
