import { expect, test } from "vitest";
import { startHost } from "../host/start-host.ts";
import { summariseFunctions } from "../host/summarise-functions.ts";

const env = { AzureWebJobsStorage: "UseDevelopmentStorage=true", ACRAUDIT_SWEEP_SCHEDULE: "0 0 3 * * *" };

test("these functions are registered, with these bindings and no others", async () => {
  const { functions } = await startHost({ env });

  expect(summariseFunctions(functions)).toEqual([
    {
      name: "canPull",
      bindings: [
        { type: "httpTrigger", direction: "in", methods: ["GET"], route: "can-pull", authLevel: "function" },
        { type: "http", direction: "out" },
      ],
    },
    {
      name: "deliverTimer",
      bindings: [{ type: "timerTrigger", direction: "in", schedule: "0 * * * * *", runOnStartup: false }],
    },
    {
      name: "diagnose",
      bindings: [
        { type: "httpTrigger", direction: "in", methods: ["POST"], route: "diagnoses", authLevel: "function" },
        { type: "http", direction: "out" },
      ],
    },
    {
      name: "health",
      bindings: [
        { type: "httpTrigger", direction: "in", methods: ["GET"], route: "health", authLevel: "anonymous" },
        { type: "http", direction: "out" },
      ],
    },
    {
      name: "loginFailureAlert",
      bindings: [
        {
          type: "httpTrigger",
          direction: "in",
          methods: ["POST"],
          route: "alerts/login-failures",
          authLevel: "function",
        },
        { type: "http", direction: "out" },
      ],
    },
    { name: "loginFailures", bindings: [{ type: "eventGridTrigger", direction: "in" }] },
    {
      name: "loginFailureSweep",
      bindings: [{ type: "timerTrigger", direction: "in", schedule: "0 */15 * * * *", runOnStartup: false }],
    },
    {
      name: "report",
      bindings: [
        { type: "httpTrigger", direction: "in", methods: ["GET"], route: "report", authLevel: "function" },
        { type: "http", direction: "out" },
      ],
    },
    {
      name: "sweepPoison",
      bindings: [
        {
          type: "queueTrigger",
          direction: "in",
          queueName: "acraudit-slices-poison",
          connection: "AzureWebJobsStorage",
        },
      ],
    },
    {
      name: "sweepSlice",
      bindings: [
        { type: "queueTrigger", direction: "in", queueName: "acraudit-slices", connection: "AzureWebJobsStorage" },
      ],
    },
    {
      name: "sweepTimer",
      bindings: [{ type: "timerTrigger", direction: "in", schedule: "%ACRAUDIT_SWEEP_SCHEDULE%", runOnStartup: false }],
      retry: {
        strategy: "exponentialBackoff",
        retryStrategy: "exponentialBackoff",
        maxRetryCount: 5,
        minimumInterval: { seconds: 60 },
        maximumInterval: { seconds: 900 },
      },
    },
  ]);
});

test("an app without the settings that the host reads does not start, and says all that is wrong", async () => {
  await expect(startHost({ env: { ACRAUDIT_CLOUD: "Cloud9", ACRAUDIT_SCHEDULE: "daily" } })).rejects.toThrow(
    /ACRAUDIT_CLOUD: [\s\S]*ACRAUDIT_SCHEDULE: no such setting[\s\S]*AzureWebJobsStorage: [\s\S]*ACRAUDIT_SWEEP_SCHEDULE: /,
  );
});

test.for([
  ["AccountName=nobody", /AzureWebJobsStorage: Invalid/],
  [
    "DefaultEndpointsProtocol=https;AccountName=nobody;AccountKey=;EndpointSuffix=core.windows.net",
    /AzureWebJobsStorage: /,
  ],
  ["UseDevelopmentStorage=maybe", /AzureWebJobsStorage: has to be the connection string of a storage account/],
] as const)("the connection string %s is refused by name", async ([AzureWebJobsStorage, says]) => {
  await expect(startHost({ env: { ...env, AzureWebJobsStorage } })).rejects.toThrow(
    expect.objectContaining({ name: "SettingsError", message: expect.stringMatching(says) }),
  );
});
