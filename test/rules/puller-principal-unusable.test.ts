import { missing } from "../../src/core/collected.ts";
import { pullerPrincipalUnusable } from "../../src/rules/puller-principal-unusable.ts";
import { forbidden, need, puller, pullerSnapshot, registryId } from "../facts.ts";
import { managed, workloadNeed, workloadSnapshot } from "../workload-facts.ts";
import { judges } from "./judges.ts";

const servicePrincipal = (fault?: "deleted" | "disabled") =>
  managed({ kind: "servicePrincipal", principalId: missing(forbidden), ...(fault && { fault }) });

judges(pullerPrincipalUnusable, {
  "fails for a cluster": {
    given: pullerSnapshot({ puller: puller({ identity: servicePrincipal("deleted") }), needs: [need()] }),
    gives: ["cluster"],
    finding: { severity: "high", about: registryId.toLowerCase() },
  },
  "fails for another workload": {
    given: workloadSnapshot({}, [workloadNeed({ identity: servicePrincipal("deleted") })]),
    gives: ["workload"],
    message: "orders pulls from contoso as service principal c, which does not exist any more.",
    command: "az ad app show --id c",
  },
  "fails for one that is disabled": {
    given: workloadSnapshot({}, [workloadNeed({ identity: servicePrincipal("disabled") })]),
    gives: ["disabled"],
    message: "orders pulls from contoso as service principal c, which is disabled.",
    command: "az ad sp show --id c --query accountEnabled",
  },
  "is unknown when the directory could not be read": {
    given: workloadSnapshot({}, [workloadNeed({ identity: servicePrincipal() })]),
    gives: ["unknown"],
  },
  "passes for a managed identity": { given: workloadSnapshot(), gives: ["exists"], outcome: "pass" },
  "does not apply to what needs no registry": { given: workloadSnapshot({}, []), gives: ["noneNeeded"] },
});
