import { createRequire } from "node:module";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { functionsCore } from "./functions-core.ts";

// Loads an app as the Functions worker does, and prints what it registered and how long that took.
const [entry = ""] = process.argv.slice(2);
const { functions } = functionsCore();
const started = performance.now();
if (entry.endsWith(".cjs")) createRequire(import.meta.url)(entry);
else await import(pathToFileURL(entry).href);
const milliseconds = performance.now() - started;
process.stdout.write(
  JSON.stringify({ functions: [...functions.values()].map(({ metadata }) => metadata), milliseconds }),
);
