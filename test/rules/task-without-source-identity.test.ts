import { known, missing } from "../../src/core/collected.ts";
import { taskWithoutSourceIdentity } from "../../src/rules/task-without-source-identity.ts";
import { forbidden, pullerSnapshot, registry, registryOfUnsaidMode, subscriptionId } from "../facts.ts";
import { nobody, taskId, workloadNeed, workloadSnapshot } from "../workload-facts.ts";
import { judges } from "./judges.ts";

const task = { kind: "acrTask", id: taskId, name: "contoso/build" } as const;
const byDefault = { identity: nobody("anonymous", { fault: "taskDefault" }), learned: ["task"] } as const;
const abac = known(registry({ roleAssignmentMode: "AbacRepositoryPermissions" }));

judges(taskWithoutSourceIdentity, {
  "fails in ABAC mode": {
    given: workloadSnapshot(task, [workloadNeed({ ...byDefault, registry: abac })]),
    gives: ["missing"],
    finding: { severity: "high" },
    command: `az acr task update --subscription ${subscriptionId} --registry contoso --name build --source-acr-auth-id '[system]'`,
  },
  "passes in legacy mode": { given: workloadSnapshot(task, [workloadNeed(byDefault)]), gives: ["default"] },
  "passes in ABAC mode with an identity": {
    given: workloadSnapshot(task, [workloadNeed({ learned: ["task"], registry: abac })]),
    gives: ["identity"],
    outcome: "pass",
  },
  "is unknown when the mode or the registry is": {
    given: workloadSnapshot(task, [workloadNeed({ ...byDefault, registry: known(registryOfUnsaidMode()) })]),
    gives: ["unknown"],
  },
  "is unknown when the registry is": {
    given: workloadSnapshot(task, [workloadNeed({ ...byDefault, registry: missing(forbidden) })]),
    gives: ["unknown"],
  },
  "does not apply to what is no task": { given: pullerSnapshot(), gives: ["notATask"], outcome: "notApplicable" },
});
