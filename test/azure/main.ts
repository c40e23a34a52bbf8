import { spawn } from "node:child_process";
import { constants } from "node:os";
import { parseArgs } from "node:util";
import { readWorld } from "./read-world.ts";
import { type SimulateAzureOptions, type SimulatedAzure, simulateAzure } from "./simulate-azure.ts";
import { UsageError } from "./usage-error.ts";
import type { World } from "./world.ts";

const usage = `Serves a simulated Azure on loopback.

  npm run azure -- [options]                          prints the environment to use, until interrupted
  npm run --silent azure -- [options] -- COMMAND ...  runs COMMAND in that environment, with its exit code

  --world FILE      the world to serve (docs/simulated-azure.md); without it the built-in company
  --page-size N     items per page of every list, to see paging
  --now TIME        the world's time, ISO 8601
  --quota N         Resource Graph queries per five seconds (15)`;

process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  const separator = argv.indexOf("--");
  const own = separator < 0 ? argv : argv.slice(0, separator);
  const command = separator < 0 ? [] : argv.slice(separator + 1);
  let settings: Settings;
  let world: World;
  try {
    settings = readSettings(own);
    world =
      settings.worldFile === undefined ? await builtInWorld(settings.simulation) : await readWorld(settings.worldFile);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    return 2;
  }
  if (settings.help) {
    console.log(usage);
    return 0;
  }
  await using azure = await simulateAzure(world, settings.simulation);
  return command.length > 0 ? await run(command, azure) : await serve(azure);
}

interface Settings {
  readonly help: boolean;
  readonly worldFile: string | undefined;
  readonly simulation: SimulateAzureOptions;
}

function readSettings(args: readonly string[]): Settings {
  const { help, world, now, ...numbers } = parse(args);
  const pageSize = positive("--page-size", numbers["page-size"]);
  const resourceGraphQuota = positive("--quota", numbers.quota);
  const time = now === undefined ? undefined : Date.parse(now);
  if (time !== undefined && Number.isNaN(time)) throw new UsageError(`--now: '${now}' is not an ISO 8601 time.`);
  return {
    help: help ?? false,
    worldFile: world,
    simulation: {
      ...(pageSize !== undefined && { pageSize }),
      ...(resourceGraphQuota !== undefined && { resourceGraphQuota }),
      ...(time !== undefined && { now: () => new Date(time) }),
    },
  };
}

function parse(args: readonly string[]) {
  const text = { type: "string" } as const;
  const options = { world: text, "page-size": text, now: text, quota: text, help: { type: "boolean" } } as const;
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}

function positive(name: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const value = Number(given);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new UsageError(`${name}: '${given}' is not a positive whole number.`);
}

/** Loaded only when it is wanted, because a world of one's own needs nothing of it. */
async function builtInWorld({ now = () => new Date() }: SimulateAzureOptions): Promise<World> {
  const { defaultWorld } = await import("./worlds/default-world.ts");
  return defaultWorld(now());
}

/** Runs the command with the terminal of this process and ends as it ended. */
async function run([program = "", ...args]: readonly string[], azure: SimulatedAzure): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const child = spawn(program, args, { stdio: "inherit", env: { ...process.env, ...azure.env } });
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, forward);
  child.on("error", (error: NodeJS.ErrnoException) => {
    console.error(error.code === "ENOENT" ? `${program}: command not found` : `${program}: ${error.message}`);
    resolve(error.code === "ENOENT" ? 127 : 126);
  });
  child.on("exit", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  const status = await promise;
  for (const signal of signals) process.off(signal, forward);
  for (const { api, method, host, path } of azure.unknownRoutes)
    if (api !== "foreign") console.error(`simulated Azure: has no answer for ${method} https://${host}${path}`);
  return status;
}

/** Prints what a shell has to take over, and stays until it is interrupted. */
async function serve(azure: SimulatedAzure): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  process.once("SIGINT", () => resolve(0));
  process.once("SIGTERM", () => resolve(0));
  for (const [name, value] of Object.entries(azure.env)) console.log(`export ${name}='${value}'`);
  console.log("# Paste the lines above into another shell. Ctrl+C here ends the simulated Azure.");
  return await promise;
}
