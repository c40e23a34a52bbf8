import { expect, test } from "vitest";
import { known } from "../../src/core/collected.ts";
import { evaluate } from "../../src/core/evaluate.ts";
import { dataEndpointOff } from "../../src/rules/data-endpoint-off.ts";
import { connection, context, networkSettings, realm, registrySnapshot, subscriptionId } from "../facts.ts";
import { judges } from "./judges.ts";

const off = (changes: Parameters<typeof networkSettings>[0] = {}) => ({
  settings: known(networkSettings({ dataEndpointEnabled: false, connections: [], ...changes })),
});

judges(dataEndpointOff, {
  "fails when a Premium registry has none": {
    given: registrySnapshot({}, off()),
    gives: ["off"],
    finding: { severity: "low" },
    command: `az acr update --subscription ${subscriptionId} --name contoso --data-endpoint-enabled true`,
  },
  "fails when the only private endpoint is not approved": {
    given: registrySnapshot({}, off({ connections: [connection("Pending")] })),
    gives: ["off"],
  },
  "passes when a private endpoint brings them": {
    given: registrySnapshot({}, off({ connections: [connection()] })),
    gives: ["on"],
  },
  "passes when they are on": { given: registrySnapshot({}, off({ dataEndpointEnabled: true })), gives: ["on"] },
  "does not apply below Premium": {
    given: registrySnapshot({ sku: "Standard" }, off()),
    gives: ["notPremium"],
    outcome: "notApplicable",
    message: "contoso is Standard; only Premium has dedicated data endpoints.",
  },
});

test("names the hosts of every region, which firewalls have to allow first", () => {
  const given = registrySnapshot({}, { ...off({ dataEndpointHostNames: [] }), replicas: known(["northeurope"]) });
  const { findings } = evaluate(dataEndpointOff, given, context, realm);
  expect(findings[0]?.remediation.text).toMatch(
    /^Allow contoso\.westeurope\.data\.azurecr\.io, contoso\.northeurope\.data\.azurecr\.io in the firewalls/,
  );
});
