import process from "node:process";
import { someday } from "../audit.ts";
import { sharedAzurite } from "../azurite.ts";
import { type Host, startHost } from "../host/start-host.ts";

export interface AppOptions {
  readonly now?: Date;
  /** Connection string of the storage account; a fresh one otherwise. */
  readonly storage?: string;
}

/** The function app at one moment. Apps with the same storage are the same app, later. */
export async function startApp({ now = someday, storage }: AppOptions = {}): Promise<Host> {
  const azurite = await sharedAzurite();
  return startHost({
    env: {
      AzureWebJobsStorage: storage ?? azurite.newAccount(),
      ACRAUDIT_SWEEP_SCHEDULE: "0 0 3 * * *",
      IDENTITY_ENDPOINT: process.env.IDENTITY_ENDPOINT,
    },
    now: () => now,
    patience: { maxRetries: 1, retryDelayInMs: 1, throttledRetries: 1, throttledDelayInMs: 1 },
  });
}
