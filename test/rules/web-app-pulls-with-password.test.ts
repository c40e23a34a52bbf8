import { known } from "../../src/core/collected.ts";
import { webAppPullsWithPassword } from "../../src/rules/web-app-pulls-with-password.ts";
import { pullerSnapshot, registry, registryId } from "../facts.ts";
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
  "says that it may pull as nobody where the registry lets everybody": {
    given: workloadSnapshot(site, [
      workloadNeed({ identity: nobody("unknown"), registry: known(registry({ anonymousPull: true })) }),
    ]),
    gives: ["password"],
    message:
      "portal pulls from contoso without a managed identity, so with a password from its settings, unless it pulls as nobody, as the registry lets everybody.",
  },
  "fails when a container of its own logs in with a repository token": {
    given: workloadSnapshot(site, [workloadNeed({ identity: nobody("repositoryToken", { userName: "portal-pull" }) })]),
    gives: ["ownContainers"],
    message: "portal pulls from contoso as portal-pull, with a password that its containers carry.",
    finding: { severity: "medium" },
    command: `az rest --method get --url '${siteId}/sitecontainers?api-version=2024-04-01'`,
  },
  "warns of a registry that refuses what the identity would log in with": {
    given: workloadSnapshot(site, [
      workloadNeed({
        identity: nobody("unknown"),
        registry: known(registry({ takesArmTokens: { value: false, said: true } })),
      }),
    ]),
    gives: ["password"],
    remediation:
      "Let the app pull with its managed identity, once that identity may pull from the registry and the registry, which now refuses the tokens made for Azure Resource Manager that such an app asks for, takes them again.",
  },
  "leaves the admin user and who logs in as nobody to other rules": {
    given: workloadSnapshot(site, [
      workloadNeed({ registryId: `${registryId}1`, identity: nobody("adminUser") }),
      workloadNeed({ identity: nobody("anonymous", { fault: "noLogin" }) }),
    ]),
    gives: ["judgedElsewhere", "judgedElsewhere"],
    outcome: "notApplicable",
  },
  "passes when it does": { given: workloadSnapshot(site), gives: ["identity"], outcome: "pass" },
  "does not apply to a container app whose user name is not visible": {
    given: workloadSnapshot({}, [workloadNeed({ identity: nobody("unknown") })]),
    gives: ["notASite"],
  },
  "does not apply to clusters": { given: pullerSnapshot(), gives: ["notASite"], outcome: "notApplicable" },
});
