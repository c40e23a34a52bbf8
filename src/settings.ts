import { CronExpressionParser } from "cron-parser";
import { z } from "zod";
import { severities } from "./core/rule.ts";

const listed = (text: string) =>
  text
    .split(/[\s,;]+/)
    .map((item) => item.trim())
    .filter((item) => item !== "");

const Guids = z
  .string()
  .transform(listed)
  .pipe(z.array(z.guid({ error: "has to be a list of GUIDs" })));

const Scope = z.string().regex(/^\/subscriptions\/[0-9a-f-]{36}(\/resourceGroups\/[^/]+)?$/i, {
  error: "has to be a subscription (/subscriptions/…) or a resource group (/subscriptions/…/resourceGroups/…)",
});

/** `shop=nordshop,nordbase; billing=nordbill` → registries by cluster, both in lower case. */
const ClusterRegistries = z.string().transform((text, context) => {
  const mapping: Record<string, readonly string[]> = {};
  for (const entry of text.split(";").filter((part) => part.trim() !== "")) {
    const [cluster = "", registries = "", ...rest] = entry.split("=").map((part) => part.trim().toLowerCase());
    if (cluster === "" || registries === "" || rest.length > 0) {
      context.addIssue({ code: "custom", message: `"${entry.trim()}" is not of the form cluster=registry,registry` });
      return z.NEVER;
    }
    mapping[cluster] = listed(registries);
  }
  return mapping;
});

/** Six fields, seconds first, as the Functions host takes them. */
const Schedule = z.string().refine(isSchedule, {
  error: "has to be an NCRONTAB expression of six fields, such as 0 0 3 * * *",
});

function isSchedule(text: string): boolean {
  if (!/^\S+(\s+\S+){5}$/.test(text)) return false;
  try {
    CronExpressionParser.parse(text);
    return true;
  } catch {
    return false;
  }
}

const Days = z
  .string()
  .transform((text) => listed(text).map(Number))
  .pipe(
    z
      .tuple([z.number().positive(), z.number().positive(), z.number().positive()], {
        error: "has to be three numbers of days, longest first, such as 30,14,7",
      })
      .refine(([a, b, c]) => a > b && b > c, { error: "has to go from long to short, such as 30,14,7" }),
  );

/** Every setting that the product reads from its environment; `local.settings.sample.json` shows each. */
const Environment = z.object({
  ACRAUDIT_CLOUD: z
    .enum(["AzureCloud", "AzureUSGovernment", "AzureChinaCloud"])
    .default("AzureCloud")
    .describe("The Azure cloud, by its name in `az cloud list`."),
  ACRAUDIT_TENANT_ID: z.guid().optional().describe("The tenant to sign in to; the identity's own when empty."),
  ACRAUDIT_SUBSCRIPTIONS: Guids.optional().describe(
    "Subscriptions to sweep; all that the identity can read when empty.",
  ),
  ACRAUDIT_MANAGEMENT_GROUPS: z
    .string()
    .transform(listed)
    .pipe(z.array(z.string().regex(/^[\w().-]{1,90}$/, { error: "has to be a list of management group names" })))
    .optional()
    .describe("Management groups to sweep, by name; all subscriptions below them."),
  ACRAUDIT_SWEEP_SCHEDULE: Schedule.default("0 0 3 * * *").describe("When the sweep starts, in UTC."),
  ACRAUDIT_EXPIRY_DAYS: Days.default([30, 14, 7]).describe(
    "Days before a credential ends at which its finding opens and rises.",
  ),
  ACRAUDIT_CLUSTER_REGISTRIES: ClusterRegistries.optional().describe(
    "Registries that clusters need, where tags do not say it: `cluster=registry,registry; cluster=registry`.",
  ),
  ACRAUDIT_EXPECTED_SCOPES: z
    .string()
    .transform(listed)
    .pipe(z.array(Scope))
    .optional()
    .describe("Subscriptions and resource groups whose clusters all have to pull from all their registries."),
  ACRAUDIT_THRESHOLD: z
    .enum(severities)
    .default("medium")
    .describe("The least severity that makes the command line end with exit code 1."),
  AzureWebJobsStorage: z
    .string()
    .min(1)
    .optional()
    .describe("Connection string of the storage account; local use only."),
  AzureWebJobsStorage__accountName: z
    .string()
    .regex(/^[a-z0-9]{3,24}$/, { error: "has to be the name of a storage account" })
    .optional()
    .describe("The storage account, reached with the app's identity."),
  AzureWebJobsStorage__tableServiceUri: z
    .url()
    .optional()
    .describe("The account's table endpoint, where the name is not enough."),
  AzureWebJobsStorage__blobServiceUri: z.url().optional().describe("The account's blob endpoint."),
  AzureWebJobsStorage__queueServiceUri: z.url().optional().describe("The account's queue endpoint."),
  AZURE_CLIENT_ID: z.guid().optional().describe("Client id of the app's user-assigned identity."),
  IDENTITY_ENDPOINT: z.url().optional().describe("Set by the platform where the app has an identity."),
});

