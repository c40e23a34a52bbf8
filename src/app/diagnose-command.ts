import { parseArgs } from "node:util";
import { renderDiagnoses } from "../report/diagnosis.ts";
import { readSettings, SettingsError } from "../settings.ts";
import { RefusedError } from "./diagnose-login.ts";
import { diagnoseOnRequest } from "./diagnose-request.ts";
import type { exitCodes } from "./exit-codes.ts";
import { createRuntime, type RuntimeOptions } from "./runtime.ts";
import type { Terminal } from "./terminal.ts";

export const diagnoseHelp =
  "acraudit diagnose --registry NAME [--identity ID] [--status 401] [--error TEXT] [--hours 24] [--json]";

const options = {
  registry: { type: "string" },
  identity: { type: "string" },
  status: { type: "string" },
  error: { type: "string" },
  hours: { type: "string", default: "24" },
  json: { type: "boolean", default: false },
} as const;

/** Why logins to a registry fail, from its logs and from what the caller was told. Keeps nothing. */
export async function diagnoseCommand(
  args: readonly string[],
  terminal: Terminal,
  runtimeOptions: RuntimeOptions,
): Promise<keyof typeof exitCodes> {
  const { registry, identity, status, error, hours, json } = parse(args);
  if (registry === undefined) throw new SettingsError(`--registry is missing\nUsage: ${diagnoseHelp}`);
  if (status !== undefined && !/^\d{3}$/.test(status))
    throw new SettingsError(`--status ${status}: has to be an HTTP status such as 401`);
  const back = Number(hours);
  if (!(back > 0 && back <= 720)) throw new SettingsError(`--hours ${hours}: has to be a number up to 720`);

  const runtime = createRuntime(readSettings(terminal.env), runtimeOptions);
  try {
    const answer = await diagnoseOnRequest(runtime, { registry, identity, status, error, hours: back });
    const { registryId, diagnoses, gaps } = answer;
    terminal.stdout.write(json ? `${JSON.stringify(answer, null, 2)}\n` : renderDiagnoses(registryId, diagnoses, gaps));
    if (diagnoses.some(({ conclusion }) => conclusion.incident)) return "findings";
    return gaps.length > 0 ? "incomplete" : "clean";
  } catch (refused) {
    if (refused instanceof RefusedError) throw new SettingsError(`--registry ${registry}: ${refused.message}`);
    throw refused;
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false }).values;
  } catch (error) {
    throw new SettingsError(`${error instanceof Error ? error.message : String(error)}\nUsage: ${diagnoseHelp}`);
  }
}
