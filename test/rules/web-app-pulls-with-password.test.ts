import { webAppPullsWithPassword } from "../../src/rules/web-app-pulls-with-password.ts";
import { pullerSnapshot } from "../facts.ts";
import { nobody, siteId, workloadNeed, workloadSnapshot } from "../workload-facts.ts";
import { judges } from "./judges.ts";

const site = { kind: "webApp", id: siteId, name: "portal" } as const;

judges(webAppPullsWithPassword, {
  "fails when a web app does not pull with its identity": {
    given: workloadSnapshot(site, [workloadNeed({ identity: nobody("unknown") })]),
    gives: ["password"],
    finding: { severity: "medium" },
    message: "portal pulls from contoso without a managed identity, so with a password from its settings.",
    command: `az resource update --ids ${siteId}/config/web --set properties.acrUseManagedIdentityCreds=true`,
  },
  "passes when it does": { given: workloadSnapshot(site), gives: ["identity"], outcome: "pass" },
  "does not apply to a container app whose user name is not visible": {
    given: workloadSnapshot({}, [workloadNeed({ identity: nobody("unknown") })]),
    gives: ["notASite"],
  },
  "does not apply to clusters": { given: pullerSnapshot(), gives: ["notASite"], outcome: "notApplicable" },
});
