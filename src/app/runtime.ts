import type { TokenCredential } from "@azure/core-auth";
import { type Cloud, clouds } from "../azure/cloud.ts";
import { type Connection, connect, defaultPatience, type Patience } from "../azure/connection.ts";
import { createCredential } from "../azure/credential.ts";
import type { Meter } from "../azure/meter.ts";
import type { Channel } from "../notify/notifier.ts";
import type { Settings } from "../settings.ts";
import { createAccountStore } from "../store/account-store.ts";
import { createMemoryStore } from "../store/memory-store.ts";
import { openStorageAccount, type StorageAccount } from "../store/storage-account.ts";
import type { Store } from "../store/store.ts";
import { channelsOf } from "./channels.ts";

/** What every use case works with: wired once from the settings. */
export interface Runtime {
  readonly settings: Settings;
  readonly cloud: Cloud;
  readonly store: Store;
  /** Absent without a storage setting. */
  readonly account: StorageAccount | undefined;
  /** Who is told what is new. Nobody without a storage setting: then nothing is known to be new. */
  readonly channels: readonly Channel[];
  readonly now: () => Date;
  /** From 0 to 1, for the length of pauses. */
  readonly random: () => number;
  /** A way to Azure whose requests one meter counts. */
  readonly connect: (meter: Meter) => Connection;
}

export interface RuntimeOptions {
  readonly now?: () => Date;
  readonly random?: () => number;
  readonly patience?: Patience;
}

export function createRuntime(settings: Settings, options: RuntimeOptions = {}): Runtime {
  const cloud = clouds[settings.ACRAUDIT_CLOUD];
  const credential: TokenCredential = createCredential(cloud, {
    endpoint: settings.IDENTITY_ENDPOINT,
    clientId: settings.AZURE_CLIENT_ID,
    tenantId: settings.ACRAUDIT_TENANT_ID,
  });
  const patience = options.patience ?? defaultPatience;
  const account = settings.storage && openStorageAccount(settings.storage, credential, patience);
  return {
    settings,
    cloud,
    account,
    store: account ? createAccountStore(account) : createMemoryStore(),
    channels: account ? channelsOf(settings) : [],
    now: options.now ?? (() => new Date()),
    random: options.random ?? Math.random,
    connect: (meter) => connect(cloud, credential, meter, patience),
  };
}
