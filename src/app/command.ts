import { writeFile } from "node:fs/promises";
import { AzureError } from "../azure/error.ts";
import type { Evaluation } from "../core/evaluate.ts";
import { printable } from "../core/printable.ts";
import { atLeast, type Severity } from "../core/rule.ts";
import { apis } from "../core/usage.ts";
import { version } from "../core/version.ts";
import type { Format } from "../report/format.ts";
import * as formats from "../report/index.ts";
import type { Report } from "../report/model.ts";
import { renderTable } from "../report/table.ts";
import { readSettings, type Settings, SettingsError, warningsOf } from "../settings.ts";
import { canPullCommand, canPullHelp } from "./can-pull-command.ts";
import { deliverDue } from "./deliver.ts";
import { diagnoseCommand, diagnoseHelp } from "./diagnose-command.ts";
import { exitCodes } from "./exit-codes.ts";
import { notifyCommand, notifyHelp } from "./notify-command.ts";
import { parseArguments, type WrongUsage } from "./parse-arguments.ts";
import { report } from "./report.ts";
import { commandRunId } from "./run-id.ts";
import { createRuntime, type Runtime, type RuntimeOptions } from "./runtime.ts";
import { type Progress, sweepHere } from "./sweep.ts";
import type { Terminal } from "./terminal.ts";

const hint = "Try: acraudit --help";
const formatNames = Object.values(formats).map(({ name }) => name);

const help = `acraudit ${version}: who can log in to Azure Container Registry, and which pull will stop working

Usage
  acraudit sweep [--subscription ID …] [--format FORMAT] [--all] [--output FILE] [--threshold SEVERITY] [--verbose]
  acraudit report [--format FORMAT] [--output FILE]
  ${diagnoseHelp}
  ${canPullHelp}
  ${notifyHelp}

  sweep                 look at everything now, keep what was found, show it
  report                show what is kept; asks nothing of Azure
  diagnose              say why logins to a registry fail, from its logs or an error text
  can-pull              say whether a workload can pull from a registry; 0 yes, 1 no, 3 cannot be told
  notify                send a sample to a channel and say what came back

  --subscription ID     look at this subscription only; may be given more than once
  --format FORMAT       ${["table", ...formatNames].join(", ")} (table)
  --all                 list every evaluation, the passes too
  --output FILE         write the report to a file instead
  --threshold SEVERITY  least severity that ends with exit code 1: info, low, medium (default), high, critical
  --verbose             requests by API, time waited for throttling, seconds by phase

Exit codes
  0  nothing open at or above the threshold    2  wrong usage or settings
  1  findings at or above the threshold        3  something could not be looked at, and nothing else was found

Signs in as the environment says: a managed identity, or whoever ran \`az login\`.
Settings are environment variables; local.settings.sample.json names them all.
`;

/** Runs one command line and answers its exit code. What users do wrong is said in words, without a stack trace. */
export async function runCommand(
  args: readonly string[],
  terminal: Terminal,
  options: RuntimeOptions = {},
): Promise<number> {
  try {
    const end = await run(args, terminal, options);
    return typeof end === "string" ? exitCodes[end] : fail(terminal, end.wrong, exitCodes.usage);
  } catch (error) {
    if (error instanceof SettingsError) return fail(terminal, error.message, exitCodes.usage);
    if (error instanceof AzureError) return fail(terminal, error.message, exitCodes.incomplete);
    throw error;
  }
}

async function run(
  [command, ...rest]: readonly string[],
  terminal: Terminal,
  options: RuntimeOptions,
): Promise<keyof typeof exitCodes | WrongUsage> {
  if (command === "sweep") return sweepCommand(rest, terminal, options);
  if (command === "report") return reportCommand(rest, terminal, options);
  if (command === "diagnose") return diagnoseCommand(rest, terminal, options);
  if (command === "can-pull") return canPullCommand(rest, terminal, options);
  if (command === "notify") return notifyCommand(rest, terminal, options);
  if (command === "--version" || command === "version") return say(terminal, `${version}\n`);
  if (command === undefined || command === "--help" || command === "-h" || command === "help")
    return say(terminal, help);
  return { wrong: `There is no command "${command}". ${hint}` };
}

function say({ stdout }: Terminal, text: string): "clean" {
  stdout.write(text);
  return "clean";
}

function fail({ stderr }: Terminal, message: string, code: number): number {
  stderr.write(`acraudit: ${message.split("\n").map(printable).join("\n")}\n`);
  return code;
}

const sweepOptions = {
  subscription: { type: "string", multiple: true },
  format: { type: "string", default: "table" },
  all: { type: "boolean", default: false },
  output: { type: "string" },
  threshold: { type: "string" },
  verbose: { type: "boolean", default: false },
} as const;

