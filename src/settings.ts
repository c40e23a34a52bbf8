import { CronExpressionParser } from "cron-parser";
import { z } from "zod";
import { severities } from "./core/rule.ts";
import { type Secret, secret } from "./core/secret.ts";

const listed = (text: string) =>
  text
    .split(/[\s,;]+/)
    .map((item) => item.trim())
    .filter((item) => item !== "");

const Guids = z
  .string()
  .transform(listed)
  .pipe(z.array(z.guid({ error: "has to be a list of GUIDs" })).min(1, { error: "has to be a list of GUIDs" }));

const groupNames = "has to be a list of management group names";

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

const threeDays = "has to be three numbers of days, longest first, such as 30,14,7";
const Day = z.number({ error: threeDays }).positive({ error: threeDays });

const Days = z
  .string()
  .transform((text) => listed(text).map(Number))
  .pipe(
    z
      .tuple([Day, Day, Day], { error: threeDays })
      .refine(([a, b, c]) => a > b && b > c, { error: "has to go from long to short, such as 30,14,7" }),
  );

const retiredHosts = /(^|\.)webhook\.office(365)?\.com$|^outlook\.office(365)?\.com$/;

/**
 * The address of a webhook. Whoever knows it can post there, so what is said of a wrong one never repeats it. Without TLS
 * it may lead to this machine alone, as in the demo.
 */
const WebhookUrl = z.string().transform((text, context): Secret => {
  const problem = problemOf(text.trim());
  if (problem === undefined) return secret(text.trim());
  context.addIssue({ code: "custom", message: problem });
  return z.NEVER;
});

function problemOf(text: string): string | undefined {
  if (!URL.canParse(text)) return "has to be the address of a webhook, beginning with https://";
  const { protocol, hostname, username, password } = new URL(text);
  if (protocol !== "https:" && !(protocol === "http:" && isLoopback(hostname))) {
    return "has to begin with https://; only an address of this machine may begin with http://";
  }
  if (username !== "" || password !== "") return "must not hold a user name or a password";
  if (retiredHosts.test(hostname)) {
    return "is an Office 365 connector, which Microsoft has retired; in Teams open the channel's Workflows, take “Send webhook alerts to a channel” and set the address that it shows";
  }
  return undefined;
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}

const leastKeyBytes = 24;

/** `whsec_` and the key in base64. https://github.com/standard-webhooks/standard-webhooks */
const WebhookKey = z
  .string()
  .refine((text) => isKey(text.trim()), {
    error: `has to be whsec_ and at least ${leastKeyBytes} random bytes in base64; openssl rand -base64 32 makes some`,
  })
  .transform((text) => secret(text.trim()));

function isKey(text: string): boolean {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1];
  return encoded !== undefined && Buffer.from(encoded, "base64").length >= leastKeyBytes;
}

const ReportUrl = z.string().refine((text) => isReportUrl(text), {
  error: "has to be an https address without a key or password in it: everybody who gets a message sees it",
});

function isReportUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, searchParams } = new URL(text);
  const secure = protocol === "https:" || (protocol === "http:" && isLoopback(hostname));
  const keys = [...searchParams.keys()].some((name) => ["code", "sig", "clientid"].includes(name.toLowerCase()));
  return secure && username === "" && password === "" && !keys;
}

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
    .pipe(z.array(z.string().regex(/^[\w().-]{1,90}$/, { error: groupNames })).min(1, { error: groupNames }))
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
  ACRAUDIT_LOGIN_FAILURE_SCHEDULE: Schedule.default("0 */15 * * * *").describe(
    "When the logs are walked for failed logins that no alert told of, in UTC.",
  ),
  ACRAUDIT_QUIET_HOURS: z.coerce
    .number({ error: "has to be a number of hours, such as 24" })
    .positive({ error: "has to be more than 0" })
    .max(720, { error: "has to be at most 720" })
    .default(24)
    .describe("Hours without a failure after which the finding of a failing login is resolved."),
  ACRAUDIT_EVENT_TOPIC_ENDPOINT: z
    .url({ protocol: /^https$/, error: "has to be the https endpoint of an Event Grid topic" })
    .optional()
    .describe("Endpoint of the Event Grid topic that failed logins are published to; handled at once when empty."),
  ACRAUDIT_TEAMS_WEBHOOK_URL: WebhookUrl.optional().describe(
    "Address of the Teams workflow that posts to the channel; a secret.",
  ),
  ACRAUDIT_TEAMS_PAYLOAD: z
    .enum(["envelope", "bareCard"])
    .default("envelope")
    .describe(
      "What the workflow takes: `envelope`, or `bareCard` where one built by hand takes the card without the message.",
    ),
  ACRAUDIT_SLACK_WEBHOOK_URL: WebhookUrl.optional().describe("Address of the Slack incoming webhook; a secret."),
  ACRAUDIT_WEBHOOK_URL: WebhookUrl.optional().describe(
    "Address that gets every change as a signed CloudEvent; a secret.",
  ),
  ACRAUDIT_WEBHOOK_SECRET: WebhookKey.optional().describe(
    "Key that those are signed with, as Standard Webhooks has it: `whsec_` and base64.",
  ),
  ACRAUDIT_NOTIFY_SEVERITY: z
    .enum(severities)
    .default("medium")
    .describe("The least severity that anybody is told of."),
  ACRAUDIT_NOTIFY_RESOLVED: z
    .stringbool({ error: "has to be true or false" })
    .default(true)
    .describe("Whether those who were told of a finding are told when it is resolved."),
  ACRAUDIT_REPORT_URL: ReportUrl.optional().describe(
    "Where readers of a message find the report; linked in every message, so without a key.",
  ),
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

type Environment = z.infer<typeof Environment>;

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
    ...unsigned(given),
    ...twoScopes(given),
    ...(hosted ? missingInApp(given) : []),
    ...(typeof storage === "string" ? [storage] : []),
  ];
  if (parsed.success && problems.length === 0 && typeof storage !== "string") {
    return { ...parsed.data, ...(storage && { storage }) };
  }
  const lines = [...new Set(problems)].map((problem) => `  ${problem}`);
  throw new SettingsError(`The settings are wrong:\n${lines.join("\n")}`);
}

/** Two scopes would leave it open whether to sweep what is in both or in either. */
function twoScopes(given: Readonly<Record<string, unknown>>): readonly string[] {
  const both = "ACRAUDIT_SUBSCRIPTIONS" in given && "ACRAUDIT_MANAGEMENT_GROUPS" in given;
  return both ? ["ACRAUDIT_SUBSCRIPTIONS and ACRAUDIT_MANAGEMENT_GROUPS: give one of them"] : [];
}

/** A webhook that anybody could forge is not offered. */
function unsigned(given: Readonly<Record<string, unknown>>): readonly string[] {
  const missing = "ACRAUDIT_WEBHOOK_URL" in given && !("ACRAUDIT_WEBHOOK_SECRET" in given);
  return missing ? ["ACRAUDIT_WEBHOOK_SECRET: has to be set with ACRAUDIT_WEBHOOK_URL, whose messages it signs"] : [];
}

const usualHosts = {
  ACRAUDIT_TEAMS_WEBHOOK_URL: {
    pattern: /\.(api\.powerplatform|logic\.azure)\.(com|us|cn)$|\.api\.gov\.powerplatform\.microsoft\.us$/,
    names: "…api.powerplatform.com or …logic.azure.com",
  },
  ACRAUDIT_SLACK_WEBHOOK_URL: { pattern: /^hooks\.slack(-gov)?\.com$/, names: "hooks.slack.com" },
} as const;

/** What is probably a mistake, though it may be meant. */
export function warningsOf(settings: Settings): readonly string[] {
  const hosts = (Object.keys(usualHosts) as (keyof typeof usualHosts)[]).flatMap((name) => {
    const { pattern, names } = usualHosts[name];
    const hostname = new URL(settings[name]?.reveal() ?? "http://localhost").hostname;
    const usual = pattern.test(hostname) || isLoopback(hostname);
    return usual ? [] : [`${name}: its host is not one of ${names}; it is used all the same`];
  });
  const channels = [
    settings.ACRAUDIT_TEAMS_WEBHOOK_URL,
    settings.ACRAUDIT_SLACK_WEBHOOK_URL,
    settings.ACRAUDIT_WEBHOOK_URL,
  ];
  return channels.some((url) => url !== undefined) && !settings.storage
    ? [...hosts, "AzureWebJobsStorage: without it nobody is told, because it is not known what is new"]
    : hosts;
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
