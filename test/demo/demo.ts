import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import process from "node:process";
import { parseArgs } from "node:util";
import type { StoredFinding } from "../../src/core/reconcile.ts";
import type { Report } from "../../src/report/model.ts";
import { simulateAzure } from "../azure/simulate-azure.ts";
import { changedWorld } from "../azure/worlds/changed-world.ts";
import { defaultWorld } from "../azure/worlds/default-world.ts";
import { startAzurite } from "../azurite.ts";

/** A whole audit of an invented company, on this machine alone: two sweeps with work done between them, and a report. */

const { format } = parseArgs({ options: { format: { type: "string", default: "text" } } }).values;
if (format !== "text" && format !== "json") {
  console.error(`--format ${format}: has to be text or json`);
  process.exit(2);
}
const quiet = format === "json";
const say = (text: string) => void (quiet || process.stdout.write(text));
const bold = (text: string) => (process.stdout.isTTY ? `\u001b[1m${text}\u001b[0m` : text);

const reportFile = "dist/demo/report.html";
const now = new Date();
const world = defaultWorld(now);
await using azure = await simulateAzure(world);
await using azurite = await startAzurite();
const env = { ...process.env, ...azure.env, AzureWebJobsStorage: azurite.connectionString, FORCE_TTY: "" };

say(`${bold("Nordfracht")}, an invented company: 3 subscriptions, 14 registries, 8 clusters, 12 service principals.
A simulated Azure and the Azurite storage emulator run on this machine; nothing leaves it.

${bold("$ acraudit sweep")}
`);
say(await acraudit("sweep"));

azure.load(changedWorld(world, now));
say(`
${bold("Meanwhile")} somebody turns off the admin user of nfbilling, grants aks-dispatch its pull role,
and cleans up a role assignment that aks-tracking still needed.

${bold("$ acraudit sweep")} again, and what changed:
`);
const second = JSON.parse(await acraudit("sweep", "--format", "json")) as Report;
const open = [...second.findings, ...second.upcoming];
const opened = open.filter(({ runId, change }) => runId === second.run?.runId && /opened$/.test(change));
list("opened", opened);
list("resolved", second.resolved);
say(`  stayed    ${open.length - opened.length} findings, nobody is told again\n`);

await mkdir("dist/demo", { recursive: true });
await acraudit("report", "--format", "html", "--output", reportFile);
const last = await acraudit("report", "--format", "json");
say(`
${bold("The report")} is in ${reportFile}: open it in a browser.
`);
if (quiet) process.stdout.write(last);
azure.assertClean();

function list(title: string, findings: readonly StoredFinding[]): void {
  for (const { severity, subject, message, change } of findings) {
    const end = change === "resolved" ? `${subject.name} is fixed: ` : "";
    say(`  ${title.padEnd(9)} ${severity.padEnd(8)} ${end}${message}\n`);
  }
}

/** The product as a user runs it, in a process of its own. Ends the demo when it could not do its work. */
async function acraudit(...args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, ["src/cli.ts", ...args], { env, stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  if (code !== 0 && code !== 1) throw new Error(`acraudit ${args.join(" ")} ended with exit code ${code}`);
  return output;
}