async function sweepCommand(
  args: readonly string[],
  terminal: Terminal,
  options: RuntimeOptions,
): Promise<keyof typeof exitCodes | WrongUsage> {
  const parsed = parseArguments(args, sweepOptions, hint);
  if ("wrong" in parsed) return parsed;
  const { subscription, format, all, output, threshold, verbose } = parsed.values;
  const settings = readSettings({
    ...terminal.env,
    ...(subscription && { ACRAUDIT_SUBSCRIPTIONS: subscription.join(","), ACRAUDIT_MANAGEMENT_GROUPS: undefined }),
    ...(threshold !== undefined && { ACRAUDIT_THRESHOLD: threshold }),
  });
  const render = rendererOf(format, output, terminal);
  if (typeof render === "object") return render;
  for (const warning of warningsOf(settings)) terminal.stderr.write(`acraudit: ${warning}\n`);

  const runtime = createRuntime(settings, options);
  const startedAt = runtime.now();
  const request = { runId: commandRunId(startedAt), trigger: "command", startedAt } as const;
  const evaluations: Evaluation[] = [];
  await sweepHere(runtime, request, {
    progress: progressOf(terminal),
    ...(all && { onEvaluations: (seen) => void evaluations.push(...seen) }),
  });
  await tellTheRest(runtime, terminal);
  const result = await report(runtime, all ? evaluations : undefined);

  const unwritten = await show(render(result), output, terminal);
  if (unwritten) return unwritten;
  if (verbose) terminal.stderr.write(costs(result));
  return exitCode(result, settings);
}

const patienceMs = 40_000; // longer than another process that died can hold up the messages

/** No timer comes after a command: what the end of the run did not send is sent now, or by the next command. */
async function tellTheRest(runtime: Runtime, { stderr }: Terminal): Promise<void> {
  for (const { channel, busy, waiting, dead, error } of await deliverDue(runtime, { patienceMs })) {
    if (busy) stderr.write(`acraudit: ${channel}: another process is sending\n`);
    if (waiting > 0) stderr.write(`acraudit: ${channel}: the message was not taken; the next command tries again\n`);
    if (dead > 0) stderr.write(`acraudit: ${channel}: the message was refused; the report says why\n`);
    if (error) stderr.write(`acraudit: ${channel}: ${printable(error.message)}\n`);
  }
}

async function reportCommand(
  args: readonly string[],
  terminal: Terminal,
  options: RuntimeOptions,
): Promise<keyof typeof exitCodes | WrongUsage> {
  const parsed = parseArguments(args, { format: sweepOptions.format, output: sweepOptions.output }, hint);
  if ("wrong" in parsed) return parsed;
  const { format, output } = parsed.values;
  const settings = readSettings(terminal.env);
  if (!settings.storage) {
    return {
      wrong: "There is nothing to report from: without AzureWebJobsStorage nothing is kept. Try: acraudit sweep",
    };
  }
  const render = rendererOf(format, output, terminal);
  if (typeof render === "object") return render;
  return (await show(render(await report(createRuntime(settings, options))), output, terminal)) ?? "clean";
}

function rendererOf(
  format: string,
  output: string | undefined,
  terminal: Terminal,
): ((result: Report) => string) | WrongUsage {
  if (format === "table") {
    const colour = output === undefined && useColour(terminal);
    return (result) => renderTable(result, { colour });
  }
  const found: Format | undefined = Object.values(formats).find(({ name }) => name === format);
  if (found) return found.render;
  return { wrong: `--format ${format}: has to be ${["table", ...formatNames].join(", ")}` };
}

async function show(text: string, output: string | undefined, { stdout }: Terminal): Promise<WrongUsage | undefined> {
  if (output === undefined) stdout.write(text);
  else {
    try {
      await writeFile(output, text);
    } catch (error) {
      const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown reason";
      return { wrong: `--output ${output}: the file cannot be written (${reason})` };
    }
  }
  return undefined;
}

function exitCode(result: Report, { ACRAUDIT_THRESHOLD }: Settings): keyof typeof exitCodes {
  const counts = (severity: Severity) => atLeast(severity, ACRAUDIT_THRESHOLD);
  if ([...result.findings, ...result.upcoming].some(({ severity }) => counts(severity))) return "findings";
  return result.coverage.length > 0 ? "incomplete" : "clean";
}

function useColour({ stdout, env }: Terminal): boolean {
  return stdout.isTTY === true && (env.NO_COLOR ?? "") === "";
}

/** One line that is written over, on a terminal only. */
function progressOf({ stderr }: Terminal): Progress {
  if (stderr.isTTY !== true) return () => {};
  return ({ phase, done, total, name }) => {
    const line = phase === "inventory" ? `inventory: ${name}` : `${done} of ${total}: ${name}`;
    const last = phase === "slices" && done === total;
    stderr.write(`\r\u001b[K${last ? "" : printable(line).slice(0, 99)}`);
  };
}

function costs({ run }: Report): string {
  if (!run?.totals) return "";
  const { usage, secondsByPhase } = run.totals;
  const lines = apis
    .filter((api) => usage[api].requests > 0)
    .map(
      (api) =>
        `${api.padEnd(16)} ${String(usage[api].requests).padStart(7)} requests  ${usage[api].throttled} throttled  ${(usage[api].waitedMs / 1000).toFixed(1)} s waited`,
    );
  const seconds = Object.entries(secondsByPhase).map(([phase, value]) => `${phase} ${value.toFixed(1)} s`);
  return `${lines.join("\n")}\n${seconds.join(", ")}\n`;
}
