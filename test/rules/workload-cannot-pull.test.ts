import { known, missing } from "../../src/core/collected.ts";
import type { PullerKind } from "../../src/core/facts.ts";
import { workloadCannotPull } from "../../src/rules/workload-cannot-pull.ts";
import {
  acrPull,
  forbidden,
  grant,
  kubeletId,
  permissions,
  principalId,
  pullerSnapshot,
  registry,
  registryId,
  repositoryReader,
  subscriptionId,
} from "../facts.ts";
import { appId, managed, nobody, siteId, taskId, workloadNeed, workloadSnapshot } from "../workload-facts.ts";
import { judges } from "./judges.ts";

const abac = known(registry({ roleAssignmentMode: "AbacRepositoryPermissions" }));
const none = known([]);
const only = (repository: string) =>
  `((!(ActionMatches{'Microsoft.ContainerRegistry/registries/repositories/content/read'})) OR (@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringEqualsIgnoreCase '${repository}'))`;
const conditional = (repository: string) =>
  known([grant({ principalId, role: repositoryReader, condition: only(repository), conditionVersion: "2.0" })]);
const denial = {
  id: "/providers/Microsoft.Authorization/denyAssignments/d1",
  name: "stack",
  scope: registryId,
  appliesToChildScopes: true,
  permissions: [permissions({ actions: ["*"] })],
  principals: [{ id: principalId, type: "ServicePrincipal" }],
  everyone: false,
  excludedPrincipals: [],
};
const identityId = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/old";
const action = (name: string) => `!(ActionMatches{'Microsoft.ContainerRegistry/registries/repositories/${name}/read'})`;
const onlyOrders = `((${action("content")} AND ${action("metadata")}) OR (@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringEqualsIgnoreCase 'shop/orders'))`;
const foreign = managed({ ...nobody("managedIdentity"), fault: "notAssigned", configured: [identityId] });
const off = { ...foreign, configured: ["its own system-assigned identity"] };
const anonymous = nobody("anonymous", { fault: "noLogin", configured: ["fabrikam.azurecr.io"] });
const as = (kind: PullerKind, identity: ReturnType<typeof managed>) =>
  workloadSnapshot({ kind, ...(kind.startsWith("web") && { id: siteId, name: "portal" }) }, [
    workloadNeed({ identity }),
  ]);

