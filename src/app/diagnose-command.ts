import { renderDiagnoses } from "../report/diagnosis.ts";
import { readSettings } from "../settings.ts";
import { RefusedError } from "./diagnose-login.ts";
import { diagnoseOnRequest } from "./diagnose-request.ts";
import type { exitCodes } from "./exit-codes.ts";
import { parseArguments, type WrongUsage } from "./parse-arguments.ts";
import { createRuntime, type RuntimeOptions } from "./runtime.ts";
import type { Terminal } from "./terminal.ts";

export const diagnoseHelp =
  "acraudit diagnose --registry NAME [--identity ID] [--status 401] [--error TEXT] [--hours 24] [--format table|json]";

const options = {
  registry: { type: "string" },
  identity: { type: "string" },
  status: { type: "string" },
  error: { type: "string" },
  hours: { type: "string", default: "24" },
  format: { type: "string", default: "table" },
} as const;

/** Why logins to a registry fail, from its logs and from what the caller was told. Keeps nothing. */
export async function diagnoseCommand(
  args: readonly string[],
  terminal: Terminal,
  runtimeOptions: RuntimeOptions,
): Promise<keyof typeof exitCodes | WrongUsage> {
  const usage = `Usage: ${diagnoseHelp}`;
  const parsed = parseArguments(args, options, usage);
  if ("wrong" in parsed) return parsed;
  const { registry, identity, status, error, hours, format } = parsed.values;
  if (registry === undefined) return { wrong: `--registry is missing\n${usage}` };
  if (status !== undefined && !/^\d{3}$/.test(status))
    return { wrong: `--status ${status}: has to be an HTTP status such as 401` };
  const back = Number(hours);
  if (!(back > 0 && back <= 720)) return { wrong: `--hours ${hours}: has to be a number up to 720` };
  if (format !== "table" && format !== "json") return { wrong: `--format ${format}: has to be table or json` };

  const runtime = createRuntime(readSettings(terminal.env), runtimeOptions);
  try {
    const answer = await diagnoseOnRequest(runtime, { registry, identity, status, error, hours: back });
    const { registryId, diagnoses, gaps } = answer;
    terminal.stdout.write(
      format === "json" ? `${JSON.stringify(answer, null, 2)}\n` : renderDiagnoses(registryId, diagnoses, gaps),
    );
    if (diagnoses.some(({ conclusion }) => conclusion.incident)) return "findings";
    return gaps.length > 0 ? "incomplete" : "clean";
  } catch (refused) {
    if (refused instanceof RefusedError) return { wrong: `--registry ${registry}: ${refused.message}` };
    throw refused;
  }
}
