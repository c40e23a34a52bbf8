import type { StoredFinding } from "../../src/core/reconcile.ts";
import type { Report } from "../../src/report/model.ts";
import type { World } from "../azure/world.ts";
import { changedWorld } from "../azure/worlds/changed-world.ts";
import type { Acraudit } from "./acraudit.ts";
import type { Terminal } from "./terminal.ts";

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
${bold("Meanwhile")} somebody turns off the admin user of nfbilling, grants aks-dispatch its pull role,
and cleans up a role assignment that aks-tracking still needed.

${bold("$ acraudit sweep")} again, and what changed:
`);
  const second = JSON.parse(await acraudit("sweep", "--format", "json")) as Report;
  const open = [...second.findings, ...second.upcoming];
  const opened = open.filter(({ runId, change }) => runId === second.run?.runId && /opened$/.test(change));
  for (const finding of opened) say(lineOf("opened", finding));
  for (const finding of second.resolved) say(lineOf("resolved", finding));
  say(`  stayed    ${open.length - opened.length} findings, nobody is told again\n`);
  return changed;
}

function lineOf(title: string, { severity, subject, message, change }: StoredFinding): string {
  const end = change === "resolved" ? `${subject.name} is fixed: ` : "";
  return `  ${title.padEnd(9)} ${severity.padEnd(8)} ${end}${message}\n`;
}
