import type { StoredFinding } from "../../src/core/reconcile.ts";
import { child } from "../azure/body.ts";
import type { SimulatedAzure } from "../azure/simulate-azure.ts";
import type { World } from "../azure/world.ts";
import { outage, outageBegins, outageEnds } from "../azure/worlds/telematics-outage.ts";
import type { Invocation, LogLine } from "../host/start-host.ts";
import { type Product, startProduct } from "../host/start-product.ts";
import { readable } from "../receiver/readable.ts";
import type { ChatReceiver } from "../receiver/start-chat-receiver.ts";
import { hanging, type Terminal } from "./terminal.ts";

export interface FirstFailedLogin {
  readonly azure: SimulatedAzure;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly chats: readonly ChatReceiver[];
  readonly world: World;
  readonly serve: (world: World, now: () => Date) => void;
}

const minute = 60_000;

/** Pulls begin to fail, the alert fires, and each channel gets one message; then the grant is given back. */
export async function firstFailedLogin(terminal: Terminal, stage: FirstFailedLogin): Promise<void> {
  const { say, bold } = terminal;
  const { azure, chats, serve } = stage;
  let skipped = 0; // the waiting is left out
  const now = () => new Date(Date.now() + skipped);
  const after = (minutes: number) => {
    skipped += minutes * minute;
  };

  const began = now();
  const times = [1, 2, 4].map((minutes) => new Date(began.getTime() + minutes * minute));
  const broken = outageBegins(stage.world, times, 4);
  serve(broken, now);
  say(`
${bold("Then a login fails.")} Somebody deletes the role assignment of ${outage.cluster} on ${outage.registry}.
Its nodes pull at ${times.map(clockOf).join(", ")} and are refused; Log Analytics shows it four minutes later.
The app runs on this machine as it does in Azure: its functions, Event Grid in front, Teams and
Slack behind.

`);

  const told = narrator(terminal, azure, chats);
  using _listening = told.listening;
  await using product = await startProduct({
    azure,
    env: stage.env,
    runtime: { now },
    listen: { queues: false, timers: false },
    onInvocation: told.onInvocation,
    onLog: told.onLog,
  });
  after(9);
  await fireFive(product, after);
  await product.events.idle();
  const [finding] = await openFindings(product);
  if (!finding) throw new Error("the failing pulls were not found");

  const { attempts } = product.events;
  say(`\n${bold("The diagnosis,")} after ${logQueries(azure)} queries for ${attempts.length} events:\n\n`);
  for (const line of diagnosisOf(finding)) say(line);

  const before = chats.map(({ messages }) => messages.length);
  say(`\n${bold("Every minute")} the outbox is emptied.\n\n`);
  await product.host.timer("deliverTimer");
  say(`\n${bold("One message for each channel,")} as it arrived there:\n`);
  for (const [index, { messages }] of chats.entries())
    for (const message of messages.slice(before[index])) terminal.framed(nameOf(message.service), readable(message));

  azure.assertClean();
  const granted = now();
  after(12);
  serve(outageEnds(broken, granted, [new Date(granted.getTime() + 11 * minute)]), now);
  say(`\n${bold("Somebody runs that command,")} and eleven minutes later a node pulls again.
The next walk through the logs sees it, and what failed elsewhere without an alert.

`);
  await product.host.timer("loginFailureSweep");
  await product.events.idle();
  await product.host.timer("deliverTimer");
  const [resolved] = (await findings(product)).filter(({ fingerprint }) => fingerprint === finding.fingerprint);
  say(`\n  ${bold(resolved?.state ?? "gone")}: ${finding.title} (${outage.registry}, ${resolved?.resolvedReason})\n`);
  azure.assertClean();
}

/** Three alerts, of which two come twice, and one when the next has already come. */
async function fireFive({ rule, group, events }: Product, after: (minutes: number) => void): Promise<void> {
  const [first = {}] = rule.alerts();
  await group.call(first);
  await events.idle();
  await group.call(first);
  after(1);
  const [late = {}] = rule.alerts();
  after(1);
  const [second = {}] = rule.alerts();
  await Promise.all([group.call(second), group.call(second)]);
  await group.call(late);
}

