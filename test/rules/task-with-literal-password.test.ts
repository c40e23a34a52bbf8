import { taskWithLiteralPassword } from "../../src/rules/task-with-literal-password.ts";
import { pullerSnapshot, subscriptionId } from "../facts.ts";
import { taskId, workloadSnapshot } from "../workload-facts.ts";
import { judges } from "./judges.ts";

const task = { kind: "acrTask", id: taskId, name: "contoso/build" } as const;

judges(taskWithLiteralPassword, {
  "fails when a task carries a password as text": {
    given: workloadSnapshot({ ...task, literalPasswords: ["fabrikam.azurecr.io", "docker.io"] }),
    gives: ["literal"],
    finding: { severity: "medium" },
    message:
      "contoso/build logs in to fabrikam.azurecr.io, docker.io with a password that was given to the task as text.",
    command: `az acr task credential update --subscription ${subscriptionId} --registry contoso --name build --login-server fabrikam.azurecr.io --use-identity '[system]'`,
  },
  "passes when it carries none": { given: workloadSnapshot({ ...task, literalPasswords: [] }), gives: ["none"] },
  "is unknown when its credentials are": { given: workloadSnapshot(task), gives: ["unknown"] },
  "does not apply to what is no task": { given: pullerSnapshot(), gives: ["notATask"], outcome: "notApplicable" },
});
