import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readSettings, SettingsError, settingDescriptions } from "../src/settings.ts";
import { subscriptionId, subscriptionScope } from "./facts.ts";

const guid = "7e000000-0000-4000-8000-000000000001";

function mistakesIn(env: Readonly<Record<string, string>>, options = {}): readonly string[] {
  try {
    readSettings(env, options);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const [heading, ...lines] = error.message.split("\n");
    expect(heading).toBe("The settings are wrong:");
    return lines.map((line) => line.trim());
  }
  return [];
}

test("nothing has to be set", () => {
  const settings = readSettings({});
  expect(settings).not.toHaveProperty("storage");
  expect(settings).toMatchObject({
    ACRAUDIT_CLOUD: "AzureCloud",
    ACRAUDIT_SWEEP_SCHEDULE: "0 0 3 * * *",
    ACRAUDIT_EXPIRY_DAYS: [30, 14, 7],
    ACRAUDIT_THRESHOLD: "medium",
  });
});

test("an empty value is as good as none, and what belongs to others is left alone", () => {
  const env = { ACRAUDIT_CLOUD: "", ACRAUDIT_SUBSCRIPTIONS: "  ", PATH: "/bin", AZURE_CLIENT_ID: undefined };
  expect(readSettings(env)).toEqual(readSettings({}));
});

const good: readonly (readonly [name: string, text: string, value: unknown])[] = [
  ["ACRAUDIT_CLOUD", "AzureChinaCloud", "AzureChinaCloud"],
  ["ACRAUDIT_TENANT_ID", guid, guid],
  ["ACRAUDIT_SUBSCRIPTIONS", `${guid}, ${subscriptionId}\n${guid};`, [guid, subscriptionId, guid]],
  ["ACRAUDIT_MANAGEMENT_GROUPS", "mg-a (b).c", ["mg-a", "(b).c"]],
  ["ACRAUDIT_SWEEP_SCHEDULE", "0 */30 6-18 * * 1-5", "0 */30 6-18 * * 1-5"],
  ["ACRAUDIT_EXPIRY_DAYS", "60, 30 7", [60, 30, 7]],
  [
    "ACRAUDIT_CLUSTER_REGISTRIES",
    "Shop = Contoso,fabrikam; billing=a;",
    { shop: ["contoso", "fabrikam"], billing: ["a"] },
  ],
  [
    "ACRAUDIT_EXPECTED_SCOPES",
    `${subscriptionScope},${subscriptionScope}/resourceGroups/rg`,
    [subscriptionScope, `${subscriptionScope}/resourceGroups/rg`],
  ],
  ["ACRAUDIT_THRESHOLD", "info", "info"],
  ["AZURE_CLIENT_ID", guid, guid],
  ["IDENTITY_ENDPOINT", "http://127.0.0.1:41741/msi/token", "http://127.0.0.1:41741/msi/token"],
];

test.for(good)("%s takes %j", ([name, text, value]) => {
  expect(readSettings({ [name]: text })).toMatchObject({ [name]: value });
});

const bad: readonly (readonly [name: string, text: string, says: RegExp])[] = [
  ["ACRAUDIT_CLOUD", "Azure", /AzureCloud/],
  ["ACRAUDIT_TENANT_ID", "contoso", /GUID/],
  ["ACRAUDIT_SUBSCRIPTIONS", "shop", /list of GUIDs/],
  ["ACRAUDIT_SUBSCRIPTIONS", `${guid},shop,bill`, /list of GUIDs/],
  ["ACRAUDIT_SUBSCRIPTIONS", ",", /list of GUIDs/],
  ["ACRAUDIT_MANAGEMENT_GROUPS", "mg/a", /management group names/],
  ["ACRAUDIT_MANAGEMENT_GROUPS", "mg'a", /management group names/],
  ["ACRAUDIT_MANAGEMENT_GROUPS", ";", /management group names/],
  ["ACRAUDIT_SWEEP_SCHEDULE", "0 3 * * *", /six fields/],
  ["ACRAUDIT_SWEEP_SCHEDULE", "0 0 25 * * *", /six fields/],
  ["ACRAUDIT_SWEEP_SCHEDULE", "at three in the morning, please", /six fields/],
  ["ACRAUDIT_EXPIRY_DAYS", "30", /three numbers/],
  ["ACRAUDIT_EXPIRY_DAYS", "30,x,7", /three numbers/],
  ["ACRAUDIT_EXPIRY_DAYS", "30,14,0", /three numbers/],
  ["ACRAUDIT_EXPIRY_DAYS", "30,14,7,1", /three numbers/],
  ["ACRAUDIT_EXPIRY_DAYS", "7,14,30", /long to short/],
  ["ACRAUDIT_EXPIRY_DAYS", "30,30,7", /long to short/],
  ["ACRAUDIT_CLUSTER_REGISTRIES", "shop", /"shop" is not of the form/],
  ["ACRAUDIT_CLUSTER_REGISTRIES", "a=b;shop=", /"shop=" is not of the form/],
  ["ACRAUDIT_CLUSTER_REGISTRIES", "=contoso", /"=contoso" is not of the form/],
  ["ACRAUDIT_CLUSTER_REGISTRIES", "a=b=c", /"a=b=c" is not of the form/],
  ["ACRAUDIT_EXPECTED_SCOPES", "rg-shop", /subscription .* or a resource group/],
  [
    "ACRAUDIT_EXPECTED_SCOPES",
    "/providers/Microsoft.Management/managementGroups/a",
    /subscription .* or a resource group/,
  ],
  ["ACRAUDIT_THRESHOLD", "severe", /medium/],
  ["AzureWebJobsStorage", "https://a.blob.core.windows.net", /connection string/],
  ["AzureWebJobsStorage__accountName", "No_Such", /name of a storage account/],
  ["AzureWebJobsStorage__tableServiceUri", "https://t", /all three or none/],
  ["AZURE_CLIENT_ID", "me", /GUID/],
  ["IDENTITY_ENDPOINT", "nowhere", /URL/],
];

