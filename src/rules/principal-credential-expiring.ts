import { noCredentialsStatements, noCredentialsToWatch } from "../core/credential-applicability.ts";
import { credentialStanding } from "../core/credential-standing.ts";
import { describeReach } from "../core/describe-reach.ts";
import { defineRule, type RuleContext, type Severity } from "../core/rule.ts";

const day = 86_400_000;

export const principalCredentialExpiring = defineRule({
  id: "principal-credential-expiring",
  title: "Service principal credential expires soon",
  subject: "principal",
  severity: "medium",
  category: "credentials",
  needs: ["principal", "credentials", "federatedCredentials", "reach"],

  why: "On the day its last credential ends, everything that logs in with the service principal fails with 401 Unauthorized, often at night and in several places at once.",
  failures: {
    last: {
      message: "The last valid credential of <principal>, <credential>, ends on <endsOn>. It reaches <reaches>.",
      remediation: {
        text: "Move the workload to a managed or federated identity, or add a second credential now and give it to the workload before the first one ends; a cluster takes it by `az aks update-credentials`.",
        cli: "az ad <object> credential reset --id <appId> --append --display-name rotated --years 1",
      },
    },
    beside: {
      message: "<credential> of <principal> ends on <endsOn>; <successor> lasts longer.",
      remediation: {
        text: "Make sure that every workload uses the other credential, then remove this one.",
        cli: "az ad <object> credential delete --id <appId> --key-id <keyId>",
      },
    },
    certificateBeside: {
      message: "<credential> of <principal> ends on <endsOn>; <successor> lasts longer.",
      remediation: {
        text: "Make sure that every workload uses the other credential, then remove this certificate.",
        cli: "az ad <object> credential delete --id <appId> --key-id <keyId> --cert",
      },
    },
  },
  statements: {
    ...noCredentialsStatements,
    federatedOnly: "<principal> logs in with federated credentials only, which do not end.",
    none: "<principal> has no valid credential that could end.",
    later: "No credential of <principal> ends within <days> days.",
  },
  references: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-auth-service-principal",
    "https://learn.microsoft.com/entra/workload-id/workload-identity-federation",
  ],

  evaluate: ({ principal, credentials, federatedCredentials, reach }, { now, expiryTiers }) => {
    const exempt = noCredentialsToWatch(principal);
    if (principal === null || exempt !== undefined) {
      const name = principal?.displayName ?? "The principal";
      return [{ outcome: "notApplicable", statement: exempt ?? "deleted", evidence: { principal: name } }];
    }
    const about = { principal: principal.displayName, appId: principal.appId, principalId: principal.id };
    const { valid, coveredUntil } = credentialStanding(credentials, now);
    if (coveredUntil === undefined) {
      const statement = credentials.length === 0 && federatedCredentials.length > 0 ? "federatedOnly" : "none";
      return [{ outcome: "pass", statement, evidence: { ...about, federatedCredentials } }];
    }

    const [widest] = expiryTiers;
    const ending = valid
      .filter(({ endsOn }) => Date.parse(endsOn) - now.getTime() <= widest * day)
      .toSorted((a, b) => Date.parse(a.endsOn) - Date.parse(b.endsOn));
    const severity = severityOf(coveredUntil, now, expiryTiers);
    const last = credentials.find(({ endsOn }) => Date.parse(endsOn) === coveredUntil.getTime());
    const shown = severity === undefined ? ending[0] : last;
    if (shown === undefined) return [{ outcome: "pass", statement: "later", evidence: { ...about, days: widest } }];

    const evidence = {
      ...about,
      credential: `${shown.kind} ${shown.displayName || shown.keyId}`,
      keyId: shown.keyId,
      object: shown.on === "application" ? "app" : "sp",
      endsOn: new Date(shown.endsOn).toISOString().slice(0, 10),
      reaches: describeReach(reach),
      registries: reach.registries,
      registryNames: reach.names,
      subscriptionIds: reach.subscriptions,
    };
    if (severity !== undefined && federatedCredentials.length === 0) {
      return [{ outcome: "fail", failure: "last", severity, due: coveredUntil.toISOString(), evidence }];
    }
    const successor = severity === undefined ? "another credential" : "a federated credential";
    const failure = shown.kind === "certificate" ? "certificateBeside" : "beside";
    return [{ outcome: "fail", failure, severity: "info", evidence: { ...evidence, successor } }];
  },
});

/** Medium inside the widest tier, high inside the next, critical inside the last. */
function severityOf(end: Date, now: Date, [widest, middle, last]: RuleContext["expiryTiers"]): Severity | undefined {
  const left = (end.getTime() - now.getTime()) / day;
  if (left <= last) return "critical";
  if (left <= middle) return "high";
  return left <= widest ? "medium" : undefined;
}