const fired = ["fires", "the same once more", "fires again", "the same once more", "one of before, late"];

/** Says each step of the path when it happens. */
function narrator({ say }: Terminal, azure: SimulatedAzure, chats: readonly ChatReceiver[]) {
  const started = performance.now();
  const tell = (from: string, to: string, what: string) => {
    const seconds = ((performance.now() - started) / 1000).toFixed(2);
    say(hanging(`  ${seconds.padStart(5)} s  ${from.padEnd(17)} → ${to.padEnd(17)}  `, what));
  };
  let alerts = 0;
  let publisher = "";
  azure.fault(
    { api: "logs" },
    () => void tell("loginFailures", "Log Analytics", "who failed there, since when, from where"),
  );
  const listening = azure.onPublished(({ event }) => {
    const [start = "", end = ""] = ["windowStart", "windowEnd"].map((name) =>
      clockOf(new Date(String(child(event.data, name)))),
    );
    const registry = String(event.subject).split("/").at(-1);
    tell(publisher, "topic", `${String(event.eventType).split(".").at(-1)} ${registry} ${start} to ${end}`);
  });
  for (const { onMessage } of chats)
    onMessage((message) => tell("deliverTimer", nameOf(message.service), readable(message)[0] ?? ""));
  return {
    listening,
    onInvocation: ({ functionName, phase }: Invocation) => {
      if (phase !== "started") return;
      if (functionName === "loginFailureAlert" || functionName === "loginFailureSweep") publisher = functionName;
      if (functionName === "loginFailureAlert") tell("alert rule", functionName, fired[alerts++] ?? "");
      if (functionName === "loginFailureSweep") tell("timer", functionName, "every quarter of an hour");
      if (functionName === "loginFailures") tell("topic", functionName, "delivered");
    },
    onLog: ({ functionName, level, message }: LogLine) => {
      if (level === "error") return tell(functionName, "log", message.replace(/\s+/g, " "));
      if (functionName !== "loginFailures") return;
      const kinds = /changes: \[ ?(.*?) ?\]/.exec(message)?.[1]?.replaceAll("'", "");
      if (message.includes("looked at before")) tell(functionName, "tables", "looked at before, nothing to do");
      if (kinds === undefined) return;
      const isNews = kinds !== "" && kinds !== "stillOpen";
      tell(functionName, "tables", isNews ? `finding ${kinds}, an intent for each channel` : "no news");
    },
  };
}

function diagnosisOf({ severity, message, evidence, remediation }: StoredFinding): readonly string[] {
  const list = (value: unknown) => (Array.isArray(value) ? value : []).map(String);
  const line = (name: string, words: string) => hanging(`  ${name.padEnd(10)} `, words);
  return [
    line("cause", `${String(evidence.cause)} (${String(evidence.verdict)}, ${severity})`),
    line("what", message),
    line("seen", `${String(evidence.failures)} refused from ${list(evidence.addresses).join(", ")}`),
    ...list(evidence.contradicting).map((words) => line("against", words)),
    ...list(evidence.otherCauses).map((words) => line("also", words)),
    ...list(evidence.notChecked).map((words) => line("unchecked", words)),
    line("fix", remediation.text),
    `${" ".repeat(13)}${remediation.cli}\n`, // in one line, so that it can be copied
  ];
}

async function findings({ host }: Product): Promise<readonly StoredFinding[]> {
  const all = await host.runtime.store.findings.list({});
  return all.filter(({ ruleId, subject }) => ruleId === "login-failing" && subject.name === outage.registry);
}

async function openFindings(product: Product): Promise<readonly StoredFinding[]> {
  return (await findings(product)).filter(({ state }) => state === "open");
}

function logQueries({ requests }: SimulatedAzure): number {
  return requests.filter(({ api }) => api === "logs").length;
}

function nameOf(service: string): string {
  return service === "teams" ? "Teams" : "Slack";
}

function clockOf(time: Date): string {
  return time.toISOString().slice(11, 16);
}
