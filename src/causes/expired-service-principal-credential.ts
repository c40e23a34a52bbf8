import { defineCause, excluded } from "../core/cause.ts";
import { microsoftTenant } from "../core/credential-applicability.ts";
import { type CredentialStanding, credentialStanding } from "../core/credential-standing.ts";
import { minuteOf } from "../core/diagnose.ts";
import { notACredential } from "../core/refusal.ts";
import { firstSeen, lastSeen, streaksOf } from "../core/symptom.ts";

/** Logins made before the end of a credential go on working for so long. */
const tokenLifetimeInMs = 3 * 3_600_000;

export const expiredServicePrincipalCredential = defineCause({
  id: "expired-service-principal-credential",
  title: "The service principal has no credential that is valid",
  rank: 11,
  severity: "high",
  incident: true,
  needs: ["directory"],
  message: "<name> cannot log in to <registry> since <since>: <why>. <history>",
  remediation: {
    text: "Give the workload a managed identity or a federated credential, which do not expire. Until then make a new secret and put it where <name> logs in from.",
    cli: "az ad app credential reset --id <appId> --append --years 1",
  },
  references: ["https://learn.microsoft.com/azure/container-registry/container-registry-auth-service-principal"],

  rulesOut: (symptom) =>
    symptom.identityKind === "id" ? notACredential(symptom) : "the identity is not the id of a service principal",
  weigh: (symptom, { directory: { principal, credentials, federated } }, now) => {
    if (principal === null) return excluded("the identity is no principal of this tenant");
    if (principal.type.toLowerCase() === "managedidentity")
      return excluded(`${principal.displayName} is a managed identity, whose credentials Azure rotates`);
    if (principal.ownerTenantId?.toLowerCase() === microsoftTenant)
      return excluded(`${principal.displayName} belongs to Microsoft`);
    const evidence = { name: principal.displayName, appId: principal.appId };
    if (!credentials.known) {
      const why = "its credentials, which cannot be seen, may have ended";
      return { verdict: "possible", evidence: { ...evidence, why }, notChecked: [credentials.gap.detail] };
    }
    const standing = credentialStanding(credentials.value, new Date(lastSeen(symptom) ?? now));
    const { valid, expired } = standing;
    if (valid.length > 0 && expired.length === 0) return excluded("its credentials were valid when it failed");
    const [last] = expired;
    const whole = {
      ...evidence,
      why: whyOf(standing),
      ...(last !== undefined && { expiredOn: minuteOf(last.endsOn) }),
      expired: expired.map(({ kind, displayName, endsOn }) => `${kind} ${displayName} ended ${endsOn}`),
    };
    if (valid.length > 0) {
      const contradicting = valid.map(
        ({ kind, displayName, endsOn }) => `${kind} ${displayName} is valid until ${endsOn}`,
      );
      return { verdict: "possible", evidence: whole, contradicting, notChecked: ["which of its credentials it uses"] };
    }
    if (!federated.known) return { verdict: "likely", evidence: whole, notChecked: [federated.gap.detail] };
    if (federated.value.length > 0) {
      const contradicting = federated.value.map((subject) => `it can log in without a secret as ${subject}`);
      return { verdict: "possible", evidence: whole, contradicting, notChecked: ["how it logs in"] };
    }
    const contradicting = last === undefined ? [] : againstEnd(last.endsOn);
    return { verdict: contradicting.length > 0 ? "likely" : "confirmed", evidence: whole, contradicting };

    function againstEnd(end: string): readonly string[] {
      return [
        ...(Date.parse(firstSeen(symptom) ?? end) < Date.parse(end) ? ["it failed before the credential ended"] : []),
        ...streaksOf(symptom).flatMap(({ lastSuccess }) =>
          lastSuccess !== undefined && Date.parse(lastSuccess) > Date.parse(end) + tokenLifetimeInMs
            ? [`it logged in at ${lastSuccess}, after the credential ended`]
            : [],
        ),
      ];
    }
  },
});

function whyOf({ expired: [last], notYetValid: [next] }: CredentialStanding): string {
  if (last) return `its last secret or certificate ended at ${minuteOf(last.endsOn)}`;
  return next
    ? `its first secret or certificate starts at ${minuteOf(next.startsOn)}`
    : "it has no secret and no certificate";
}
