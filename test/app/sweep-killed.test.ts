import { expect, test } from "vitest";
import type { Runtime } from "../../src/app/runtime.ts";
import { AzureError } from "../../src/azure/error.ts";
import { auditor, azureWith, someday, sweep } from "../audit.ts";
import type { World } from "../azure/world.ts";
import { changedWorld } from "../azure/worlds/changed-world.ts";
import { defaultWorld } from "../azure/worlds/default-world.ts";
import { ids } from "../azure/worlds/ids.ts";
import { sharedAzurite } from "../azurite.ts";
import { createDyingStorage } from "../dying-storage.ts";
import { sampled } from "../sampled.ts";

/** As little as shows every kind of change: each write is a point to be killed at. */
const kept: readonly string[] = [
  ...[ids.registries.billing, ids.registries.dispatch, ids.registries.tracking],
  ...[ids.clusters.dispatch, ids.clusters.tracking],
];
const whole = defaultWorld(someday);
const before = { ...whole, resources: whole.resources.filter(({ id }) => kept.includes(id)) };
const after = changedWorld(before, someday);
const subscription = before.subscriptions.find(({ displayName }) => displayName === "apps-prod")?.subscriptionId ?? "";

test("a sweep killed between any two writes, and started again, leaves what an undisturbed one leaves", async () => {
  const azurite = await sharedAzurite();
  const undisturbed = await storage(azurite.newAccount());
  const firstWrites = await writesOf(undisturbed, before);
  const expectedFirst = await stateOf(undisturbed.runtime);
  const secondWrites = await writesOf(undisturbed, after);
  const expected = await stateOf(undisturbed.runtime);
  expect(expected.history.length).toBeGreaterThan(expected.findings.length);

  let deaths = 0;
  // of the first sweep every eighth write, of the second each, lost before and after it arrived in turn
  const every = Array.from({ length: firstWrites + secondWrites }, (_, write) => write).filter(
    (write) => write >= firstWrites || write % 8 === 0,
  );
  const points = sampled(every);
  for (const [count, write] of points.entries()) {
    const disturbed = await storage(azurite.newAccount());
    const inFirst = write < firstWrites;
    if (!inFirst) await writesOf(disturbed, before);
    await azureWith(inFirst ? before : after);
    disturbed.dying.dieAfter(inFirst ? write : write - firstWrites, count % 2 === 0 ? "request" : "answer");
    const died = await sweep(disturbed.runtime).then(
      () => false,
      (error: unknown) => error instanceof AzureError,
    );
    if (died) deaths++;
    disturbed.dying.revive();

    await writesOf(disturbed, inFirst ? before : after);
    const killed = `killed at write ${write} of ${firstWrites} + ${secondWrites}`;
    expect(await stateOf(disturbed.runtime), killed).toEqual(inFirst ? expectedFirst : expected);
    await disturbed.dying[Symbol.asyncDispose]();
  }
  // units that end together may both close the run, so the last write is not always there to be killed at
  expect(deaths).toBeGreaterThanOrEqual(points.length - 2);
  await undisturbed.dying[Symbol.asyncDispose]();
}, 180_000);

test("two sweeps at the same time write every change once", async () => {
  const azurite = await sharedAzurite();
  const alone = await storage(azurite.newAccount());
  await writesOf(alone, before);
  const expected = await stateOf(alone.runtime);

  const shared = await storage(azurite.newAccount());
  await azureWith(before);
  await Promise.all([sweep(shared.runtime), sweep(shared.runtime), sweep(shared.runtime)]);
  expect(await stateOf(shared.runtime)).toEqual(expected);
  for (const finding of await shared.runtime.store.findings.list({})) {
    const history = await shared.runtime.store.findings.history(finding);
    expect(history.at(-1)).toMatchObject({ seq: finding.seq, runId: finding.runId, at: finding.changedAt });
  }
});

test("a second sweep over the same world writes no finding again", async () => {
  const { runtime, dying } = await storage((await sharedAzurite()).newAccount());
  await writesOf({ runtime, dying }, before);
  const first = await runtime.store.findings.load(subscription);
  await writesOf({ runtime, dying }, before);
  expect(first.findings.length).toBeGreaterThan(0);
  expect(await runtime.store.findings.load(subscription)).toEqual(first); // versions too
});

async function storage(connectionString: string) {
  const dying = await createDyingStorage(connectionString);
  await azureWith(before); // the environment comes from it
  const env = { AzureWebJobsStorage: dying.connectionString, ACRAUDIT_SUBSCRIPTIONS: subscription };
  return { dying, runtime: auditor(env) };
}

async function writesOf({ runtime, dying }: Awaited<ReturnType<typeof storage>>, world: World): Promise<number> {
  await azureWith(world);
  const start = dying.writes;
  await sweep(runtime);
  return dying.writes - start;
}

/** Findings and history without the moments and runs, which differ from sweep to sweep. */
async function stateOf({ store }: Runtime) {
  const findings = (await store.findings.list({})).toSorted((a, b) => a.fingerprint.localeCompare(b.fingerprint));
  const history = await Promise.all(findings.map((finding) => store.findings.history(finding)));
  return {
    findings: findings.map(({ runId: _, firstSeen: _f, openedAt: _o, changedAt: _c, ...finding }) => finding),
    history: history.flat().map(({ at: _, runId: _r, ...entry }) => entry),
  };
}
