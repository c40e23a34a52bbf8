import { format, inspect } from "node:util";
import { expect, test } from "vitest";
import { secret } from "../../src/core/secret.ts";
import { readSettings, SettingsError, warningsOf } from "../../src/settings.ts";

const hidden = "Zq7hidden";
const key = `whsec_${Buffer.from(`${hidden}${"x".repeat(24)}`).toString("base64")}`;
const powerPlatform = `https://d1.00.environment.api.powerplatform.com:443/powerautomate/x/invoke?sig=${hidden}`;
const names = ["ACRAUDIT_TEAMS_WEBHOOK_URL", "ACRAUDIT_SLACK_WEBHOOK_URL", "ACRAUDIT_WEBHOOK_URL"] as const;

function mistakesIn(env: Readonly<Record<string, string>>): string {
  try {
    readSettings(env);
    return "";
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return `${error.message}\n${error.stack}\n${inspect(error)}`;
  }
}

test.for([
  powerPlatform,
  "https://prod-1.westeurope.logic.azure.com/workflows/x",
  "https://hooks.slack.com/services/T/B/x",
  "http://127.0.0.1:8080/x",
  "http://localhost:8080/x",
  "http://[::1]:8080/x",
])("%s is taken, and nobody sees it", (url) => {
  for (const name of names) {
    const settings = readSettings({ [name]: url, ACRAUDIT_WEBHOOK_SECRET: key });
    expect(settings[name]?.reveal()).toBe(url);
    const shown = [
      String(settings[name]),
      `${settings[name]}`,
      JSON.stringify(settings),
      inspect(settings, { depth: 9 }),
    ];
    for (const text of [...shown, format("%o %O %j %s", settings, settings, settings, settings[name])]) {
      expect(text).not.toContain(url);
      expect(text).toContain("<secret>");
    }
  }
});

test.for([
  [`http://example.com/${hidden}`, /has to begin with https/],
  [`http://127.0.0.1.evil.example/${hidden}`, /has to begin with https/],
  [`http://10.0.0.1/${hidden}`, /has to begin with https/],
  [`ftp://example.com/${hidden}`, /has to begin with https/],
  [`javascript:alert("${hidden}")`, /has to begin with https/],
  [hidden, /has to be the address of a webhook/],
  [`https://me:${hidden}@example.com/`, /must not hold a user name or a password/],
  [
    `https://contoso.webhook.office.com/webhookb2/${hidden}`,
    /Office 365 connector, which Microsoft has retired; in Teams open/,
  ],
  [`https://outlook.office.com/webhook/${hidden}`, /which Microsoft has retired/],
  [`https://outlook.office365.com/webhook/${hidden}`, /which Microsoft has retired/],
] as const)("%s is refused, and not repeated", ([url, says]) => {
  for (const name of names) {
    const said = mistakesIn({ [name]: url, ACRAUDIT_WEBHOOK_SECRET: key });
    expect(said).toMatch(says);
    expect(said).toContain(name);
    expect(said).not.toContain(hidden);
  }
});

test.for([hidden, `whsec_${hidden}!`, "whsec_", `whsec_${Buffer.from(hidden).toString("base64")}`])(
  "the key %s is refused, and not repeated",
  (text) => {
    const said = mistakesIn({ ACRAUDIT_WEBHOOK_SECRET: text });
    expect(said).toContain("ACRAUDIT_WEBHOOK_SECRET: has to be whsec_ and at least 24 random bytes");
    expect(said).not.toContain(text.length > 6 ? text : hidden);
  },
);

test("a webhook has to be signed", () => {
  expect(mistakesIn({ ACRAUDIT_WEBHOOK_URL: powerPlatform })).toContain("ACRAUDIT_WEBHOOK_SECRET: has to be set with");
});

test("a mistake elsewhere shows no secret", () => {
  const said = mistakesIn({
    ACRAUDIT_TEAMS_WEBHOOK_URL: powerPlatform,
    ACRAUDIT_WEBHOOK_SECRET: key,
    ACRAUDIT_CLOUD: "x",
  });
  expect(said).toContain("ACRAUDIT_CLOUD");
  expect(said).not.toMatch(new RegExp(`${hidden}|whsec_`));
});

test.for([
  ["ACRAUDIT_REPORT_URL", "https://app.example/api/report?format=html"],
  ["ACRAUDIT_REPORT_URL", "http://localhost:7071/api/report"],
  ["ACRAUDIT_NOTIFY_SEVERITY", "critical"],
  ["ACRAUDIT_TEAMS_PAYLOAD", "bareCard"],
] as const)("%s takes %s", ([name, text]) => {
  expect(readSettings({ [name]: text })).toMatchObject({ [name]: text });
});

test.for([
  ["ACRAUDIT_REPORT_URL", "https://app.example/api/report?code=key"],
  ["ACRAUDIT_REPORT_URL", "https://me:pw@app.example/"],
  ["ACRAUDIT_REPORT_URL", "http://app.example/"],
  ["ACRAUDIT_REPORT_URL", "report"],
  ["ACRAUDIT_NOTIFY_SEVERITY", "urgent"],
  ["ACRAUDIT_NOTIFY_RESOLVED", "perhaps"],
  ["ACRAUDIT_TEAMS_PAYLOAD", "card"],
] as const)("%s refuses %s", ([name, text]) => {
  expect(mistakesIn({ [name]: text })).toContain(name);
});

test("what is resolved is told unless it is turned off", () => {
  expect(readSettings({}).ACRAUDIT_NOTIFY_RESOLVED).toBe(true);
  expect(readSettings({ ACRAUDIT_NOTIFY_RESOLVED: "false" }).ACRAUDIT_NOTIFY_RESOLVED).toBe(false);
});

test("an unusual host is taken with a warning that does not repeat it", () => {
  const storage = { AzureWebJobsStorage: "UseDevelopmentStorage=true" };
  const unusual = `https://${hidden.toLowerCase()}.example/x`;
  expect(warningsOf(readSettings({ ...storage, ACRAUDIT_TEAMS_WEBHOOK_URL: unusual }))).toEqual([
    "ACRAUDIT_TEAMS_WEBHOOK_URL: its host is not one of …api.powerplatform.com or …logic.azure.com; it is used all the same",
  ]);
  expect(warningsOf(readSettings({ ...storage, ACRAUDIT_TEAMS_WEBHOOK_URL: powerPlatform }))).toEqual([]);
  expect(warningsOf(readSettings({ ACRAUDIT_TEAMS_WEBHOOK_URL: powerPlatform }))).toEqual([
    "AzureWebJobsStorage: without it nobody is told, because it is not known what is new",
  ]);
  expect(warningsOf(readSettings({}))).toEqual([]);
});

test("a secret says so wherever it is shown", () => {
  const one = secret(hidden);
  for (const text of [
    `${one}`,
    JSON.stringify({ one }),
    inspect({ one }),
    format("%o", one),
    inspect(one, { customInspect: false }),
  ])
    expect(text).not.toContain(hidden);
  expect(one.reveal()).toBe(hidden);
});
