import { afterAll, beforeAll, expect, test } from "vitest";
import type { StoredFinding } from "../../src/core/reconcile.ts";
import type { Severity } from "../../src/core/rule.ts";
import { createAccountStore } from "../../src/store/account-store.ts";
import { openStorageAccount } from "../../src/store/storage-account.ts";
import type { Store } from "../../src/store/store.ts";
import { sharedAzurite } from "../azurite.ts";
import { type Answer, type Receiver, startReceiver } from "../receiver/start-receiver.ts";
import { sampled } from "../sampled.ts";
import { type Observation, type Process, startProcess, type Told } from "./outbox-process.ts";

/**
 * Whatever dies wherever: each channel is told of each change that lasts, of none that was never stored, and twice only of
 * what a receiver took without the sender living to know it.
 *
 * Decisions come from a seed. One process after the other, a seed replays to the letter; in parallel, the storage adds
 * its own order of things.
 */

const someday = Date.parse("2026-11-21T09:00:00Z");
const minute = 60_000;
const channels = ["alpha", "beta"];

interface Acceptance {
  readonly channel: string;
  readonly told: Told;
  /** The sender heard that it was accepted, and lived to write it down. */
  known: boolean;
}

interface Scene extends AsyncDisposable {
  readonly processes: readonly Process[];
  readonly accepted: readonly Acceptance[];
  readonly store: Store;
  readonly random: () => number;
  /** Per cent of messages that go wrong. */
  trouble: number;
  /** Findings that a message which may have arrived told of, by channel. */
  readonly doubtful: Set<string>;
  /** What was ever stored: by finding, its changes by number. */
  readonly truth: Map<string, Map<number, StoredFinding>>;
  pass(ms: number): void;
  revive(process: Process): Promise<void>;
}

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver[Symbol.asyncDispose]());

let scenes = 0;

async function stage(seed: number, count: number, names = channels): Promise<Scene> {
  const random = mulberry32(seed);
  const connectionString = (await sharedAzurite()).newAccount();
  let clock = someday;
  const stem = `s${++scenes}-`;
  const truth: Scene["truth"] = new Map();
  const start = (_: unknown, index: number) =>
    startProcess({
      name: `${stem}${index}`,
      connectionString,
      receiver,
      channels: names,
      now: () => new Date(clock),
      random,
      onStored: (finding) => stored(truth, finding),
    });
  const processes = await Promise.all(Array.from({ length: count }, start));
  const patience = { maxRetries: 1, retryDelayInMs: 1, throttledRetries: 1, throttledDelayInMs: 1 };
  const noCredential = { getToken: () => Promise.resolve(null) };
  const store = createAccountStore(openStorageAccount({ connectionString }, noCredential, patience));
  await store.prepare();

  const accepted: Acceptance[] = [];
  const ofProcess = new Map<Process, Acceptance[]>();
  const scene: Scene = {
    processes,
    accepted,
    store,
    random,
    truth,
    trouble: 0,
    doubtful: new Set(),
    pass: (ms) => {
      clock += ms;
    },
    revive: async (process) => {
      if (process.life.dead) {
        for (const one of ofProcess.get(process) ?? []) one.known = false;
        for (const channel of names) {
          // it may have died just before it sent, which nobody can tell from just after
          const doubted = new Set(
            (await store.outbox.undelivered(channel)).filter(({ uncertain }) => uncertain).map(({ id }) => id),
          );
          for (const { fingerprint, bound } of await store.outbox.pending(channel))
            if (bound && doubted.has(bound.delivery)) scene.doubtful.add(`${channel} ${fingerprint}`);
        }
      }
      ofProcess.set(process, []);
      process.life.revive();
    },
    [Symbol.asyncDispose]: async () => void (await Promise.all(processes.map((one) => one[Symbol.asyncDispose]()))),
  };
  receiver.script = ({ path, body }): Answer => {
    const [, channel = "", name = ""] = path.split("/");
    const process = processes.find((one) => one.name === name);
    if (!process) return { status: 404 };
    const told = JSON.parse(body) as Told;
    const fate = process.life.meet(`message to ${channel}`);
    const doubt = () => {
      for (const { fingerprint } of told.notices) scene.doubtful.add(`${channel} ${fingerprint}`);
    };
    if (fate === "before") {
      doubt();
      return "reset";
    }
    const answer = fate === "after" ? "acceptedThenReset" : answerOf(random() * 100, scene.trouble);
    if (answer === "reset" || answer === "acceptedThenReset") doubt();
    if (answer === "acceptedThenReset" || (typeof answer === "object" && answer.status === 202)) {
      const acceptance = { channel, told, known: answer !== "acceptedThenReset" };
      accepted.push(acceptance);
      ofProcess.set(process, [...(ofProcess.get(process) ?? []), acceptance]);
    }
    return answer;
  };
  return scene;
}

