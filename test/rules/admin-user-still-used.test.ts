import { known, missing } from "../../src/core/collected.ts";
import type { PullerKind } from "../../src/core/facts.ts";
import { adminUserStillUsed } from "../../src/rules/admin-user-still-used.ts";
import { forbidden, pullerSnapshot, registry, registryId } from "../facts.ts";
import { nobody, workloadNeed, workloadSnapshot } from "../workload-facts.ts";
import { judges } from "./judges.ts";

const admin = nobody("adminUser", { userName: "contoso" });
const given = (adminUserEnabled: boolean, kind: PullerKind = "containerApp") =>
  workloadSnapshot({ kind }, [workloadNeed({ identity: admin, registry: known(registry({ adminUserEnabled })) })]);

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
    command:
      "az containerapp registry set --subscription 50000000-0000-4000-8000-000000000001 --resource-group rg-apps --name orders --server contoso.azurecr.io --identity system",
  },
  "warns of a registry that refuses what the identity would log in with": {
    given: workloadSnapshot({}, [
      workloadNeed({
        identity: admin,
        registry: known(registry({ adminUserEnabled: true, takesArmTokens: { value: false, said: true } })),
      }),
    ]),
    gives: ["enabled"],
    remediation:
      "Give the container app a managed identity with AcrPull, and name that identity in its registry settings in place of the user name, once the registry takes tokens made for Azure Resource Manager again, which such an identity logs in with; disable the admin user afterwards.",
  },
  "is so for a container group": {
    given: given(true, "containerGroup"),
    gives: ["otherEnabled"],
    message: "orders pulls from contoso as its admin user, as this container group is configured.",
  },
  "is critical for a container group too": {
    given: given(false, "containerGroup"),
    gives: ["otherDisabled"],
    finding: { severity: "critical" },
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
