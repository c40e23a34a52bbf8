import { known } from "../../src/core/collected.ts";
import { registryOpenToInternet } from "../../src/rules/registry-open-to-internet.ts";
import { networkSettings, registrySnapshot, subscriptionId } from "../facts.ts";
import { judges } from "./judges.ts";

const enabled = { value: "Enabled", said: true } as const;
const allow = { value: "Allow", said: true } as const;
const settings = (changes: Parameters<typeof networkSettings>[0]) => ({ settings: known(networkSettings(changes)) });

judges(registryOpenToInternet, {
  "fails when public access is on and everyone is allowed": {
    given: registrySnapshot({}, settings({ publicNetworkAccess: enabled, defaultAction: allow })),
    gives: ["open"],
    outcome: "fail",
    message: "contoso takes logins from every address on the internet.",
    finding: { severity: "medium" },
    command: `az acr update --subscription ${subscriptionId} --name contoso --default-action Deny`,
  },
  "fails when a registry below Premium says nothing of its network": {
    given: registrySnapshot(
      { sku: "Basic" },
      settings({
        publicNetworkAccess: { value: "Enabled", said: false },
        defaultAction: { value: "Allow", said: false },
        connections: [],
      }),
    ),
    gives: ["openBelowPremium"],
    command: `az acr update --subscription ${subscriptionId} --name contoso --sku Premium`,
  },
  "passes when the default action is Deny": {
    given: registrySnapshot({}, settings({ publicNetworkAccess: enabled })),
    gives: ["restricted"],
    message: "contoso is restricted: public access Enabled, by default Deny.",
  },
  "passes when public access is off, whatever the default action is": {
    given: registrySnapshot({}, settings({ defaultAction: allow })),
    gives: ["restricted"],
  },
});