function answerOf(dice: number, trouble: number): Answer {
  if (dice >= trouble) return { status: 202 };
  if (dice < trouble * 0.4) return { status: 503 };
  if (dice < trouble * 0.6) return { status: 429, headers: { "retry-after": "90" } };
  return dice < trouble * 0.8 ? "reset" : "acceptedThenReset";
}

/** Lets everybody finish in peace, as a normal restart does. */
async function settle(scene: Scene, seen: Observation): Promise<void> {
  scene.trouble = 0;
  for (const process of scene.processes) await scene.revive(process);
  const [first] = scene.processes;
  if (!first) throw new Error("there is a process");
  scene.pass(minute);
  expect(await first.sweep("run-last", seen)).toBe(true);
  for (let round = 0; round < 20; round++) {
    scene.pass(16 * minute);
    await first.deliver();
    const left = await Promise.all(
      first.runtime.channels.map(({ notifier }) => scene.store.outbox.pending(notifier.name)),
    );
    if (left.flat().length === 0) return;
  }
  const names = first.runtime.channels.map(({ notifier }) => notifier.name);
  const left = (await Promise.all(names.map((name) => scene.store.outbox.pending(name)))).flat();
  // what is left was intended by a process that died, and never came to be
  for (const { fingerprint, seq } of left) {
    const found = (await scene.store.findings.list({})).find((one) => one.fingerprint === fingerprint);
    expect(found?.seq ?? 0).toBeLessThan(seq);
  }
}

function stored(truth: Scene["truth"], finding: StoredFinding): void {
  const changes = truth.get(finding.fingerprint) ?? new Map<number, StoredFinding>();
  truth.set(finding.fingerprint, changes.set(finding.seq, finding));
}

interface Verdict {
  readonly lost: readonly string[];
  readonly phantom: readonly string[];
  readonly unexplained: readonly string[];
  readonly twice: number;
}

/** Holds what receivers accepted against what was stored. */
async function judge({ store, accepted, doubtful, truth }: Scene, names: readonly string[]): Promise<Verdict> {
  const findings = await store.findings.list({});
  for (const one of findings) stored(truth, one);
  const lost: string[] = [];
  const phantom: string[] = [];
  const unexplained: string[] = [];
  let twice = 0;

  for (const channel of names) {
    const notices = accepted
      .filter((one) => one.channel === channel)
      .flatMap(({ told, known }) => told.notices.map((notice) => ({ ...notice, known, deliveryId: told.deliveryId })));
    for (const finding of findings) {
      const changes = truth.get(finding.fingerprint) ?? new Map<number, StoredFinding>();
      const own = notices.filter(({ fingerprint }) => fingerprint === finding.fingerprint);
      const label = `${channel} ${finding.fingerprint.slice(-4)}`;
      const said = own.map(({ kind, seq }) => `${kind}@${seq}`).join(" ");

      for (const [index, notice] of own.entries()) {
        const then = changes.get(notice.seq);
        if (then === undefined || (then.state === "open") !== (notice.kind !== "resolved"))
          phantom.push(`${label} ${said}`);
        const before = own.slice(0, index);
        const openedBefore = before.some(({ kind }) => kind !== "resolved");
        if (notice.kind === "resolved" && !openedBefore && !doubtful.has(`${channel} ${finding.fingerprint}`))
          phantom.push(`${label} resolved, never opened: ${said}`);
        const same = before.filter(({ kind, seq }) => kind === notice.kind && seq === notice.seq);
        twice += same.length > 0 ? 1 : 0;
        if (same.some(({ known, deliveryId }) => known || deliveryId !== notice.deliveryId))
          unexplained.push(`${label} ${said}`);
      }

      const last = own.at(-1);
      const worth = [...changes.values()].filter(({ change, severity }) => change !== "eased" && severity !== "low");
      const least = Math.max(0, ...worth.filter(({ state }) => state === "open").map(({ seq }) => seq));
      if (finding.state === "open" && finding.severity !== "low") {
        if (last === undefined || last.kind === "resolved" || last.seq < least) lost.push(`${label} open: ${said}`);
      } else if (finding.state === "resolved" && last !== undefined && last.kind !== "resolved")
        lost.push(`${label} resolved: ${said}`);
    }
    const known = new Set(findings.map(({ fingerprint }) => fingerprint));
    phantom.push(
      ...notices.filter(({ fingerprint }) => !known.has(fingerprint)).map(({ kind }) => `${channel} ${kind}`),
    );
  }
  return { lost, phantom, unexplained, twice };
}

const first: Observation = new Map<number, Severity>([
  [1, "high"],
  [2, "medium"],
  [3, "low"],
]);
const second: Observation = new Map<number, Severity>([
  [2, "high"],
  [3, "medium"],
  [4, "critical"],
]);

const none: Observation = new Map();

