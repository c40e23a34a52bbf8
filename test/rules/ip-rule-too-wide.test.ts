import { known } from "../../src/core/collected.ts";
import { ipRuleTooWide } from "../../src/rules/ip-rule-too-wide.ts";
import { networkSettings, registrySnapshot, subscriptionId } from "../facts.ts";
import { judges } from "./judges.ts";

const given = (ipRules: readonly string[], publicNetworkAccess: "Enabled" | "Disabled" = "Enabled") =>
  registrySnapshot(
    {},
    { settings: known(networkSettings({ publicNetworkAccess: { value: publicNetworkAccess, said: true }, ipRules })) },
  );

judges(ipRuleTooWide, {
  "fails when a rule is for more than 65,536 addresses": {
    given: given(["203.0.113.10", "198.50.0.0/15"]),
    gives: ["wide"],
    message: "contoso allows 198.50.0.0/15, which is 131072 addresses.",
    finding: { severity: "medium", about: "198.50.0.0/15" },
    command: `az acr network-rule remove --subscription ${subscriptionId} --name contoso --ip-address 198.50.0.0/15`,
  },
  "fails when a rule is for everyone": { given: given(["0.0.0.0/0"]), gives: ["wide"] },
  "passes with 65,536 addresses": {
    given: given(["198.51.0.0/16"]),
    gives: ["narrow"],
    message: "contoso has 1 IP rule, none too wide.",
  },
  "fails when a rule is for private addresses": {
    given: given(["10.0.0.0/16", "172.16.5.4"]),
    gives: ["useless", "useless"],
    finding: { severity: "low", about: "10.0.0.0/16" },
  },
  "passes with the neighbours of private addresses": { given: given(["172.32.0.0/16", "11.0.0.1"]), gives: ["narrow"] },
  "fails when a rule is no IPv4 range": { given: given(["2001:db8::/32"]), gives: ["useless"] },
  "judges a rule that is there twice once": { given: given(["0.0.0.0/0", "0.0.0.0/0"]), gives: ["wide"] },
  "does not apply where rules decide nothing": {
    given: given(["0.0.0.0/0"], "Disabled"),
    gives: ["open"],
    outcome: "notApplicable",
  },
});
