import { readSettings, warningsOf } from "../settings.ts";
import { channelsOf } from "./channels.ts";
import type { exitCodes } from "./exit-codes.ts";
import { parseArguments, type WrongUsage } from "./parse-arguments.ts";
import { createRuntime, type RuntimeOptions } from "./runtime.ts";
import type { Terminal } from "./terminal.ts";
import { testChannel } from "./test-channel.ts";

export const notifyHelp = "acraudit notify --test teams|slack|webhook";

const settingsOf = {
  teams: "ACRAUDIT_TEAMS_WEBHOOK_URL",
  slack: "ACRAUDIT_SLACK_WEBHOOK_URL",
  webhook: "ACRAUDIT_WEBHOOK_URL",
} as const;

type ChannelName = keyof typeof settingsOf;
const channelNames = Object.keys(settingsOf) as readonly ChannelName[];

/** Sends a sample to one channel and says what came back, never where it went. */
export async function notifyCommand(
  args: readonly string[],
  { env, stdout, stderr }: Terminal,
  options: RuntimeOptions,
): Promise<keyof typeof exitCodes | WrongUsage> {
  const usage = `Usage: ${notifyHelp}`;
  const parsed = parseArguments(args, { test: { type: "string" } }, usage);
  if ("wrong" in parsed) return parsed;
  const name = channelNames.find((one) => one === parsed.values.test);
  if (name === undefined) return { wrong: `--test has to be one of ${channelNames.join(", ")}\n${usage}` };
  const settings = readSettings(env);
  const channel = channelsOf(settings).find(({ notifier }) => notifier.name === name);
  if (channel === undefined) return { wrong: `${settingsOf[name]} is not set` };
  for (const warning of warningsOf(settings)) stderr.write(`acraudit: ${warning}\n`);

  const answer = await testChannel(createRuntime(settings, options), channel);
  stdout.write(`${name}: ${answer.detail}${answer.taken ? `. ${taken[name]}` : `. ${advice(name, answer.status)}`}\n`);
  return answer.taken ? "clean" : "incomplete";
}

const taken: Readonly<Record<ChannelName, string>> = {
  teams: "The workflow has it; whether it posts the card is to be seen in the channel and in the workflow's runs.",
  slack: "The message is in the channel.",
  webhook: "The receiver has it.",
};

function advice(name: ChannelName, status: number | undefined): string {
  if (status === undefined) return "Look at the address, the network and what the receiver is doing.";
  if (status === 429) return "The receiver takes no more for now; messages wait as long as it says.";
  if (status === 408 || status >= 500) return "The receiver is in trouble; messages are tried again for a day.";
  return name === "webhook"
    ? `The receiver refuses it: look at its log, and whether ${settingsOf[name]} and ACRAUDIT_WEBHOOK_SECRET are what it expects.`
    : `It is refused: make a new webhook in the channel and set ${settingsOf[name]} to its address.`;
}
