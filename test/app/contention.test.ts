import { expect, test } from "vitest";
import { commitChanges } from "../../src/app/commit-changes.ts";
import { reconcileStored } from "../../src/app/reconcile-stored.ts";
import type { Runtime } from "../../src/app/runtime.ts";
import { AzureError } from "../../src/azure/error.ts";
import type { StoredFinding } from "../../src/core/reconcile.ts";
import { auditor, azureWith, sweep } from "../audit.ts";
import { pullCluster, pullIds, pullRegistry, pullWorld } from "../azure/worlds/pull-world.ts";
import { sharedAzurite } from "../azurite.ts";

const partition = pullIds.subscriptionId;
const cluster = pullCluster({ tags: { "acraudit-registries": "contosoprod" } });

/** A runtime that has swept, and one of the findings that it keeps. */
async function withFindings(): Promise<{ readonly runtime: Runtime; readonly finding: StoredFinding }> {
  await azureWith(pullWorld({ resources: [pullRegistry("contosoprod"), ...cluster.resources] }));
  const runtime = auditor({ AzureWebJobsStorage: (await sharedAzurite()).newAccount() });
  await sweep(runtime);
  const [finding] = (await runtime.store.findings.load(partition)).findings;
  return { runtime, finding: finding ?? expect.unreachable("the cluster cannot pull") };
}

const seen = (finding: StoredFinding) => ({ kind: "stillOpen", finding, unchanged: false }) as const;

/** Reconciles while somebody else writes the same finding first, some times in a row. */
function beaten(runtime: Runtime, finding: StoredFinding, times: number) {
  let left = times;
  return reconcileStored(runtime, partition, async (loaded) => {
    if (left-- > 0) {
      const others = await runtime.store.findings.load(partition);
      expect(await commitChanges(runtime, partition, others, [seen(finding)])).toBe("committed");
    }
    const own = loaded.findings.find(({ fingerprint }) => fingerprint === finding.fingerprint);
    return [seen(own ?? finding)];
  });
}

test("whoever comes second reads again and reconciles with what is there", async () => {
  const { runtime, finding } = await withFindings();
  expect(await beaten(runtime, finding, 4)).toHaveLength(1);
});

test("others that are always first are told as what passes, not as a bug", async () => {
  const { runtime, finding } = await withFindings();
  const error = await beaten(runtime, finding, 5).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(AzureError);
  expect(error).toMatchObject({ reason: "unreachable", message: expect.stringMatching(/5 times in a row.*try again/) });
});
