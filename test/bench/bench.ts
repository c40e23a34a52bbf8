import { fork } from "node:child_process";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { Report } from "../../src/report/model.ts";
import { startAzurite } from "../azurite.ts";
import { burstLine, measureBurst } from "./burst.ts";
import { matrixLine, measureMatrix } from "./matrix.ts";
import type { ServedTenant } from "./serve-tenant.ts";
import { measureStart } from "./start.ts";

/** What a sweep costs, by the size of the tenant; and what bundling is worth. Figures, never assertions. */

const sizes = process.argv
  .slice(2)
  .map(Number)
  .filter((size) => size > 0);
const lines = [
  "# Benchmarks",
  "",
  "`npm run bench` writes this page. Figures of one run on one machine: read them as ratios. Nothing in the tests depends on them.",
  "",
  `Machine: ${cpus().length} × ${cpus()[0]?.model ?? "unknown CPU"}, Node ${process.versions.node}; the simulated Azure and Azurite run on the same cores.`,
  "",
  "## A sweep",
  "",
  "Generated tenants: 5 registries, 1 cluster and 100 role assignments per subscription. *Least* is what no auditor that reads the same facts could do",
  "with less: full pages, two reads per subscription, one confirmation for each cluster without a grant. Time includes waiting for Resource Graph's",
  "quota of 15 queries in 5 seconds, which the simulated Azure enforces. The process may use 320 MB of heap; peak memory is all that it held.",
  "",
  "| subscriptions | Resource Graph (least) | Resource Manager (least) | Microsoft Graph (least) | over the least | inventory | collect | evaluate | store | waited | wall | peak memory |",
  "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
];

for (const size of sizes.length > 0 ? sizes : [10, 100, 1000]) {
  const row = await measure(size);
  lines.push(row);
  console.log(row);
}

const matrix = await measureMatrix();
lines.push("", "## The pull matrix", "", `Permission alone, without asking Azure: ${matrixLine(matrix)}.`);

const burst = burstLine(await measureBurst());
lines.push("", "## A burst of failed logins", "", `Over HTTP, Event Grid and Azurite on loopback: ${burst}.`);
console.log(burst);

const { bundled, unbundled } = await measureStart();
const ratio = (bundled / unbundled).toFixed(2);
lines.push(
  "",
  "## The start",
  "",
  `From the loading of the entry to all functions registered: bundle ${bundled.toFixed(0)} ms, unbundled ${unbundled.toFixed(0)} ms, ratio ${ratio}.`,
  "",
);
console.log(lines.slice(-2).join("\n"));
await writeFile("docs/benchmarks.md", lines.join("\n"));

async function measure(subscriptions: number): Promise<string> {
  const server = fork("test/bench/serve-tenant.ts", [String(subscriptions)], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    execArgv: ["--max-old-space-size=8192"],
  });
  const { env, least } = await message<ServedTenant>(server);
  await using azurite = await startAzurite();
  const output = join(await mkdtemp(join(tmpdir(), "bench-")), "report.json");

  const started = performance.now();
  const product = fork("test/bench/measured-sweep.ts", ["sweep", "--format", "json", "--output", output], {
    env: { ...process.env, ...env, AzureWebJobsStorage: azurite.connectionString },
    execArgv: ["--max-old-space-size=320"], // with the rest of the process that is less than 512 MB
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const { peakBytes } = await message<{ peakBytes: number }>(product);
  const wall = (performance.now() - started) / 1000;
  server.disconnect();

  const { run } = JSON.parse(await readFile(output, "utf8")) as Report;
  if (!run?.totals) throw new Error("the sweep did not finish");
  const { usage, secondsByPhase: seconds } = run.totals;
  const apis = ["resourceGraph", "resourceManager", "graph"] as const;
  const asked = apis.reduce((sum, api) => sum + usage[api].requests, 0);
  const needed = apis.reduce((sum, api) => sum + least[api], 0);
  const waited = apis.reduce((sum, api) => sum + usage[api].waitedMs, 0) / 1000;
  const cells = [
    subscriptions,
    ...apis.map((api) => `${usage[api].requests} (${least[api]})`),
    `${((asked / needed - 1) * 100).toFixed(1)} %`,
    ...[seconds.inventory, seconds.collect, seconds.evaluate, seconds.store, waited, wall].map(
      (value) => `${value.toFixed(1)} s`,
    ),
    `${(peakBytes / 1024 ** 2).toFixed(0)} MB`,
  ];
  return `| ${cells.join(" | ")} |`;
}

function message<T>(child: ReturnType<typeof fork>): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once("message", (value) => resolve(value as T));
    child.once("exit", (code) => reject(new Error(`a process of the bench ended with ${code}`)));
  });
}
