import type { StoredFinding } from "../../src/core/reconcile.ts";
import type { Report } from "../../src/report/model.ts";
import type { World } from "../azure/world.ts";
import { changedWorld } from "../azure/worlds/changed-world.ts";
import type { Acraudit } from "./acraudit.ts";
import { hanging, type Terminal } from "./terminal.ts";

/** An audit, work done by others, and what the next audit makes of it. Returns the world as it is then. */
export async function twoSweeps(
  { say, bold }: Terminal,
  acraudit: Acraudit,
  world: World,
  serve: (world: World) => void,
): Promise<World> {
  say(`\n${bold("$ acraudit sweep")}\n`);
  say(await acraudit("sweep"));

  const changed = changedWorld(world, new Date());
  serve(changed);
  say(`
${bold("Meanwhile")} somebody turns off the admin user of nfbilling, with which ca-invoicing still logs in,
grants aks-dispatch its pull role, and cleans up a role assignment that aks-tracking still needed.

${bold("$ acraudit sweep")} again, and what changed:
`);
  const second = JSON.parse(await acraudit("sweep", "--format", "json")) as Report;
  const open = [...second.findings, ...second.upcoming];
  const changedNow = ({ runId, change }: StoredFinding) => runId === second.run?.runId && change !== "stillOpen";
  const news = open.filter(changedNow);
  for (const finding of [...news, ...second.resolved]) say(lineOf(finding));
  say(`  stayed    ${open.length - news.length} findings, nobody is told again\n`);
  return changed;
}

function lineOf({ severity, subject, message, change }: StoredFinding): string {
  const end = change === "resolved" ? `${subject.name} is fixed: ` : "";
  return hanging(`  ${change.padEnd(9)} ${severity.padEnd(8)} `, `${end}${message}`);
}