test.for(bad)("%s refuses %j in one line", ([name, text, says]) => {
  const mistakes = mistakesIn({ [name]: text });
  expect(mistakes).toHaveLength(1);
  expect(mistakes[0]).toMatch(new RegExp(`^${name}`));
  expect(mistakes[0]).toMatch(says);
});

test("all mistakes are told at once, each with its setting's name", () => {
  const env = {
    ACRAUDIT_CLOUD: "Azure",
    ACRAUDIT_EXPIRY_DAYS: "soon",
    ACRAUDIT_TRESHOLD: "high",
    AzureWebJobsStorage__blobServiceUri: "https://b",
  };
  expect(mistakesIn(env).map((line) => line.split(/[:,]/)[0])).toEqual([
    "ACRAUDIT_CLOUD",
    "ACRAUDIT_EXPIRY_DAYS",
    "ACRAUDIT_TRESHOLD",
    "AzureWebJobsStorage__tableServiceUri",
  ]);
});

test("a name that is misspelt is a mistake, not silence", () => {
  expect(mistakesIn({ ACRAUDIT_SUBSCRIPTION: guid })).toEqual(["ACRAUDIT_SUBSCRIPTION: no such setting"]);
});

test("in a function app storage and schedule have to be set", () => {
  expect(mistakesIn({}, { hosted: true }).map((line) => line.split(":")[0])).toEqual([
    "AzureWebJobsStorage",
    "ACRAUDIT_SWEEP_SCHEDULE",
  ]);
  const env = { AzureWebJobsStorage: "UseDevelopmentStorage=true", ACRAUDIT_SWEEP_SCHEDULE: "0 0 3 * * *" };
  expect(mistakesIn(env, { hosted: true })).toEqual([]);
});

test("storage is a connection string, or addresses, or the name of an account in its cloud", () => {
  const connectionString = "UseDevelopmentStorage=true";
  expect(readSettings({ AzureWebJobsStorage: connectionString }).storage).toEqual({ connectionString });
  expect(
    readSettings({ AzureWebJobsStorage__accountName: "audit", ACRAUDIT_CLOUD: "AzureUSGovernment" }).storage,
  ).toEqual({
    tables: "https://audit.table.core.usgovcloudapi.net",
    blobs: "https://audit.blob.core.usgovcloudapi.net",
    queues: "https://audit.queue.core.usgovcloudapi.net",
  });
  const addresses = {
    AzureWebJobsStorage__tableServiceUri: "https://t",
    AzureWebJobsStorage__blobServiceUri: "https://b",
    AzureWebJobsStorage__queueServiceUri: "https://q",
  };
  expect(readSettings({ ...addresses, AzureWebJobsStorage__accountName: "audit" }).storage).toEqual({
    tables: "https://t",
    blobs: "https://b",
    queues: "https://q",
  });
});

test("a cluster may have the name of something that every object has", () => {
  expect(readSettings({ ACRAUDIT_CLUSTER_REGISTRIES: "constructor=contoso" }).ACRAUDIT_CLUSTER_REGISTRIES).toEqual({
    constructor: ["contoso"],
  });
});

test("a mistake shows no stack", () => {
  expect(new SettingsError("a").stack).toBe("SettingsError: a");
});

test("every setting is described, and has its line in the docs", () => {
  const page = readFileSync("docs/settings.md", "utf8");
  for (const [name, description] of Object.entries(settingDescriptions)) {
    expect(description).toMatch(/^[A-Z].*\.$/);
    expect(page).toContain(`| \`${name}\` | ${description} |`);
  }
});
