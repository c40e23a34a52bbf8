import { mkdir } from "node:fs/promises";
import process from "node:process";
import { parseArgs } from "node:util";
import { useAzure } from "../azure/use-azure.ts";
import type { World } from "../azure/world.ts";
import { defaultWorld } from "../azure/worlds/default-world.ts";
import { ids } from "../azure/worlds/ids.ts";
import { startAzurite } from "../azurite.ts";
import { startChatReceiver } from "../receiver/start-chat-receiver.ts";
import { acrauditIn } from "./acraudit.ts";
import { firstFailedLogin } from "./first-failed-login.ts";
import { createTerminal } from "./terminal.ts";
import { twoSweeps } from "./two-sweeps.ts";

/** A whole audit of an invented company, on this machine alone: two sweeps, a login that fails, and a report. */

const { format } = parseArgs({ options: { format: { type: "string", default: "text" } } }).values;
if (format !== "text" && format !== "json") {
  console.error(`--format ${format}: has to be text or json`);
  process.exit(2);
}
const terminal = createTerminal(format === "json");
const { say, bold } = terminal;

const reportFile = "dist/demo/report.html";
const world = defaultWorld(new Date());
await using azure = await useAzure(world);
await using azurite = await startAzurite();
await using teams = await startChatReceiver("teams");
await using slack = await startChatReceiver("slack");
const env = {
  ...process.env,
  ...azure.env,
  AzureWebJobsStorage: azurite.connectionString,
  ACRAUDIT_SWEEP_SCHEDULE: "0 0 3 * * *",
  ACRAUDIT_EVENT_TOPIC_ENDPOINT: ids.eventTopic.endpoint,
  ACRAUDIT_TEAMS_WEBHOOK_URL: teams.url,
  ACRAUDIT_SLACK_WEBHOOK_URL: slack.url,
  FORCE_TTY: "",
};
const acraudit = acrauditIn(env);
const serve = (next: World, now?: () => Date) => {
  azure.assertClean();
  azure.load(next, now ? { now } : {});
};

say(`${bold("Nordfracht")}, an invented company: 3 subscriptions, 14 registries, 8 clusters, 7 other workloads,
12 service principals. A simulated Azure and the Azurite storage emulator run on this machine;
nothing leaves it.
`);
const changed = await twoSweeps(terminal, acraudit, world, serve);
await firstFailedLogin(terminal, { azure, env, chats: [teams, slack], world: changed, serve });

await mkdir("dist/demo", { recursive: true });
await acraudit("report", "--format", "html", "--output", reportFile);
say(`
${bold("The report")} is in ${reportFile}: open it in a browser.
`);
if (format === "json") process.stdout.write(await acraudit("report", "--format", "json"));
azure.assertClean();
