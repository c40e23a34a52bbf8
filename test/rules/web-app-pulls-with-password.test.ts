import { known } from "../../src/core/collected.ts";
import { webAppPullsWithPassword } from "../../src/rules/web-app-pulls-with-password.ts";
import {
  grant,
  principalId,
  pullerSnapshot,
  registry,
  registryId,
  registryOfUnsaidMode,
  repositoryReader,
  subscriptionId,
} from "../facts.ts";
import { nobody, siteId, workloadNeed, workloadSnapshot } from "../workload-facts.ts";
import { assignmentWith, conditionOn, readerGuid, repositoryName } from "./granted.ts";
import { judges } from "./judges.ts";

const site = { kind: "webApp", id: siteId, name: "portal" } as const;

const reading = grant({
  principalId,
  role: { ...repositoryReader, id: `/providers/Microsoft.Authorization/roleDefinitions/${readerGuid}` },
  condition: conditionOn("it/tools"),
});

judges(webAppPullsWithPassword, {
  "fails when a web app does not pull with its identity": {
    given: workloadSnapshot(site, [workloadNeed({ identity: nobody("unknown") })]),
    gives: ["password"],
    finding: { severity: "medium" },
    message: "portal pulls from contoso without a managed identity, so with a password from its settings.",
    remediation: `In this order, so that nothing stops: turn the system-assigned identity of the web app on, assign AcrPull on the registry to it, and then let the web app pull with it (az resource update --ids ${siteId}/config/web --set properties.acrUseManagedIdentityCreds=true properties.acrUserManagedIdentityID=null).`,
    command: `az webapp identity assign --subscription ${subscriptionId} --resource-group rg-apps --name portal --identities '[system]' --role AcrPull --scope ${registryId}`,
  },
  "switches it over once its identity may pull": {
    given: workloadSnapshot({ ...site, bystanders: [{ principalId }] }, [
      workloadNeed({ identity: nobody("unknown"), bystanderGrants: [grant({ principalId })] }),
    ]),
    gives: ["password"],
    remediation: "Let the web app pull with its system-assigned identity, which may pull already.",
    command: `az resource update --ids ${siteId}/config/web --set properties.acrUseManagedIdentityCreds=true properties.acrUserManagedIdentityID=null`,
  },
  "assigns no role that is for all repositories": {
    given: workloadSnapshot(site, [
      workloadNeed({
        identity: nobody("unknown"),
        registry: known(registry({ roleAssignmentMode: "AbacRepositoryPermissions" })),
      }),
    ]),
    gives: ["password"],
    command: `az webapp identity assign --subscription ${subscriptionId} --resource-group rg-apps --name portal --identities '[system]'`,
  },
  "grants its identity what it pulls once that is on": {
    given: workloadSnapshot({ ...site, bystanders: [{ principalId }] }, [
      workloadNeed({
        identity: nobody("unknown"),
        registry: known(registry({ roleAssignmentMode: "AbacRepositoryPermissions" })),
      }),
    ]),
    gives: ["password"],
    remediation: `In this order, so that nothing stops: give the system-assigned identity of the web app, which is on, Container Registry Repository Reader on the registry for shop/orders, and then let the web app pull with it (az resource update --ids ${siteId}/config/web --set properties.acrUseManagedIdentityCreds=true properties.acrUserManagedIdentityID=null).`,
    command: `az role assignment create --assignee-object-id ${principalId} --assignee-principal-type ServicePrincipal --role 'Container Registry Repository Reader' --scope ${registryId} --condition '${conditionOn("shop/orders").replaceAll("'", "'\\''")}' --condition-version 2.0`,
  },
  "widens what its identity was granted": {
    given: workloadSnapshot({ ...site, bystanders: [{ principalId }] }, [
      workloadNeed({
        identity: nobody("unknown"),
        registry: known(registry({ roleAssignmentMode: "AbacRepositoryPermissions" })),
        bystanderGrants: [reading],
      }),
    ]),
    gives: ["password"],
    command: assignmentWith(
      reading,
      `(${reading.condition}) OR (${repositoryName} StringEqualsIgnoreCase 'shop/orders')`,
    ),
  },
  "shows what its identity was granted where nobody can say whether that is enough": {
    given: workloadSnapshot({ ...site, bystanders: [{ principalId }] }, [
      workloadNeed({
        identity: nobody("unknown"),
        registry: known(registryOfUnsaidMode()),
        bystanderGrants: [grant({ principalId })],
      }),
    ]),
    gives: ["password"],
    command: `az role assignment list --scope ${registryId} --include-inherited --assignee ${principalId}`,
  },
  "says that it may pull as nobody where the registry lets everybody": {
    given: workloadSnapshot(site, [
      workloadNeed({ identity: nobody("unknown"), registry: known(registry({ anonymousPull: true })) }),
    ]),
    gives: ["password"],
    message:
      "portal pulls from contoso without a managed identity, so with a password from its settings, unless it pulls as nobody, as the registry lets everybody.",
  },
  "fails when a container of its own does not show its user name": {
    given: workloadSnapshot(site, [workloadNeed({ identity: nobody("unknown"), containers: ["side"] })]),
    gives: ["ownContainers"],
    message:
      "portal (container side) pulls from contoso as a user that Azure does not show, with a password that its containers carry.",
  },
  "fails when a container of its own logs in with a repository token": {
    given: workloadSnapshot(site, [workloadNeed({ identity: nobody("repositoryToken", { userName: "portal-pull" }) })]),
    gives: ["ownContainers"],
    message: "portal pulls from contoso as portal-pull, with a password that its containers carry.",
    finding: { severity: "medium" },
    command: `az webapp identity assign --subscription ${subscriptionId} --resource-group rg-apps --name portal --identities '[system]' --role AcrPull --scope ${registryId}`,
  },
  "warns of a registry that refuses what the identity would log in with": {
    given: workloadSnapshot(site, [
      workloadNeed({
        identity: nobody("unknown"),
        registry: known(registry({ takesArmTokens: { value: false, said: true } })),
      }),
    ]),
    gives: ["password"],
    remediation: `In this order, so that nothing stops: turn the system-assigned identity of the web app on, assign AcrPull on the registry to it, and then let the web app pull with it (az resource update --ids ${siteId}/config/web --set properties.acrUseManagedIdentityCreds=true properties.acrUserManagedIdentityID=null). Before that the registry has to take tokens made for Azure Resource Manager again, which such an identity logs in with.`,
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
