import { watch } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { readWorld } from "../azure/read-world.ts";
import { UsageError } from "../azure/usage-error.ts";
import { useAzure } from "../azure/use-azure.ts";
import { defaultWorld } from "../azure/worlds/default-world.ts";
import { ids } from "../azure/worlds/ids.ts";
import { startAzurite } from "../azurite.ts";
import { readable } from "../receiver/readable.ts";
import { type Message, startChatReceiver } from "../receiver/start-chat-receiver.ts";
import { serveControl } from "./control.ts";
import { startProduct } from "./start-product.ts";

const usage = `Runs the whole product on this machine, with everything that it talks to, until Ctrl+C.

  npm run dev -- [options]

  --world FILE    the world to serve (docs/simulated-azure.md), read again whenever it changes; without it the built-in company
  --port N        where the app listens (7071); 0 takes any free port
  --control N     where the world can be changed (7072)`;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const settings = readArguments(args);
    if (settings.help) console.log(usage);
    else await run(settings);
    return 0;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (error instanceof UsageError) console.error(error.message);
    else if (code === "EADDRINUSE")
      console.error(`${(error as Error).message}: choose another port with --port and --control, or 0 for any.`);
    else throw error;
    return 2;
  }
}

interface Arguments {
  readonly help: boolean;
  readonly worldFile: string | undefined;
  readonly port: number;
  readonly control: number;
}

async function run({ worldFile, port, control: controlPort }: Arguments): Promise<void> {
  const world = worldFile === undefined ? defaultWorld(new Date()) : await readWorld(worldFile);
  await using azure = await useAzure(world);
  await using azurite = await startAzurite();
  const messages: Message[] = [];
  const onMessage = (message: Message) => {
    messages.push(message);
    say("", message.service, "got a message");
    for (const line of readable(message)) console.log(`    │ ${line}`);
  };
  await using teams = await startChatReceiver("teams");
  await using slack = await startChatReceiver("slack");
  for (const chat of [teams, slack]) chat.onMessage(onMessage);
  const env = {
    AzureWebJobsStorage: azurite.connectionString,
    ACRAUDIT_SWEEP_SCHEDULE: "0 0 3 * * *",
    ACRAUDIT_EVENT_TOPIC_ENDPOINT: ids.eventTopic.endpoint,
    ACRAUDIT_TEAMS_WEBHOOK_URL: teams.url,
    ACRAUDIT_SLACK_WEBHOOK_URL: slack.url,
    ...settingsOf(process.env),
    IDENTITY_ENDPOINT: azure.env.IDENTITY_ENDPOINT,
  };
  await using product = await startProduct({
    azure,
    env,
    listen: { port },
    onLog: ({ functionName, level, message }) => say(level, functionName, message),
    onAlertCall: ({ status }) => say("", "action group", `called the app: ${status ?? "nobody answered"}`),
    events: { onAttempt: ({ status, outcome }) => say("", "Event Grid", `${outcome}: ${status ?? "no answer"}`) },
  });
  await using control = await serveControl({ azure, rule: product.rule, messages: () => messages, port: controlPort });
  using _watched = watched(worldFile, (next) => azure.load(next));
  const evaluating = setInterval(() => void product.rule.evaluate(), 5 * 60_000);

  console.log(introduction({ app: product.app, control: control.url, env: { ...azure.env, ...env } }));
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  await promise;
  clearInterval(evaluating);
  console.log("\nEnding, as soon as what is being done is done.");
}

function say(level: string, who: string, what: string): void {
  const mark = level === "error" || level === "warning" ? `${level}: ` : "";
  const line = what.replace(/\s+/g, " "); // objects are logged in several lines
  console.log(`${new Date().toISOString().slice(11, 19)}  ${who.padEnd(18)} ${mark}${line}`);
}

/** What the shell says of the product's settings goes before what stands here. */
function settingsOf(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith("ACRAUDIT_")));
}

function introduction(running: {
  readonly app: { readonly url: string; readonly keys: { readonly master: string; readonly function: string } };
  readonly control: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}): string {
  const { app, control, env } = running;
  const exports = Object.entries(env).map(([name, value]) => `export ${name}='${value ?? ""}'`);
  return `
The app          ${app.url}
  a browser      ${app.url}/api/report?format=html&code=${app.keys.function}
  health         curl ${app.url}/api/health
  sweep now      curl -X POST ${app.url}/admin/functions/sweepTimer -H 'x-functions-key: ${app.keys.master}' -d '{}'
  any timer      … /admin/functions/loginFailureSweep, … /admin/functions/deliverTimer
  diagnose       curl ${app.url}/api/diagnoses -H 'x-functions-key: ${app.keys.function}' -d '{"registry":"nfplatform"}'

The world        ${control}
  an outage      curl -X POST ${control}/outage       aks-telematics loses its grant, and its pulls fail
  the alert      curl -X POST ${control}/alert        evaluates the alert rule now; by itself it does so every five minutes
  it is fixed    curl -X POST ${control}/outage/end
  look, change   curl ${control}/world > world.json; curl -X PUT ${control}/world --data-binary @world.json
  log rows       curl -X POST ${control}/logs -d '{"ContainerRegistryLoginEvents":[{"Identity":"x"}]}'
  what was sent  curl ${control}/messages

Another shell    finds the simulated Azure and this storage with
${exports.map((line) => `  ${line}`).join("\n")}

Ctrl+C ends all of it.
`;
}

/** Serves a world file again when it was changed. A file that cannot be used is told of, and the last world stays. */
function watched(file: string | undefined, load: (world: Awaited<ReturnType<typeof readWorld>>) => void): Disposable {
  if (file === undefined) return { [Symbol.dispose]: () => {} };
  let timer: NodeJS.Timeout | undefined;
  const reload = async () => {
    try {
      load(await readWorld(file));
      say("", "world", `${file} is served`);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      console.error(error.message);
    }
  };
  const name = file.split(/[\\/]/).at(-1);
  // the folder, because editors put a new file in the old one's place
  const watcher = watch(join(file, ".."), (_event, changed) => {
    if (changed !== name) return;
    clearTimeout(timer);
    timer = setTimeout(() => void reload(), 100);
  });
  return { [Symbol.dispose]: () => watcher.close() };
}

function readArguments(args: readonly string[]): Arguments {
  const { help, world, port, control } = parse(args);
  return {
    help: help ?? false,
    worldFile: world,
    port: portOf("--port", port, 7071),
    control: portOf("--control", control, 7072),
  };
}

function parse(args: readonly string[]) {
  const text = { type: "string" } as const;
  const options = { world: text, port: text, control: text, help: { type: "boolean" } } as const;
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}

function portOf(name: string, given: string | undefined, usual: number): number {
  if (given === undefined) return usual;
  const port = Number(given);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new UsageError(`${name}: '${given}' is not a port.`);
}
