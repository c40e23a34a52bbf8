import { known, missing } from "../../src/core/collected.ts";
import { armAudienceRefusedForConsumer } from "../../src/rules/arm-audience-refused-for-consumer.ts";
import { forbidden, need, puller, pullerSnapshot, registry, subscriptionId } from "../facts.ts";
import { nobody, workloadNeed, workloadSnapshot } from "../workload-facts.ts";
import { judges } from "./judges.ts";

const refusing = known(registry({ takesArmTokens: { value: false, said: true } }));
const undated = {
  fact: "nodeImages",
  reason: "notFound",
  detail: "the node images of shop (odd) say no date",
} as const;

judges(armAudienceRefusedForConsumer, {
  "fails when a container app pulls from a registry that refuses its tokens": {
    given: workloadSnapshot({}, [workloadNeed({ registry: refusing })]),
    gives: ["refused"],
    message:
      "orders pulls from contoso with tokens made for Azure Resource Manager, as every container app with a managed identity does, and the registry refuses those.",
    command: `az acr config authentication-as-arm update --subscription ${subscriptionId} --registry contoso --status enabled`,
  },
  "passes when the registry takes them": { given: workloadSnapshot(), gives: ["taken"], outcome: "pass" },
  "fails when node images of a cluster still ask for them": {
    given: pullerSnapshot({ puller: puller({ armTokenPools: ["old"] }), needs: [need({ registry: refusing })] }),
    gives: ["oldNodes"],
    command:
      "az aks upgrade --subscription 50000000-0000-4000-8000-000000000001 --resource-group rg-aks --name shop --node-image-only --yes",
  },
  "does not apply to old node images of which no registry is known that they pull from": {
    given: pullerSnapshot({ puller: puller({ armTokenPools: ["old"] }), needs: [] }),
    gives: ["noneKnown"],
    outcome: "notApplicable",
  },
  "is unknown where node images do not say how old they are": {
    given: pullerSnapshot({ puller: puller({ undatedNodes: undated }), needs: [need({ registry: refusing })] }),
    gives: ["unknown"],
  },
  "passes with such images where the registry takes the tokens": {
    given: pullerSnapshot({ puller: puller({ undatedNodes: undated }), needs: [need()] }),
    gives: ["taken"],
    outcome: "pass",
  },
  "does not apply to clusters with newer node images": {
    given: pullerSnapshot({ puller: puller({ armTokenPools: [] }), needs: [need({ registry: refusing })] }),
    gives: ["notUsed"],
  },
  "does not apply to a container group, which asks for the registry's own tokens": {
    given: workloadSnapshot({ kind: "containerGroup" }, [workloadNeed({ registry: refusing })]),
    gives: ["notUsed"],
  },
  "does not apply to a password": {
    given: workloadSnapshot({}, [workloadNeed({ registry: refusing, identity: nobody("repositoryToken") })]),
    gives: ["notUsed"],
  },
  "is unknown where a container logs in in a way that is not known, which may be as a managed identity": {
    given: workloadSnapshot({}, [
      workloadNeed({ registry: refusing, identity: nobody("unknown", { fault: "unclear" }) }),
    ]),
    gives: ["unknown"],
  },
  "is unknown when the registry is": {
    given: workloadSnapshot({}, [workloadNeed({ registry: missing(forbidden) })]),
    gives: ["unknown"],
  },
});
