import process from "node:process";
import { expect, test } from "vitest";
import { useAzure } from "../azure/use-azure.ts";
import { defaultWorld } from "../azure/worlds/default-world.ts";
import { sharedAzurite } from "../azurite.ts";
import { acrauditIn } from "./acraudit.ts";
import { twoSweeps } from "./two-sweeps.ts";

test("the demo shows workloads of every kind, and what others made better and worse, in 100 columns", async () => {
  const world = defaultWorld(new Date());
  const azure = await useAzure(world, { resourceGraphQuota: 100_000 }); // the quota is the demo's to wait for
  const env = {
    ...process.env,
    ...azure.env,
    AzureWebJobsStorage: (await sharedAzurite()).newAccount(),
    FORCE_TTY: "",
  };
  let said = "";
  const terminal = {
    say: (text: string) => {
      said += text;
    },
    bold: (text: string) => text,
    framed: () => expect.unreachable("nothing is framed here"),
  };

  await twoSweeps(terminal, acrauditIn(env), world, (next) => azure.load(next));

  for (const name of ["ca-invoicing", "ci-yearly-audit", "nfcustoms/rebuild-declarations", "app-fleet-map/staging"]) {
    expect(said).toMatch(new RegExp(`^(?:high|medium) +[a-z-]+ +${name} +opened$`, "m"));
  }
  expect(said.match(/^ {2}(?:escalated|opened|resolved) +\w+ +\S+/gm)).toEqual([
    "  escalated critical ca-invoicing",
    "  opened    high     aks-tracking",
    "  resolved  high     nfbilling",
    "  resolved  high     aks-dispatch",
  ]);
  expect(said).toMatch(/^ {2}stayed +\d+ findings, nobody is told again$/m);
  expect(said.split("\n").filter((line) => line.length > 100)).toEqual([]);
  azure.assertClean();
}, 60_000);
