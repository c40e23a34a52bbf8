import { expect, test } from "vitest";
import type { Report } from "../../src/report/model.ts";
import { auditor, azureWith, someday, sweep } from "../audit.ts";
import { changedWorld } from "../azure/worlds/changed-world.ts";
import { defaultWorld } from "../azure/worlds/default-world.ts";
import { sharedAzurite } from "../azurite.ts";

const world = defaultWorld(someday);

async function swept(): Promise<Report> {
  const azure = await azureWith(world);
  const { report } = await sweep(auditor());
  azure.assertClean();
  return report;
}

test("workloads of every kind pull, and of each it is said whether it can and why", async () => {
  const { matrix } = await swept();
  const others = matrix.cells.filter(({ kind }) => kind !== "aks");
  expect(others.map(({ puller, registry, answer, reason }) => `${puller} ${registry}: ${answer}, ${reason}`)).toEqual([
    "ci-yearly-audit nfbilling: deny, token-disabled",
    "nfcustoms/rebuild-declarations nfcustoms: deny, no-credential",
    "app-fleet-map/staging nftelematics: unknown, password-not-visible",
    "app-fleet-map nftelematics: allow, allowed-with-condition",
    "ca-arrival-times nftelematics: allow, allowed-with-condition",
    "ca-invoicing nfbilling: allow, admin-user",
    "mlw-freight-forecast nfdev: allow, allowed",
    "nftracking/depotgdansk nftracking: allow, token-allowed",
  ]);
});

test("what logs in with a password or as nobody is found, each by its own rule", async () => {
  const { findings } = await swept();
  const found = findings.filter(
    ({ severity, ruleId, subject: { kind, name } }) =>
      severity !== "low" &&
      (ruleId === "cache-credential-unhealthy" || (kind === "puller" && !name.startsWith("aks-"))),
  );
  expect(found.map(({ severity, message }) => `${severity}: ${message}`).sort()).toEqual([
    "high: ca-invoicing pulls from nfbilling as its admin user.",
    "high: ci-yearly-audit logs in to nfbilling with the repository token auditor-2024, which is disabled.",
    "high: nfcustoms/rebuild-declarations has no identity for its own registry, which is in ABAC mode and gives its tasks nothing by default.",
    "high: nfmirror caches docker.io/library/* and cannot log in there: the credentials of docker-hub are refused (UNAUTHORIZED).",
    "medium: app-fleet-map/staging pulls from nftelematics without a managed identity, so with a password from its settings.",
  ]);
});

test("who still logs in as an admin user that was turned off gets worse", async () => {
  const runtime = auditor({ AzureWebJobsStorage: (await sharedAzurite()).newAccount() });
  await azureWith(world);
  await sweep(runtime);
  await azureWith(changedWorld(world, someday));
  const { report } = await sweep(runtime);
  expect(report.findings.filter(({ change }) => change === "escalated")).toMatchObject([
    {
      severity: "critical",
      message: "ca-invoicing pulls from nfbilling as its admin user, which is disabled: its next pull fails.",
    },
  ]);
  const before = report.resolved.map(({ ruleId, subject }) => `${ruleId} ${subject.name}`).sort();
  expect(before).toEqual(["admin-user-enabled nfbilling", "kubelet-cannot-pull aks-dispatch"]);
});
