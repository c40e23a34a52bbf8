import { expect, test } from "vitest";
import sample from "../../local.settings.sample.json" with { type: "json" };
import { readSettings, settingDescriptions } from "../../src/settings.ts";

const ofTheHost = ["FUNCTIONS_WORKER_RUNTIME"];
const ofThePlatform = ["IDENTITY_ENDPOINT"];

test("the sample has every setting once, and no other", () => {
  const named = [...Object.keys(sample.Values), ...Object.keys(sample.OtherSettings)];

  expect(named.filter((name) => !ofTheHost.includes(name)).toSorted()).toEqual(
    Object.keys(settingDescriptions)
      .filter((name) => !ofThePlatform.includes(name))
      .toSorted(),
  );
});

test("the sample is what a function app starts with", () => {
  expect(readSettings(sample.Values, { hosted: true })).toMatchObject({
    ACRAUDIT_SWEEP_SCHEDULE: "0 0 3 * * *",
    storage: { connectionString: "UseDevelopmentStorage=true" },
  });
});

test("every other setting can be taken over as it stands, with one of the two scopes", () => {
  const { ACRAUDIT_SUBSCRIPTIONS, ACRAUDIT_MANAGEMENT_GROUPS, ...others } = sample.OtherSettings;
  const read = (scope: object) => readSettings({ ...sample.Values, ...others, ...scope }, { hosted: true });

  expect(read({ ACRAUDIT_MANAGEMENT_GROUPS })).toMatchObject({
    ACRAUDIT_MANAGEMENT_GROUPS: ["platform", "apps"],
    storage: { tables: "https://contosoaudit.table.core.windows.net" },
  });
  expect(read({ ACRAUDIT_SUBSCRIPTIONS }).ACRAUDIT_SUBSCRIPTIONS).toHaveLength(2);
});