judges(workloadCannotPull, {
  "passes when the identity holds AcrPull": { given: workloadSnapshot(), gives: ["canPull"], outcome: "pass" },
  "passes when everybody may pull and it logs in as nobody": {
    given: workloadSnapshot({}, [
      workloadNeed({ identity: anonymous, registry: known(registry({ anonymousPull: true })) }),
    ]),
    gives: ["canPull"],
  },
  "fails when the identity has no grant": {
    given: workloadSnapshot({}, [workloadNeed({ grants: none })]),
    gives: ["noGrant"],
    message: `orders pulls from contoso, but its identity ${principalId} has no grant that lets it.`,
    finding: { severity: "high", about: registryId.toLowerCase() },
    command: `az role assignment create --assignee-object-id ${principalId} --assignee-principal-type ServicePrincipal --role AcrPull --scope ${registryId}`,
  },
  "is medium for a machine learning workspace": {
    given: workloadSnapshot({ kind: "mlWorkspace" }, [workloadNeed({ grants: none })]),
    gives: ["noGrant"],
    finding: { severity: "medium" },
  },
  "fails when the registry's mode ignores the role": {
    given: workloadSnapshot({}, [workloadNeed({ registry: abac, grants: known([grant({ role: acrPull })]) })]),
    gives: ["roleIgnored"],
    message: `orders pulls from contoso, which is in ABAC mode and ignores AcrPull of ${principalId}.`,
  },
  "grants what it pulls alone where the registry can tell repositories apart": {
    given: workloadSnapshot({}, [workloadNeed({ registry: abac, grants: none })]),
    gives: ["noGrant"],
    command: `az role assignment create --assignee-object-id ${principalId} --assignee-principal-type ServicePrincipal --role 'Container Registry Repository Reader' --scope ${registryId} --condition '${onlyOrders.replaceAll("'", "'\\''")}' --condition-version 2.0`,
  },
  "fails when another identity of the workload has the grant": {
    given: workloadSnapshot({ bystanders: [{ principalId: kubeletId }] }, [
      workloadNeed({ grants: none, bystanderGrants: [grant({ principalId: kubeletId })] }),
    ]),
    gives: ["otherIdentityGranted"],
    message: `orders pulls from contoso, but as ${principalId}, which has no grant; another of its identities has one.`,
  },
  "fails when conditions leave its repository out": {
    given: workloadSnapshot({}, [workloadNeed({ registry: abac, grants: conditional("shop/cart") })]),
    gives: ["conditionExcludes"],
    remediation:
      "Assign Container Registry Repository Reader on the registry to the identity that pulls, for shop/orders alone.",
  },
  "passes when conditions name its repository": {
    given: workloadSnapshot({}, [workloadNeed({ registry: abac, grants: conditional("shop/orders") })]),
    gives: ["canPull"],
  },
  "fails when a deny assignment takes it away": {
    given: workloadSnapshot({}, [workloadNeed({ denials: known([denial]) })]),
    gives: ["denied"],
    command:
      "az rest --method get --url '/providers/Microsoft.Authorization/denyAssignments/d1?api-version=2022-04-01'",
  },
  "fails when the registry is in another tenant": {
    given: workloadSnapshot({}, [workloadNeed({ tenants: { principal: "a", registry: "b" } })]),
    gives: ["otherTenant"],
    command: `az acr token create --subscription ${subscriptionId} --registry contoso --name orders-pull --repository shop/orders content/read metadata/read --no-passwords`,
  },
  "fails when an app is to pull as an identity that it does not have": {
    given: as("containerApp", foreign),
    gives: ["notAssigned"],
    command: `az containerapp identity assign --subscription ${subscriptionId} --resource-group rg-apps --name orders --user-assigned ${identityId}`,
  },
  "fails so for a job": { given: as("containerAppJob", foreign), gives: ["notAssigned"] },
  "fails so for a web app": { given: as("webApp", foreign), gives: ["notAssigned"] },
  "fails when an app is to pull as an identity of its own that is off": {
    given: as("containerApp", off),
    gives: ["notAssigned"],
    message:
      "orders is to pull from contoso as its own system-assigned identity, which is not assigned to this container app.",
    command: `az containerapp identity assign --subscription ${subscriptionId} --resource-group rg-apps --name orders --system-assigned`,
  },
  "fails so for a web app whose own is off": {
    given: as("webApp", off),
    gives: ["notAssigned"],
    command: `az webapp identity assign --subscription ${subscriptionId} --resource-group rg-apps --name portal --identities '[system]'`,
  },
  "only shows the identities when it is the environment's that is off, which is turned on elsewhere": {
    given: as("containerApp", { ...off, configured: ["the system-assigned identity of its environment"] }),
    gives: ["notAssigned"],
    command: `az resource show --ids ${appId} --query identity`,
  },
  "fails so for a container group, which is deployed again": {
    given: as("containerGroup", foreign),
    gives: ["notAssigned"],
    command: `az container create --subscription ${subscriptionId} --resource-group rg-apps --name orders --image IMAGE --assign-identity ${identityId} --acr-identity ${identityId}`,
  },
  "fails when an app has no login for the registry of its image": {
    given: as("containerApp", anonymous),
    gives: ["withoutLogin"],
    message: "orders pulls from contoso as nobody: it is configured to log in to fabrikam.azurecr.io.",
    remediation: `Correct the image if it names the wrong registry; else in this order, so that nothing stops: turn the system-assigned identity of the container app on, assign AcrPull on the registry to it, and then let the container app pull with it (az containerapp registry set --subscription ${subscriptionId} --resource-group rg-apps --name orders --server contoso.azurecr.io --identity system).`,
  },
  "fails so for a group without any login": {
    given: as("containerGroup", { ...anonymous, configured: [] }),
    gives: ["withoutLogin"],
    message: "orders pulls from contoso as nobody: it is configured to log in to no registry at all.",
  },
  "fails so for anything else without login": { given: as("webApp", anonymous), gives: ["withoutLogin"] },
  "fails so for a task that turned its login off": {
    given: workloadSnapshot({ kind: "acrTask", id: taskId }, [
      workloadNeed({ registry: abac, identity: nobody("anonymous", { fault: "noLogin" }) }),
    ]),
    gives: ["withoutLogin"],
  },
  "is unknown for a workspace that may use the admin user instead of its identity": {
    given: workloadSnapshot({ kind: "mlWorkspace" }, [
      workloadNeed({ grants: none, registry: known(registry({ adminUserEnabled: true })) }),
    ]),
    gives: ["unknown"],
    outcome: "unknown",
  },
  "leaves passwords, admin users and refused tokens to other rules": {
    given: workloadSnapshot({}, [
      workloadNeed({ registryId: `${registryId}1`, identity: nobody("unknown") }),
      workloadNeed({ registryId: `${registryId}2`, identity: nobody("adminUser") }),
      workloadNeed({ registry: known(registry({ takesArmTokens: { value: false, said: true } })) }),
    ]),
    gives: ["judgedElsewhere", "judgedElsewhere", "judgedElsewhere"],
    outcome: "notApplicable",
  },
  "leaves tasks without an identity to their own rule": {
    given: workloadSnapshot({ kind: "acrTask", id: taskId }, [
      workloadNeed({ registry: abac, identity: nobody("anonymous", { fault: "taskDefault" }) }),
    ]),
    gives: ["judgedElsewhere"],
  },
  "is unknown when the registry or the grants are not known": {
    given: workloadSnapshot({}, [
      workloadNeed({ registryId: "", registry: missing(forbidden) }),
      workloadNeed({ grants: missing(forbidden) }),
    ]),
    gives: ["unknown", "unknown"],
    outcome: "unknown",
    undecided: "all",
  },
  "does not apply to clusters": { given: pullerSnapshot(), gives: ["noneNeeded"], outcome: "notApplicable" },
});
