import { microsoftTenant } from "../../src/core/credential-applicability.ts";
import { principalCredentialExpiring } from "../../src/rules/principal-credential-expiring.ts";
import { appId, credential, daysFromNow, principal, principalSnapshot } from "../facts.ts";
import { judges } from "./judges.ts";

const ending = (days: number) => credential({ keyId: `ends-${days}`, displayName: "", endsOn: daysFromNow(days) });
const federatedCredentials = ["https://token.actions… repo:a"];

judges(principalCredentialExpiring, {
  "passes when the secret ends after the widest tier": {
    given: principalSnapshot({ credentials: [ending(30.01)] }),
    gives: ["later"],
    outcome: "pass",
    message: "No credential of ci-push ends within 30 days.",
  },
  "is medium inside of the widest tier": {
    given: principalSnapshot({ credentials: [ending(30)] }),
    gives: ["last"],
    outcome: "fail",
    message:
      "The last valid credential of ci-push, secret ends-30, ends on 2026-03-31. It reaches 2 registries (contoso, fabrikam).",
    finding: { severity: "medium", due: daysFromNow(30) },
    command: `az ad app credential reset --id ${appId} --append --display-name rotated --years 1`,
  },
  "is still medium before the next tier": {
    given: principalSnapshot({ credentials: [ending(14.01)] }),
    gives: ["last"],
    finding: { severity: "medium" },
  },
  "is high inside of the next tier": {
    given: principalSnapshot({ credentials: [ending(14)] }),
    gives: ["last"],
    finding: { severity: "high" },
  },
  "is critical inside of the last tier": {
    given: principalSnapshot({ credentials: [ending(7)] }),
    gives: ["last"],
    finding: { severity: "critical" },
  },
  "counts until the last of several ends": {
    given: principalSnapshot({ credentials: [ending(5), ending(20)] }),
    gives: ["last"],
    message:
      "The last valid credential of ci-push, secret ends-20, ends on 2026-03-21. It reaches 2 registries (contoso, fabrikam).",
    finding: { severity: "medium", due: daysFromNow(20) },
  },
  "names the one that follows without a break when that one ends last": {
    given: principalSnapshot({
      credentials: [
        ending(3),
        credential({ keyId: "n", displayName: "next", startsOn: daysFromNow(2), endsOn: daysFromNow(10) }),
      ],
    }),
    gives: ["last"],
    message:
      "The last valid credential of ci-push, secret next, ends on 2026-03-11. It reaches 2 registries (contoso, fabrikam).",
    finding: { severity: "high", due: daysFromNow(10) },
  },
  "does not count on one that starts after a break": {
    given: principalSnapshot({ credentials: [ending(3), credential({ startsOn: daysFromNow(4) })] }),
    gives: ["last"],
    finding: { severity: "critical", due: daysFromNow(3) },
  },
  "only informs when another credential lasts": {
    given: principalSnapshot({ credentials: [ending(3), credential()] }),
    gives: ["beside"],
    message: "secret ends-3 of ci-push ends on 2026-03-04; another credential lasts longer.",
    finding: { severity: "info" },
    command: `az ad app credential delete --id ${appId} --key-id ends-3`,
  },
  "only informs when a federated credential lasts": {
    given: principalSnapshot({ credentials: [ending(3)], federatedCredentials }),
    gives: ["beside"],
    message: "secret ends-3 of ci-push ends on 2026-03-04; a federated credential lasts longer.",
    finding: { severity: "info" },
  },
  "removes a certificate as a certificate": {
    given: principalSnapshot({
      credentials: [{ ...ending(3), kind: "certificate", on: "servicePrincipal" }, credential()],
    }),
    gives: ["certificateBeside"],
    command: `az ad sp credential delete --id ${appId} --key-id ends-3 --cert`,
  },
  "passes when it has federated credentials only": {
    given: principalSnapshot({ credentials: [], federatedCredentials }),
    gives: ["federatedOnly"],
    outcome: "pass",
  },
  "leaves what has expired to the other rule": {
    given: principalSnapshot({ credentials: [ending(-1)] }),
    gives: ["none"],
    outcome: "pass",
  },
  "does not apply to a managed identity": {
    given: principalSnapshot({ principal: principal({ type: "ManagedIdentity" }), credentials: [ending(1)] }),
    gives: ["managedIdentity"],
    outcome: "notApplicable",
  },
  "does not apply to a principal of Microsoft": {
    given: principalSnapshot({ principal: principal({ ownerTenantId: microsoftTenant }), credentials: [ending(1)] }),
    gives: ["microsoft"],
  },
  "does not apply to a principal that is deleted": {
    given: principalSnapshot({ principal: null, credentials: [] }),
    gives: ["deleted"],
  },
});
