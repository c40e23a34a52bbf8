import { microsoftTenant } from "../../src/core/credential-applicability.ts";
import { principalCredentialExpired } from "../../src/rules/principal-credential-expired.ts";
import { appId, credential, daysFromNow, now, principal, principalId, principalSnapshot } from "../facts.ts";
import { judges } from "./judges.ts";

const old = credential({ keyId: "old", displayName: "old", endsOn: daysFromNow(-10) });
const older = credential({ keyId: "older", displayName: "older", endsOn: daysFromNow(-100) });
const next = credential({ keyId: "next", startsOn: daysFromNow(5) });

judges(principalCredentialExpired, {
  "passes when the only secret is valid": { given: principalSnapshot(), gives: ["none"], outcome: "pass" },
  "fails when there is no credential at all": {
    given: principalSnapshot({ credentials: [] }),
    gives: ["neverValid"],
    message:
      "Nobody can log in as ci-push, which has no secret and no certificate, without a federated credential. It reaches 2 registries (contoso, fabrikam).",
    finding: { severity: "high" },
    command: `az role assignment list --all --assignee ${principalId}`,
  },
  "fails when the only secret is valid later": {
    given: principalSnapshot({ credentials: [next] }),
    gives: ["neverValid"],
    message:
      "Nobody can log in as ci-push, whose first secret or certificate is valid from 2026-03-06 on, without a federated credential. It reaches 2 registries (contoso, fabrikam).",
    finding: { severity: "high" },
  },
  "passes when there is none but a federated credential": {
    given: principalSnapshot({ credentials: [], federatedCredentials: ["https://token.actions… repo:a"] }),
    gives: ["none"],
  },
  "fails when the only secret has expired, and names the latest one": {
    given: principalSnapshot({ credentials: [older, old] }),
    gives: ["noneValid"],
    outcome: "fail",
    message:
      "ci-push can no longer log in: secret old expired on 2026-02-19 and none is valid now. It reaches 2 registries (contoso, fabrikam).",
    finding: { severity: "critical" },
    command: `az ad app credential reset --id ${appId} --append --display-name rotated --years 1`,
  },
  "fails at the very moment a secret ends": {
    given: principalSnapshot({ credentials: [credential({ endsOn: now.toISOString() })] }),
    gives: ["noneValid"],
  },
  "passes a second before": {
    given: principalSnapshot({ credentials: [credential({ endsOn: new Date(now.getTime() + 1000).toISOString() })] }),
    gives: ["none"],
  },
  "adds the new secret to the object that carries the old one": {
    given: principalSnapshot({ credentials: [credential({ on: "servicePrincipal", endsOn: daysFromNow(-1) })] }),
    gives: ["noneValid"],
    command: `az ad sp credential reset --id ${appId} --append --display-name rotated --years 1`,
  },
  "fails when the next secret is not valid yet": {
    given: principalSnapshot({ credentials: [old, next] }),
    gives: ["notYetValid"],
    message:
      "ci-push cannot log in now: secret old expired on 2026-02-19 and the next one is valid only from 2026-03-06. It reaches 2 registries (contoso, fabrikam).",
    finding: { severity: "critical" },
  },
  "only informs of an expired secret beside a valid one": {
    given: principalSnapshot({ credentials: [old, credential()] }),
    gives: ["beside"],
    message: "ci-push still carries secret old, expired on 2026-02-19, beside one that is valid.",
    finding: { severity: "info" },
    command: `az ad app credential delete --id ${appId} --key-id old`,
  },
  "only informs when it can log in with a federated credential": {
    given: principalSnapshot({ credentials: [old], federatedCredentials: ["https://token.actions… repo:a"] }),
    gives: ["beside"],
    finding: { severity: "info" },
  },
  "removes an expired certificate as a certificate": {
    given: principalSnapshot({ credentials: [{ ...old, kind: "certificate", on: "servicePrincipal" }, credential()] }),
    gives: ["certificateBeside"],
    command: `az ad sp credential delete --id ${appId} --key-id old --cert`,
  },
  "does not apply to a managed identity": {
    given: principalSnapshot({ principal: principal({ type: "managedidentity" }), credentials: [old] }),
    gives: ["managedIdentity"],
    outcome: "notApplicable",
  },
  "does not apply to a principal of Microsoft": {
    given: principalSnapshot({
      principal: principal({ ownerTenantId: microsoftTenant.toUpperCase() }),
      credentials: [old],
    }),
    gives: ["microsoft"],
    outcome: "notApplicable",
  },
  "does not apply to a principal that is deleted": {
    given: principalSnapshot({ principal: null, credentials: [] }),
    gives: ["deleted"],
    outcome: "notApplicable",
    message: "The principal does not exist in Microsoft Entra any more.",
  },
});
