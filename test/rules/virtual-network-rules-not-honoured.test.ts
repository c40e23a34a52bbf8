import { known } from "../../src/core/collected.ts";
import { virtualNetworkRulesNotHonoured } from "../../src/rules/virtual-network-rules-not-honoured.ts";
import { connection, hubId, networkSettings, registrySnapshot, subscriptionId } from "../facts.ts";
import { judges } from "./judges.ts";

const subnetId = `${hubId}/subnets/nodes`;
const enabled = { value: "Enabled", said: true } as const;
const given = (changes: Parameters<typeof networkSettings>[0]) =>
  registrySnapshot({}, { settings: known(networkSettings(changes)), virtualNetworkRules: known([subnetId]) });

judges(virtualNetworkRulesNotHonoured, {
  "fails when public access is off": {
    given: given({ connections: [] }),
    gives: ["publicAccessOff"],
    message: "contoso allows 1 subnet by virtual network rules, which are dead while public access is off.",
    finding: { severity: "high" },
    command: `az acr network-rule remove --subscription ${subscriptionId} --name contoso --subnet ${subnetId}`,
  },
  "fails when there is an approved endpoint too": {
    given: given({ publicNetworkAccess: enabled }),
    gives: ["besideEndpoints"],
    finding: { severity: "medium" },
  },
  "passes when the endpoint beside them is not approved": {
    given: given({ publicNetworkAccess: enabled, connections: [connection("Rejected")] }),
    gives: ["honoured"],
  },
  "passes when there are only rules": {
    given: given({ publicNetworkAccess: enabled, connections: [] }),
    gives: ["honoured"],
    message: "contoso honours its virtual network rules for 1 subnet.",
  },
  "does not apply without such rules": { given: registrySnapshot(), gives: ["none"], outcome: "notApplicable" },
});
