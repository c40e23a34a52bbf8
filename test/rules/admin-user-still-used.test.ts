import { known, missing } from "../../src/core/collected.ts";
import type { PullerKind } from "../../src/core/facts.ts";
import { adminUserStillUsed } from "../../src/rules/admin-user-still-used.ts";
import { forbidden, grant, principalId, pullerSnapshot, registry, registryId, subscriptionId } from "../facts.ts";
import { nobody, workloadNeed, workloadSnapshot } from "../workload-facts.ts";
import { judges } from "./judges.ts";

const admin = nobody("adminUser", { userName: "contoso" });
const given = (adminUserEnabled: boolean, kind: PullerKind = "containerApp") =>
  workloadSnapshot({ kind }, [workloadNeed({ identity: admin, registry: known(registry({ adminUserEnabled })) })]);

/** What cuts nobody off who pulls with the password until then. */
const stepsOf = (group: string) =>
  `In this order, so that nothing stops: turn the system-assigned identity of the container app${group.slice(12)} on, assign AcrPull on the registry to it, and then let the container app${group.slice(12)} pull with it (az ${group} registry set --subscription ${subscriptionId} --resource-group rg-apps --name orders --server contoso.azurecr.io --identity system).`;

judges(adminUserStillUsed, {
  "fails while the admin user is enabled": {
    given: given(true),
    gives: ["enabled"],
    finding: { severity: "high", about: registryId.toLowerCase() },
  },
  "is critical once it is disabled": {
    given: given(false),
    gives: ["disabled"],
    finding: { severity: "critical" },
    message: "orders pulls from contoso as its admin user, which is disabled: its next pull fails.",
    remediation: `${stepsOf("containerapp")} Leave the admin user disabled.`,
    command: `az containerapp identity assign --subscription ${subscriptionId} --resource-group rg-apps --name orders --system-assigned`,
  },
  "warns of a registry that refuses what the identity would log in with": {
    given: workloadSnapshot({}, [
      workloadNeed({
        identity: admin,
        registry: known(registry({ adminUserEnabled: true, takesArmTokens: { value: false, said: true } })),
      }),
    ]),
    gives: ["enabled"],
    remediation: `${stepsOf("containerapp")} Before that the registry has to take tokens made for Azure Resource Manager again, which such an identity logs in with. Disable the admin user afterwards.`,
  },
  "is so for a container group": {
    given: given(true, "containerGroup"),
    gives: ["enabled"],
    command: `az container create --subscription ${subscriptionId} --resource-group rg-apps --name orders --image IMAGE --assign-identity IDENTITY_RESOURCE_ID --acr-identity IDENTITY_RESOURCE_ID`,
  },
  "has the command of `can-pull` for a job": {
    given: given(false, "containerAppJob"),
    gives: ["disabled"],
    finding: { severity: "critical" },
    remediation: `${stepsOf("containerapp job")} Leave the admin user disabled.`,
    command: `az containerapp job identity assign --subscription ${subscriptionId} --resource-group rg-apps --name orders --system-assigned`,
  },
  "uses the identity that may pull already": {
    given: workloadSnapshot({ bystanders: [{ principalId, resourceId: "/id/orders", clientId: "c" }] }, [
      workloadNeed({ identity: admin, bystanderGrants: [grant({ principalId })] }),
    ]),
    gives: ["disabled"],
    remediation:
      "Let the container app log in to contoso.azurecr.io with its identity orders, which may pull already. Leave the admin user disabled.",
    command: `az containerapp registry set --subscription ${subscriptionId} --resource-group rg-apps --name orders --server contoso.azurecr.io --identity /id/orders`,
  },
  "names what it may where no single change helps": {
    given: given(false, "mlWorkspace"),
    gives: ["disabled"],
    remediation:
      "Give the machine learning workspace a managed identity with AcrPull, and let it log in with that in place of the user name. Leave the admin user disabled.",
  },
  "passes when it logs in with an identity": { given: workloadSnapshot(), gives: ["otherLogin"], outcome: "pass" },
  "passes when it logs in with a repository token": {
    given: workloadSnapshot({}, [workloadNeed({ identity: nobody("repositoryToken", { userName: "depot" }) })]),
    gives: ["otherLogin"],
  },
  "is unknown when the registry is": {
    given: workloadSnapshot({}, [workloadNeed({ identity: admin, registry: missing(forbidden) })]),
    gives: ["unknown"],
  },
  "does not apply where no user name is visible": {
    given: workloadSnapshot({}, [workloadNeed({ identity: nobody("unknown") })]),
    gives: ["noneNeeded"],
  },
  "does not apply to clusters": { given: pullerSnapshot(), gives: ["noneNeeded"], outcome: "notApplicable" },
});
