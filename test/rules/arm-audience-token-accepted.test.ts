import { known } from "../../src/core/collected.ts";
import type { ArmConsumer } from "../../src/core/facts.ts";
import { armAudienceTokenAccepted } from "../../src/rules/arm-audience-token-accepted.ts";
import { registrySnapshot, subscriptionId } from "../facts.ts";
import { judges } from "./judges.ts";

const given = (value: boolean, consumers: readonly ArmConsumer[] = []) => {
  const snapshot = registrySnapshot({ takesArmTokens: { value, said: value } });
  return { ...snapshot, facts: { ...snapshot.facts, armConsumers: known(consumers) } };
};
const consumer = (name: string): ArmConsumer => ({ id: `/${name}`, name, kind: "webApp" });

judges(armAudienceTokenAccepted, {
  "fails when they are taken and nobody needs that": {
    given: given(true),
    gives: ["accepted"],
    finding: { severity: "low" },
    command: `az acr config authentication-as-arm update --subscription ${subscriptionId} --registry contoso --status disabled`,
  },
  "passes when they are refused": { given: given(false), gives: ["refused"], outcome: "pass" },
  "says nothing while a workload could not pull without": {
    given: given(true, [consumer("portal")]),
    gives: ["needed"],
    outcome: "notApplicable",
    message: "contoso takes tokens made for Azure Resource Manager, and portal could not pull without.",
  },
  "names five of many": {
    given: given(true, ["a", "b", "c", "d", "e", "f", "g"].map(consumer)),
    gives: ["needed"],
    message: "contoso takes tokens made for Azure Resource Manager, and a, b, c, d, e, 2 more could not pull without.",
  },
});
