import { createHash } from "node:crypto";
import { AzureError } from "../azure/error.ts";
import { type Delivery, type Receipt, type Weighed, weigh } from "../core/intent.ts";
import type { Run } from "../core/run.ts";
import { type Attempt, deliver } from "../notify/deliver.ts";
import { composeDigest, type Digest } from "../notify/digest.ts";
import type { Channel } from "../notify/notifier.ts";
import type { PendingIntent, Said, Settlement, StoredDelivery } from "../store/store.ts";
import type { KeptLease } from "./kept-lease.ts";
import type { Runtime } from "./runtime.ts";
import { whyOf } from "./why-of.ts";

export interface Dispatched {
  /** Messages. */
  readonly sent: number;
  /** Messages that were given up. */
  readonly dead: number;
  /** Messages that are tried again later. */
  readonly waiting: number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** How long a run that does not end holds its message back: it may have died. */
const holdMs = 2 * hourMs;
/** When an intent is dropped whose change nobody made. */
const orphanMs = 7 * dayMs;
const giveUpMs = dayMs;
const firstBackoffMs = 30_000;
const longestBackoffMs = 15 * minuteMs;
const keepSentMs = 7 * dayMs;
const keepDeadMs = 90 * dayMs;
const bindAtOnce = 1000;
const namesShown = 10;

/** One pass over the outbox of one channel, by the holder of its lease. */
interface Pass {
  readonly runtime: Runtime;
  readonly channel: Channel;
  readonly name: string;
  readonly lease: KeptLease;
  /** The last runs, newest first. */
  readonly runs: readonly Run[];
}

type Outcome = "sent" | "dead" | "waiting" | "nothing";

/**
 * Sends what is due, in the order in which it came to be. A channel that did not take a message is not asked to take
 * another before that one is due again.
 */
export async function dispatch(runtime: Runtime, channel: Channel, lease: KeptLease): Promise<Dispatched> {
  const { store, now } = runtime;
  const pass: Pass = { runtime, channel, lease, name: channel.notifier.name, runs: await store.runs.latest(20) };
  const counts = { sent: 0, dead: 0, waiting: 0, nothing: 0 };
  for await (const outcome of outcomes(pass)) {
    counts[outcome]++;
    if (outcome === "waiting") break;
  }
  if (counts.sent > 0) {
    const before = (ms: number) => new Date(now().getTime() - ms);
    await store.outbox.purge(pass.name, { sent: before(keepSentMs), dead: before(keepDeadMs) });
  }
  return { sent: counts.sent, dead: counts.dead, waiting: counts.waiting };
}

async function* outcomes(pass: Pass): AsyncGenerator<Outcome> {
  const { outbox } = pass.runtime.store;
  const intents = await outbox.pending(pass.name);
  const deliveries = await outbox.pendingDeliveries(pass.name);
  const boundTo = Map.groupBy(intents, ({ bound }) => bound?.delivery);
  const loose = [...(boundTo.get(undefined) ?? [])];

  for (const [id, bound] of boundTo) {
    if (id === undefined || deliveries.some((delivery) => delivery.id === id)) continue;
    const delivery = await outbox.delivery(pass.name, id);
    if (delivery === undefined)
      loose.push(...bound); // a process died between binding them and writing the message
    else await settle(pass, delivery, bound); // … or between settling the message and settling them
  }
  for (const delivery of deliveries) {
    if (Date.parse(delivery.nextAttemptAt) > pass.runtime.now().getTime()) yield "waiting";
    yield await attempt(pass, delivery, boundTo.get(delivery.id) ?? [], loose);
  }
  for (const fresh of await messagesOf(pass, loose)) {
    const delivery = await write(pass, fresh);
    yield await attempt(pass, delivery, delivery.intents, loose);
  }
}

interface Fresh {
  readonly runId: string;
  readonly tells: readonly Tell[];
}

type Tell = NonNullable<Weighed<PendingIntent>["tell"]>;

/** What is new, one message for each run, or more where one does not take all of it. */
async function messagesOf(pass: Pass, intents: readonly PendingIntent[]): Promise<readonly Fresh[]> {
  const { weighed, receipts } = await weighAll(pass, intents);
  const orphaned = new Date(pass.runtime.now().getTime() - orphanMs).toISOString();
  const orphans = weighed.flatMap(({ wait }) => wait.filter(({ createdAt }) => createdAt < orphaned));
  await drop(pass, [...weighed.flatMap((one) => one.drop), ...orphans], receipts, false);

  const tells = weighed.flatMap(({ tell }) => tell ?? []);
  const byRun = [...Map.groupBy(tells, ({ finding }) => finding.runId)];
  return byRun
    .filter(([runId]) => !isHeld(pass, runId))
    .flatMap(([runId, group]) => chunks(group, pass.channel.notifier.capacity).map((chunk) => ({ runId, chunk })))
    .map(({ runId, chunk }) => ({ runId, tells: chunk }))
    .toSorted((a, b) => startOf(a).localeCompare(startOf(b)));
}

function startOf({ tells }: Fresh): string {
  return tells.flatMap(({ intents }) => intents.map(({ createdAt }) => createdAt)).toSorted()[0] ?? "";
}

/** A run is told of when it is over. One that died is told of when a later one is over, or after a while. */
function isHeld({ runs, runtime }: Pass, runId: string): boolean {
  const run = runs.find((one) => one.runId === runId);
  if (run === undefined || run.finishedAt !== undefined) return false;
  const overtaken = runs.some(({ startedAt, finishedAt }) => finishedAt !== undefined && startedAt > run.startedAt);
  return !overtaken && runtime.now().getTime() - Date.parse(run.startedAt) < holdMs;
}

/** Binds intents to a message and writes it, which is not yet an attempt to send it. */
async function write(
  { runtime, name, lease }: Pass,
  { runId, tells }: Fresh,
): Promise<StoredDelivery & { readonly intents: readonly PendingIntent[] }> {
  const { outbox } = runtime.store;
  const keys = tells.map(({ kind, finding: { fingerprint, seq } }) => `${fingerprint}-${seq}-${kind}`).toSorted();
  const id = createHash("sha256")
    .update([name, ...keys].join("\n"))
    .digest("hex")
    .slice(0, 20);
  const intents: PendingIntent[] = [];
  for (const chunk of chunks(
    tells.flatMap((tell) => boundBy(tell, id)),
    bindAtOnce,
  )) {
    intents.push(...(await outbox.bind(name, chunk)));
    await lease.keep();
  }
  const at = runtime.now().toISOString();
  const subjects = new Set(tells.map(({ finding }) => finding.subject.name));
  const delivery: Delivery = {
    ...{ channel: name, id, runId, createdAt: at, nextAttemptAt: at, state: "pending", attempts: 0, uncertain: false },
    ...{
      fence: lease.fence,
      findings: tells.length,
      names: [...subjects].slice(0, namesShown),
      detail: "not tried yet",
    },
  };
  return { ...(await save(outbox, delivery, undefined)), intents };
}

/** The intents of a notice, with what it says written on them: whoever comes after a crash finds there what was told. */
function boundBy({ kind, finding, intents }: Tell, delivery: string): readonly PendingIntent[] {
  return intents.map((intent) => ({ ...intent, bound: { delivery, kind, seq: finding.seq } }));
}

/**
 * Sends a message once, as the findings stand now, and writes down what came of it. A message that may have arrived says
 * nothing else when it is sent again, because receivers may know it by its id: what changed since goes into another.
 */
async function attempt(
  pass: Pass,
  before: StoredDelivery,
  intents: readonly PendingIntent[],
  loose: PendingIntent[],
): Promise<Outcome> {
  const { runtime, channel, lease, name } = pass;
  const { outbox } = runtime.store;
  const { weighed, receipts } = await weighAll(pass, intents);
  const dropped = weighed.flatMap((one) => one.drop);
  await drop(pass, dropped, receipts, before.uncertain);

  const all = weighed.flatMap(({ tell }) => tell ?? []);
  const changed = all.filter(hasChanged);
  if (before.uncertain) loose.push(...(await outbox.bind(name, changed.flatMap(unbound))));
  else
    await outbox.bind(
      name,
      changed.flatMap((tell) => boundBy(tell, before.id)),
    );

  const { version, ...delivery } = { ...before, fence: lease.fence };
  const tells = before.uncertain ? all.filter((tell) => !hasChanged(tell)) : all;
  if (tells.length === 0) {
    const settledAt = runtime.now().toISOString();
    await save(outbox, { ...delivery, state: "dropped", settledAt, detail: "there was nothing left to tell" }, version);
    return "nothing";
  }
  const digest = await digestOf(pass, delivery, tells);
  await lease.keep();
  // Until there is an answer, the message may have arrived: this process may die, and nobody else would know.
  const attempts = delivery.attempts + 1;
  const claimed = await save(
    outbox,
    { ...delivery, attempts, uncertain: true, detail: "sent, no answer yet" },
    version,
  );

  const answer = await deliver(channel, digest, { now: runtime.now });
  const after = afterAttempt(runtime, { ...delivery, attempts }, answer);
  const saved = await save(outbox, after, claimed.version);
  if (after.state === "pending") return "waiting";
  const told = tells.flatMap((tell) => boundBy(tell, delivery.id));
  await settle(pass, saved, told);
  return after.state === "sent" ? "sent" : "dead";
}

/** Whether the finding is another than when its intents were bound. */
function hasChanged({ kind, finding, intents }: Tell): boolean {
  return intents.some(({ bound }) => bound?.kind !== kind || bound.seq !== finding.seq);
}

function unbound({ intents }: Tell): readonly PendingIntent[] {
  return intents.map((intent) => ({ ...intent, bound: undefined, maybe: said(intent.bound) ?? intent.maybe }));
}

function said(bound: PendingIntent["bound"]): Said | undefined {
  return bound && { kind: bound.kind, seq: bound.seq };
}

function afterAttempt({ now, random }: Runtime, delivery: Delivery, answer: Attempt): Delivery {
  const at = now();
  const settledAt = at.toISOString();
  const { detail } = answer;
  if (answer.taken) return { ...delivery, state: "sent", settledAt, detail };
  const uncertain = delivery.uncertain || answer.uncertain;
  const tooOld = at.getTime() - Date.parse(delivery.createdAt) >= giveUpMs;
  if (!answer.again || tooOld) return { ...delivery, state: "dead", settledAt, uncertain, detail };
  const backoff = Math.min(longestBackoffMs, firstBackoffMs * 2 ** Math.min(delivery.attempts, 10));
  const delay = Math.max(answer.retryAfterMs, random() * backoff);
  return { ...delivery, uncertain, detail, nextAttemptAt: new Date(at.getTime() + delay).toISOString() };
}

async function digestOf(pass: Pass, { id, runId }: Delivery, tells: readonly Tell[]): Promise<Digest> {
  const { runtime } = pass;
  const partitions = new Set(
    tells.filter(({ kind }) => kind === "opened").map(({ finding }) => finding.subject.partition),
  );
  return composeDigest({
    deliveryId: id,
    runId,
    now: runtime.now(),
    notices: tells.map(({ kind, finding }) => ({ kind, finding, why: whyOf(finding.ruleId) })),
    onboarded: await onboardedBy(pass, runId, partitions),
    reportUrl: runtime.settings.ACRAUDIT_REPORT_URL,
  });
}

const runsAsked = 5;

/** Partitions of which a sweep is the first that looked at them. What a login failure told is no sweep. */
async function onboardedBy(
  { runs, runtime }: Pass,
  runId: string,
  partitions: ReadonlySet<string>,
): Promise<"all" | ReadonlySet<string>> {
  const run = runs.find((one) => one.runId === runId);
  if (run === undefined) return new Set();
  const earlier = runs.filter(({ startedAt, finishedAt }) => finishedAt !== undefined && startedAt < run.startedAt);
  if (earlier.length === 0) return "all";
  const onboarded = new Set(partitions);
  for (const { runId: asked } of earlier.slice(0, runsAsked)) {
    for (const partition of onboarded) {
      if ((await runtime.store.runs.unit(asked, partition))?.state === "done") onboarded.delete(partition);
    }
  }
  return onboarded;
}

interface WeighedAll {
  readonly weighed: readonly Weighed<PendingIntent>[];
  readonly receipts: ReadonlyMap<string, Receipt>;
}

/** Holds intents against their findings as they are stored at this moment. */
async function weighAll({ runtime, channel, name }: Pass, intents: readonly PendingIntent[]): Promise<WeighedAll> {
  const { findings, outbox } = runtime.store;
  const ofFinding = Map.groupBy(intents, ({ fingerprint }) => fingerprint);
  if (ofFinding.size === 0) return { weighed: [], receipts: new Map() };
  const receipts = await outbox.receipts(name, [...ofFinding.keys()]);
  const now = new Map((await findings.find(intents)).map((finding) => [finding.fingerprint, finding]));
  const weighed = [...ofFinding].map(([fingerprint, group]) => {
    const finding = now.get(fingerprint);
    const known = receipts.get(fingerprint);
    // who may have been told that it is open is told that it is not; of what is open nobody is thought to know
    const receipt = finding?.state === "resolved" ? (doubtful(fingerprint, group, known) ?? known) : known;
    return weigh(finding, group, receipt, channel);
  });
  return { weighed, receipts };
}

/** That a channel may have been told, since what it is known to know, that something is open. */
function doubtful(
  fingerprint: string,
  intents: readonly PendingIntent[],
  known: Receipt | undefined,
): Receipt | undefined {
  const last = latest(intents.flatMap(({ maybe }) => open(maybe) ?? []));
  return last !== undefined && last.seq > (known?.seq ?? 0) ? { fingerprint, ...last } : undefined;
}

function open(said: Said | undefined): Said | undefined {
  return said?.kind === "resolved" ? undefined : said;
}

function latest(said: readonly Said[]): Said | undefined {
  return said.toSorted((a, b) => a.seq - b.seq).at(-1);
}

/**
 * Lets go of intents that are overtaken. Where their message may have arrived the channel may know of the finding, and is
 * told when it is resolved.
 */
async function drop(
  { runtime, name }: Pass,
  intents: readonly PendingIntent[],
  receipts: ReadonlyMap<string, Receipt>,
  uncertain: boolean,
): Promise<void> {
  const doubted = ({ bound, maybe }: PendingIntent) => open(uncertain ? said(bound) : undefined) ?? open(maybe);
  const settlements = settlementsOf(intents, "dropped", doubted).map(({ receipt, ...rest }): Settlement => {
    const isNews = receipt !== undefined && receipt.seq > (receipts.get(receipt.fingerprint)?.seq ?? 0);
    return isNews ? { ...rest, receipt } : rest;
  });
  if (settlements.length > 0) await runtime.store.outbox.settle(name, settlements, runtime.now());
}

/** Does with intents what was done with their message. */
async function settle({ runtime, name }: Pass, delivery: Delivery, intents: readonly PendingIntent[]): Promise<void> {
  const { state, uncertain } = delivery;
  if (state === "pending") return;
  const told = ({ bound, maybe }: PendingIntent) =>
    state === "sent" ? said(bound) : (open(uncertain ? said(bound) : undefined) ?? open(maybe));
  await runtime.store.outbox.settle(name, settlementsOf(intents, state, told), runtime.now());
}

/** One for each finding, with what the channel knows of it by now. */
function settlementsOf(
  intents: readonly PendingIntent[],
  state: Settlement["state"],
  told: (intent: PendingIntent) => Said | undefined,
): readonly Settlement[] {
  return [...Map.groupBy(intents, ({ fingerprint }) => fingerprint)].map(([fingerprint, group]) => {
    const last = latest(group.flatMap((intent) => told(intent) ?? []));
    return { intents: group, state, ...(last && { receipt: { fingerprint, ...last } }) };
  });
}

async function save(
  outbox: Runtime["store"]["outbox"],
  delivery: Delivery,
  version: string | undefined,
): Promise<StoredDelivery> {
  const saved = await outbox.save(delivery, version);
  if (saved !== undefined) return saved;
  throw new AzureError("throttled", `write delivery ${delivery.id}`, "another process has taken over");
}

function chunks<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  const step = Math.min(size, Math.max(items.length, 1));
  return Array.from({ length: Math.ceil(items.length / step) }, (_, part) =>
    items.slice(part * step, (part + 1) * step),
  );
}
