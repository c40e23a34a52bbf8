import { defineCause, excluded } from "../core/cause.ts";
import { microsoftTenant } from "../core/credential-applicability.ts";
import { credentialStanding } from "../core/credential-standing.ts";
import { minuteOf } from "../core/diagnose.ts";
import { notACredential } from "../core/refusal.ts";
import { firstSeen, lastSeen, streaksOf } from "../core/symptom.ts";

/** Logins made before the end of a credential go on working for so long. */
const tokenLifetimeInMs = 3 * 3_600_000;

export const expiredServicePrincipalCredential = defineCause({
  id: "expired-service-principal-credential",
  title: "The service principal's credential has expired",
  rank: 11,
  severity: "high",
  incident: true,
  needs: ["directory"],
  message:
    "<name> cannot log in to <registry> since <since>: its last secret or certificate ended at <expiredOn>. <history>",
  remediation: {
    text: "Give the workload a managed identity or a federated credential, which do not expire. Until then make a new secret and put it where <name> logs in from.",
    cli: "az ad app credential reset --id <appId> --append --years 1",
  },
  references: ["https://learn.microsoft.com/azure/container-registry/container-registry-auth-service-principal"],

  rulesOut: (symptom) =>
    symptom.identityKind === "id" ? notACredential(symptom) : "the identity is not the id of a service principal",
  weigh: (symptom, { directory: { principal, credentials } }, now) => {
    if (principal === null) return excluded("the identity is no principal of this tenant");
    if (principal.type.toLowerCase() === "managedidentity")
      return excluded(`${principal.displayName} is a managed identity, whose credentials Azure rotates`);
    if (principal.ownerTenantId?.toLowerCase() === microsoftTenant)
      return excluded(`${principal.displayName} belongs to Microsoft`);
    const evidence = { name: principal.displayName, appId: principal.appId };
    if (!credentials.known) {
      const unread = { ...evidence, expiredOn: "an unknown time" };
      return { verdict: "possible", evidence: unread, notChecked: [credentials.gap.detail] };
    }
    const failedAt = new Date(lastSeen(symptom) ?? now);
    const { valid, expired } = credentialStanding(credentials.value, failedAt);
    const ends = expired.map(({ endsOn }) => Date.parse(endsOn));
    if (ends.length === 0)
      return excluded(
        valid.length > 0 ? "its credentials were valid when it failed" : "it has no secret or certificate",
      );
    const last = new Date(Math.max(...ends)).toISOString();
    const whole = {
      ...evidence,
      expiredOn: minuteOf(last),
      expired: expired.map(({ kind, displayName, endsOn }) => `${kind} ${displayName} ended ${endsOn}`),
    };
    if (valid.length > 0) {
      const contradicting = valid.map(
        ({ kind, displayName, endsOn }) => `${kind} ${displayName} is valid until ${endsOn}`,
      );
      return { verdict: "possible", evidence: whole, contradicting, notChecked: ["which of its credentials it uses"] };
    }
    const contradicting = [
      ...(Date.parse(firstSeen(symptom) ?? last) < Date.parse(last) ? ["it failed before the credential ended"] : []),
      ...streaksOf(symptom).flatMap(({ lastSuccess }) =>
        lastSuccess !== undefined && Date.parse(lastSuccess) > Date.parse(last) + tokenLifetimeInMs
          ? [`it logged in at ${lastSuccess}, after the credential ended`]
          : [],
      ),
    ];
    return { verdict: contradicting.length > 0 ? "likely" : "confirmed", evidence: whole, contradicting };
  },
});
