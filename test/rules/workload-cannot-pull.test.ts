import { known, missing } from "../../src/core/collected.ts";
import type { PullerKind } from "../../src/core/facts.ts";
import { workloadCannotPull } from "../../src/rules/workload-cannot-pull.ts";
import {
  acrPull,
  forbidden,
  grant,
  permissions,
  principalId,
  pullerSnapshot,
  registry,
  registryId,
  repositoryReader,
  subscriptionId,
} from "../facts.ts";
import { managed, nobody, siteId, taskId, workloadNeed, workloadSnapshot } from "../workload-facts.ts";
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
const foreign = managed({ ...nobody("managedIdentity"), fault: "notAssigned", configured: ["id-old"] });
const off = { ...foreign, configured: ["its own system-assigned identity"] };
const anonymous = nobody("anonymous", { fault: "noLogin", configured: ["fabrikam.azurecr.io"] });
const as = (kind: PullerKind, identity: ReturnType<typeof managed>) =>
  workloadSnapshot({ kind, ...(kind.startsWith("web") && { id: siteId }) }, [workloadNeed({ identity })]);

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
  "fails when conditions leave its repository out": {
    given: workloadSnapshot({}, [workloadNeed({ registry: abac, grants: conditional("shop/cart") })]),
    gives: ["conditionExcludes"],
    command: `az role assignment list --scope ${registryId} --include-inherited --assignee ${principalId}`,
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
    gives: ["appNotAssigned"],
    command: `az containerapp identity assign --subscription 50000000-0000-4000-8000-000000000001 --resource-group rg-apps --name orders --user-assigned id-old`,
  },
  "fails so for a job": { given: as("containerAppJob", foreign), gives: ["jobNotAssigned"] },
  "fails so for a web app": { given: as("webApp", foreign), gives: ["siteNotAssigned"] },
  "fails when an app is to pull as an identity of its own that is off": {
    given: as("containerApp", off),
    gives: ["appWithoutIdentity"],
    message: "orders is to pull from contoso as its own system-assigned identity, which it does not have.",
    command: `az containerapp identity assign --subscription ${subscriptionId} --resource-group rg-apps --name orders --system-assigned`,
  },
  "fails so for a job whose own is off": { given: as("containerAppJob", off), gives: ["jobWithoutIdentity"] },
  "fails so for a web app whose own is off": {
    given: as("webApp", off),
    gives: ["siteWithoutIdentity"],
    command: `az webapp identity assign --ids ${siteId}`,
  },
  "fails so for a slot, of which it only shows the identities": {
    given: as("webAppSlot", off),
    gives: ["notAssigned"],
  },
  "fails so when it is the environment's that is off, which is turned on elsewhere": {
    given: as("containerApp", { ...off, configured: ["the system-assigned identity of its environment"] }),
    gives: ["notAssigned"],
  },
  "fails so for a container group": { given: as("containerGroup", foreign), gives: ["notAssigned"] },
  "fails when an app has no login for the registry of its image": {
    given: as("containerApp", anonymous),
    gives: ["appWithoutLogin"],
    message: "orders pulls from contoso, but its registry settings name fabrikam.azurecr.io: it pulls as nobody.",
  },
  "fails so for a job without login": { given: as("containerAppJob", anonymous), gives: ["jobWithoutLogin"] },
  "fails so for a group without login": { given: as("containerGroup", anonymous), gives: ["groupWithoutLogin"] },
  "fails so for anything else without login": { given: as("webApp", anonymous), gives: ["withoutLogin"] },
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
