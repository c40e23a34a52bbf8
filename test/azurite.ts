import { fork } from "node:child_process";
import { createRequire } from "node:module";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";

/** The emulator of Azure Storage on free ports of this machine, in memory. */
export interface Azurite extends AsyncDisposable {
  readonly connectionString: string;
  /** The connection string of an account that nobody else uses, so that tests share the emulator and nothing else. */
  readonly newAccount: () => string;
}

const require = createRequire(import.meta.url);
const accountsLimit = 1000;
const key = Buffer.from("a key that opens nothing but this emulator").toString("base64");
const accountName = (number: number) => `account${String(number).padStart(4, "0")}`;

let shared: Promise<Azurite> | undefined;

/** The one emulator of a test process; it ends with the process. */
export function sharedAzurite(): Promise<Azurite> {
  shared ??= startAzurite();
  return shared;
}

export async function startAzurite(): Promise<Azurite> {
  const accounts = Array.from({ length: accountsLimit }, (_, number) => `${accountName(number)}:${key}`);
  const child = fork(require.resolve("azurite/dist/src/azurite.js"), [...options, ...ports], {
    env: { ...process.env, AZURITE_ACCOUNTS: accounts.join(";") },
    execArgv: ["--import", `data:text/javascript,process.on("disconnect",()=>process.exit())`],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const [blob, queue, table] = await addresses(child);
  for (const handle of [child, child.channel, child.stdout, child.stderr]) unref(handle);

  let used = 0;
  const newAccount = () => {
    if (used === accountsLimit) throw new Error(`this Azurite has no more than ${accountsLimit} accounts`);
    const name = accountName(used++);
    return [
      `DefaultEndpointsProtocol=http;AccountName=${name};AccountKey=${key}`,
      `BlobEndpoint=${blob}/${name};QueueEndpoint=${queue}/${name};TableEndpoint=${table}/${name};`,
    ].join(";");
  };
  return {
    connectionString: newAccount(),
    newAccount,
    [Symbol.asyncDispose]: async () => {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.ref();
      child.kill("SIGKILL"); // nothing of it lasts
      await ended;
    },
  };
}

const options = [
  ...["--silent", "--inMemoryPersistence", "--disableTelemetry", "--skipApiVersionCheck"],
  ...["--blobHost", "127.0.0.1", "--queueHost", "127.0.0.1", "--tableHost", "127.0.0.1"],
];
const ports = ["--blobPort", "0", "--queuePort", "0", "--tablePort", "0"];

/** Azurite says where each service listens, in one line each. */
async function addresses(child: ReturnType<typeof fork>): Promise<readonly [string, string, string]> {
  let said = "";
  const listen = (chunk: Buffer) => {
    said += chunk.toString();
  };
  child.stdout?.on("data", listen);
  child.stderr?.on("data", listen);
  for (let attempt = 0; attempt < 600; attempt++) {
    const [blob, queue, table] = ["Blob", "Queue", "Table"].map(
      (service) => new RegExp(`${service} service is successfully listening at (\\S+)`).exec(said)?.[1],
    );
    if (blob !== undefined && queue !== undefined && table !== undefined) return [blob, queue, table];
    if (child.exitCode !== null) break;
    await sleep(50);
  }
  child.kill("SIGKILL");
  throw new Error(`Azurite did not start:\n${said}`);
}

/** Lets this process end while the child still runs. */
function unref(handle: object | null | undefined): void {
  if (handle && "unref" in handle && typeof handle.unref === "function") handle.unref();
}