test("a process killed at any write or send, before or after it arrived, loses nothing and makes nothing up", async () => {
  const only = ["alpha"];
  /** `flip`: when it is started again, things are as they were before what it had seen. */
  const play = async (kill: number, lost: "request" | "answer", flip: boolean) => {
    await using scene = await stage(1, 1, only);
    const [one] = scene.processes;
    if (!one) throw new Error("there is a process");
    const begin = one.life.count;
    one.life.dieAfter(kill, lost);
    for (const [step, [before, seen]] of [[none, first] as const, [first, second] as const].entries()) {
      scene.pass(5 * minute);
      await one.sweep(`run-${step}`, seen);
      if (!one.life.dead) continue;
      await scene.revive(one);
      scene.pass(minute); // the lease of the one that died runs out
      const again = kill % 3 === 0 ? `run-${step}` : `again-${step}`; // a schedule's slot, or another command
      await one.sweep(again, flip ? before : seen);
    }
    const writes = one.life.count - begin;
    await settle(scene, second);
    return { writes, verdict: await judge(scene, only), messages: scene.accepted.length };
  };

  const undisturbed = await play(Number.POSITIVE_INFINITY, "request", false);
  expect(undisturbed).toMatchObject({ verdict: { lost: [], phantom: [], unexplained: [], twice: 0 }, messages: 2 });
  for (const kill of sampled(Array.from({ length: undisturbed.writes }, (_, write) => write))) {
    // each kind of write comes several times, so that between them they die in every way
    const lost = kill % 2 === 0 ? "request" : "answer";
    const flip = kill % 4 >= 2;
    const { verdict } = await play(kill, lost, flip);
    const good = { lost: [], phantom: [], unexplained: [] };
    expect({ kill, lost, flip, verdict }).toEqual({ kill, lost, flip, verdict: { ...good, twice: verdict.twice } });
  }
});

test("a message whose answer was lost comes twice, with the same id", async () => {
  await using scene = await stage(1, 1);
  const [one] = scene.processes;
  const script = receiver.script;
  receiver.script = (request) => {
    script(request);
    return scene.accepted.length <= 2 ? "acceptedThenReset" : { status: 202 };
  };
  await one?.sweep("run-0", first);
  expect(scene.accepted).toHaveLength(2);
  scene.pass(16 * minute);
  await one?.deliver();
  await one?.deliver();
  expect(scene.accepted.map(({ channel }) => channel).toSorted()).toEqual(["alpha", "alpha", "beta", "beta"]);
  for (const copies of Map.groupBy(scene.accepted, ({ channel }) => channel).values())
    expect(copies[1]?.told).toEqual(copies[0]?.told);
});

test.for([
  [12345, "one after the other"],
  [777, "in parallel"],
  [424242, "in parallel"],
] as const)(
  "seed %i, three processes %s: nothing lost, nothing made up, nothing twice without a reason",
  async ([seed, how]) => {
    // with one channel at a time nothing happens at the same time, and the seed decides everything
    const names = how === "in parallel" ? channels : ["alpha"];
    await using scene = await stage(seed, 3, names);
    const { random, processes } = scene;
    let seen: Observation = new Map();
    let deaths = 0;
    for (let round = 0; round < 8; round++) {
      scene.trouble = 40;
      scene.pass(minute * (1 + Math.floor(random() * 20)));
      seen = observe(seen, random);
      for (const process of processes) {
        if (random() < 0.6) process.life.dieAfter(Math.floor(random() * 12), random() < 0.5 ? "request" : "answer");
      }
      const other = observe(seen, random); // a second sweep sees something else
      const [one, two, three] = processes;
      const work = [
        () => one?.sweep(`run-${round}`, seen),
        () => (random() < 0.5 ? two?.sweep(`other-${round}`, other) : two?.deliver()),
        () => three?.deliver(),
      ];
      if (how === "in parallel") await Promise.all(work.map((start) => start()));
      else for (const start of work) await start();
      for (const process of processes) {
        if (process.life.dead) deaths++;
        await scene.revive(process);
      }
    }
    await settle(scene, seen);
    const { lost, phantom, unexplained } = await judge(scene, names);
    expect({ seed, lost, phantom, unexplained }).toEqual({ seed, lost: [], phantom: [], unexplained: [] });
    expect(deaths).toBeGreaterThan(2);
    expect(scene.accepted.length).toBeGreaterThan(5);
  },
);

/** Findings come, go, and change their severity. */
function observe(before: Observation, random: () => number): Observation {
  const severities: readonly Severity[] = ["low", "medium", "high"];
  const next = new Map(before);
  for (let number = 1; number <= 8; number++) {
    const dice = random();
    if (dice < 0.25) next.delete(number);
    else if (dice < 0.6) next.set(number, severities[Math.floor(random() * 3)] ?? "high");
  }
  return next;
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
