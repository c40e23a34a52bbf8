import type { PullVerdict } from "../core/pull-reason.ts";
import { renderCanPull } from "../report/can-pull.ts";
import { readSettings } from "../settings.ts";
import { answerCanPull } from "./can-pull.ts";
import type { exitCodes } from "./exit-codes.ts";
import { parseArguments, type WrongUsage } from "./parse-arguments.ts";
import { createRuntime, type RuntimeOptions } from "./runtime.ts";
import type { Terminal } from "./terminal.ts";
import { UnclearQuestionError } from "./unclear-question.ts";

export const canPullHelp =
  "acraudit can-pull --from ID|NAME --registry ID|NAME|SERVER [--repository R] [--format table|json]";

const options = {
  from: { type: "string" },
  registry: { type: "string" },
  repository: { type: "string" },
  format: { type: "string", default: "table" },
  help: { type: "boolean", short: "h", default: false },
} as const;

const help = `Usage: ${canPullHelp}

Whether a workload can pull from a registry, from configuration alone.

  --from ID|NAME              cluster, container app or job, container group, web or function app,
                              slot, machine learning workspace or registry task; a cache rule or
                              connected registry by its id
  --registry ID|NAME|SERVER   registry
  --repository R              repository, such as shop/cart (those that its images name)
  --format FORMAT             table, json (table)

Exit codes
  0  it can
  1  it cannot
  2  wrong usage, or a name that is not there or not the only one
  3  it cannot be told, or Azure does not answer
`;

/** A gate for pipelines: clean for yes, findings for no, incomplete where it cannot be told. */
const codes: Readonly<Record<PullVerdict, keyof typeof exitCodes>> = {
  allow: "clean",
  deny: "findings",
  unknown: "incomplete",
};

/** Whether one workload can pull from one registry, now. Keeps nothing. */
export async function canPullCommand(
  args: readonly string[],
  terminal: Terminal,
  runtimeOptions: RuntimeOptions,
): Promise<keyof typeof exitCodes | WrongUsage> {
  const usage = `Usage: ${canPullHelp}`;
  const parsed = parseArguments(args, options, usage);
  if ("wrong" in parsed) return parsed;
  const { from, registry, repository, format, help: asksHelp } = parsed.values;
  if (asksHelp) {
    terminal.stdout.write(help);
    return "clean";
  }
  const lacking = [from === undefined && "--from is missing", registry === undefined && "--registry is missing"];
  if (from === undefined || registry === undefined) {
    return { wrong: `${lacking.filter((text) => text !== false).join("\n")}\n${usage}` };
  }
  if (format !== "table" && format !== "json") return { wrong: `--format ${format}: has to be table or json` };

  const runtime = createRuntime(readSettings(terminal.env), runtimeOptions);
  try {
    const result = await answerCanPull(runtime, { from, registry, repository });
    terminal.stdout.write(format === "json" ? `${JSON.stringify(result, null, 2)}\n` : renderCanPull(result));
    return codes[result.answer];
  } catch (error) {
    if (error instanceof UnclearQuestionError) return { wrong: error.message };
    throw error;
  }
}