export type Environment = z.infer<typeof Environment>;

/** The storage account: by connection string, or by service addresses and the app's identity. */
export type StorageSettings =
  | { readonly connectionString: string }
  | { readonly tables: string; readonly blobs: string; readonly queues: string };

export interface Settings extends Omit<Environment, `AzureWebJobsStorage${string}`> {
  /** Absent: no history is kept. */
  readonly storage?: StorageSettings;
}

/** A mistake of whoever configured the product: shown as it is, without a stack trace. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";

  constructor(message: string) {
    super(message);
    this.stack = `${this.name}: ${message}`;
  }
}

export interface ReadSettingsOptions {
  /** In a function app more is required than in a terminal: some settings the host itself reads. */
  readonly hosted?: boolean;
}

/** The settings in an environment. Throws a SettingsError that names every mistake at once. */
export function readSettings(
  env: Readonly<Record<string, string | undefined>>,
  { hosted = false }: ReadSettingsOptions = {},
): Settings {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ""),
  );
  const parsed = Environment.safeParse(given);
  const storage = storageSettings(given);
  const unknown = Object.keys(given).filter((name) => name.startsWith("ACRAUDIT_") && !(name in Environment.shape));
  const problems = [
    ...(parsed.success
      ? []
      : parsed.error.issues.map(({ path, message }) => `${path[0]?.toString() ?? ""}: ${message}`)),
    ...unknown.map((name) => `${name}: no such setting`),
    ...(hosted ? missingInApp(given) : []),
    ...(typeof storage === "string" ? [storage] : []),
  ];
  if (parsed.success && problems.length === 0 && typeof storage !== "string") {
    return { ...parsed.data, ...(storage && { storage }) };
  }
  const lines = [...new Set(problems)].map((problem) => `  ${problem}`);
  throw new SettingsError(`The settings are wrong:\n${lines.join("\n")}`);
}

function missingInApp(given: Readonly<Record<string, unknown>>): readonly string[] {
  const problems: string[] = [];
  if (!Object.keys(given).some((name) => name.startsWith("AzureWebJobsStorage"))) {
    problems.push(
      "AzureWebJobsStorage: a function app needs a storage account; set it, or AzureWebJobsStorage__accountName, or all three of AzureWebJobsStorage__tableServiceUri, __blobServiceUri and __queueServiceUri",
    );
  }
  if (!("ACRAUDIT_SWEEP_SCHEDULE" in given)) {
    problems.push(
      "ACRAUDIT_SWEEP_SCHEDULE: has to be set in a function app, because the host reads it too; 0 0 3 * * * is every day at 03:00 UTC",
    );
  }
  return problems;
}

/** Taken from the texts as given, so that its mistakes are told together with the others. */
function storageSettings(env: Readonly<Record<string, string | undefined>>): StorageSettings | string | undefined {
  const { AzureWebJobsStorage: connectionString, AzureWebJobsStorage__accountName: account } = env;
  const tables = env.AzureWebJobsStorage__tableServiceUri;
  const blobs = env.AzureWebJobsStorage__blobServiceUri;
  const queues = env.AzureWebJobsStorage__queueServiceUri;
  if (tables !== undefined && blobs !== undefined && queues !== undefined) return { tables, blobs, queues };
  if (tables !== undefined || blobs !== undefined || queues !== undefined) {
    return "AzureWebJobsStorage__tableServiceUri, __blobServiceUri and __queueServiceUri: give all three or none";
  }
  if (account !== undefined) return addressesOf(account, env.ACRAUDIT_CLOUD);
  if (connectionString === undefined) return undefined;
  const usable = /^UseDevelopmentStorage=true|AccountName=|BlobEndpoint=/i.test(connectionString);
  return usable ? { connectionString } : "AzureWebJobsStorage: has to be the connection string of a storage account";
}

function addressesOf(account: string, cloud = "AzureCloud"): StorageSettings {
  const suffixes: Readonly<Record<string, string>> = {
    AzureCloud: "core.windows.net",
    AzureUSGovernment: "core.usgovcloudapi.net",
    AzureChinaCloud: "core.chinacloudapi.cn",
  };
  const address = (service: string) => `https://${account}.${service}.${suffixes[cloud] ?? ""}`;
  return { tables: address("table"), blobs: address("blob"), queues: address("queue") };
}

/** Every setting with its meaning, for the docs and for the test of the sample file. */
export const settingDescriptions: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(Environment.shape).map(([name, schema]) => [name, schema.description ?? ""]),
);
