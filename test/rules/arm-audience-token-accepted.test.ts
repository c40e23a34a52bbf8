import { known } from "../../src/core/collected.ts";
import type { ArmConsumer } from "../../src/core/facts.ts";
import { armAudienceTokenAccepted } from "../../src/rules/arm-audience-token-accepted.ts";
import { forbidden, registrySnapshot, subscriptionId } from "../facts.ts";
import { judges } from "./judges.ts";

const given = (value: boolean, seen: readonly ArmConsumer[] = [], narrowed = false) => {
  const snapshot = registrySnapshot({ takesArmTokens: { value, said: value } });
  return { ...snapshot, facts: { ...snapshot.facts, armConsumers: known({ seen, narrowed }) } };
};
const consumer = (name: string): ArmConsumer => ({ id: `/${name}`, name, kind: "webApp" });
const unsure = (name: string): ArmConsumer => ({ id: `/${name}`, name, kind: "aks", unsure: forbidden });

judges(armAudienceTokenAccepted, {
  "fails when they are taken and nobody needs that": {
    given: given(true),
    gives: ["accepted"],
    finding: { severity: "low" },
    command: `az acr config authentication-as-arm update --subscription ${subscriptionId} --registry contoso --status disabled`,
  },
  "gives no command to refuse them when it saw some subscriptions only": {
    given: given(true, [], true),
    gives: ["acceptedAsFarAsSeen"],
    command: `az acr config authentication-as-arm show --subscription ${subscriptionId} --registry contoso`,
  },
  "passes when they are refused": { given: given(false), gives: ["refused"], outcome: "pass" },
  "says nothing while a workload could not pull without": {
    given: given(true, [consumer("portal")]),
    gives: ["needed"],
    outcome: "notApplicable",
    message: "contoso takes tokens made for Azure Resource Manager, and portal could not pull without.",
  },
  "is unknown while a cluster may not be able to pull without": {
    given: given(true, [unsure("shop")]),
    gives: ["unknown"],
  },
  "names those that are certain": {
    given: given(true, [unsure("shop"), consumer("portal")]),
    gives: ["needed"],
    message: "contoso takes tokens made for Azure Resource Manager, and portal could not pull without.",
  },
  "names five of many": {
    given: given(true, ["a", "b", "c", "d", "e", "f", "g"].map(consumer)),
    gives: ["needed"],
    message:
      "contoso takes tokens made for Azure Resource Manager, and a, b, c, d, e and others could not pull without.",
  },
});
