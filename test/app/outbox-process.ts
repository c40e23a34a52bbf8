import { commitChanges } from "../../src/app/commit-changes.ts";
import { deliverDue } from "../../src/app/deliver.ts";
import { finishRun } from "../../src/app/finish-run.ts";
import { createRuntime, type Runtime } from "../../src/app/runtime.ts";
import { AzureError } from "../../src/azure/error.ts";
import type { Evaluation, Finding } from "../../src/core/evaluate.ts";
import { reconcile, type StoredFinding } from "../../src/core/reconcile.ts";
import type { Severity } from "../../src/core/rule.ts";
import type { Run } from "../../src/core/run.ts";
import { secret } from "../../src/core/secret.ts";
import { noUsage } from "../../src/core/usage.ts";
import type { Digest } from "../../src/notify/digest.ts";
import type { Channel } from "../../src/notify/notifier.ts";
import { readSettings } from "../../src/settings.ts";
import { createDyingStorage, type DyingStorage } from "../dying-storage.ts";
import { createLife, type Life } from "../life.ts";
import { finding } from "../notify/notices.ts";
import type { Receiver } from "../receiver/start-receiver.ts";

/** What a sweep sees: the severity of each finding that is there, by its number. */
export type Observation = ReadonlyMap<number, Severity>;

/** One process of the product that sweeps and delivers, and can be made to die at any write or send. */
export interface Process extends AsyncDisposable {
  readonly name: string;
  readonly life: Life;
  readonly runtime: Runtime;
  /** Sweeps, stores, closes the run and delivers, as the product does. False: it died, or the storage failed it. */
  readonly sweep: (runId: string, seen: Observation) => Promise<boolean>;
  readonly deliver: () => Promise<void>;
}

export interface ProcessOptions {
  readonly name: string;
  readonly connectionString: string;
  readonly receiver: Receiver;
  readonly channels: readonly string[];
  readonly now: () => Date;
  readonly random: () => number;
  /** Called with every finding that was read: each change is read before the next can be made. */
  readonly onStored: (finding: StoredFinding) => void;
}

/** What a message tells, as a receiver of these tests reads it. */
export interface Told {
  readonly deliveryId: string;
  readonly runId: string;
  readonly notices: readonly { readonly fingerprint: string; readonly seq: number; readonly kind: string }[];
}

export async function startProcess(options: ProcessOptions): Promise<Process> {
  const { name, connectionString, receiver, channels, now, random, onStored } = options;
  const life = createLife();
  const storage: DyingStorage = await createDyingStorage(connectionString, life);
  const patience = { maxRetries: 1, retryDelayInMs: 1, throttledRetries: 1, throttledDelayInMs: 1 };
  const settings = readSettings({ AzureWebJobsStorage: storage.connectionString });
  const product = createRuntime(settings, { now, random, patience });
  const load: typeof product.store.findings.load = async (partition) => {
    const loaded = await product.store.findings.load(partition);
    for (const one of loaded.findings) onStored(one);
    return loaded;
  };
  const runtime: Runtime = {
    ...product,
    store: { ...product.store, findings: { ...product.store.findings, load } },
    channels: channels.map((channel) => plainChannel(channel, receiver.url(`/${channel}/${name}`))),
  };
  return {
    name,
    life,
    runtime,
    sweep: (runId, seen) => survives(() => sweep(runtime, runId, seen)),
    deliver: async () => void (await survives(() => deliverDue(runtime))),
    [Symbol.asyncDispose]: () => storage[Symbol.asyncDispose](),
  };
}

function plainChannel(name: string, url: string): Channel {
  const render = ({ deliveryId, runId, problems, onboarded, resolved }: Digest): Told => ({
    deliveryId,
    runId,
    notices: [...problems, ...onboarded, ...resolved].map(({ kind, finding: { fingerprint, seq } }) => ({
      fingerprint,
      seq,
      kind,
    })),
  });
  const notifier = { name, contentType: "application/json", capacity: 5, render, accepts: () => true };
  return { notifier, url: secret(url), minSeverity: "medium", resolved: true };
}

async function survives(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof AzureError) return false;
    throw error;
  }
}

async function sweep(runtime: Runtime, runId: string, seen: Observation): Promise<void> {
  const { store, now } = runtime;
  if ((await store.runs.get(runId)) === undefined) await store.runs.start(runOf(runId, now()), []);
  const { subject, ruleId } = finding();
  const evaluation: Evaluation = {
    ruleId,
    subject,
    outcome: seen.size > 0 ? "fail" : "pass",
    message: "",
    evidence: {},
    findings: [...seen].map(([number, severity]): Finding => ({ ...bare(number), severity })),
    gaps: [],
    judged: [],
    undecided: [],
  };
  for (let attempt = 1; attempt <= 5; attempt++) {
    const loaded = await store.findings.load(subject.partition);
    const changes = reconcile(loaded.findings, evaluation, { runId, at: now().toISOString() });
    if ((await commitChanges(runtime, subject.partition, loaded, changes)) === "committed") break;
  }
  await finishRun(runtime, runId);
}

function bare(number: number): Finding {
  const { fingerprint, ruleId, title, subject, message, evidence, remediation, severity } = finding(number);
  return { fingerprint, ruleId, title, subject, about: String(number), message, evidence, remediation, severity };
}

function runOf(runId: string, startedAt: Date): Run {
  return {
    ...{ runId, trigger: "timer", cloud: "AzureCloud", startedAt: startedAt.toISOString(), scope: "", units: 0 },
    inventory: { subscriptions: 1, registries: 1, pullers: 0, principals: 0, seconds: 0, usage: noUsage, coverage: [] },
  };
}
