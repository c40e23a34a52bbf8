import { defineCause, excluded } from "../core/cause.ts";
import { minuteOf } from "../core/diagnose.ts";
import { notACredential, notARepositoryToken } from "../core/refusal.ts";
import { firstSeen, lastSeen } from "../core/symptom.ts";

export const repositoryTokenExpired = defineCause({
  id: "repository-token-expired",
  title: "The repository token's password has expired",
  rank: 16,
  severity: "high",
  incident: true,
  needs: ["token"],
  message:
    "Repository token <token> is refused by <registry> since <since>: its last password ended at <expiredOn>. <history>",
  remediation: {
    text: "Make a new password with an end, and put it where the token is used.",
    cli: "az acr token credential generate --subscription <subscriptionId> --registry <registry> --name <token> --password1 --expiration-in-days 90",
  },
  references: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-token-based-repository-permissions",
  ],

  rulesOut: (symptom) => notARepositoryToken(symptom) ?? notACredential(symptom),
  weigh: (symptom, { token }, now) => {
    if (token === null) return excluded("the registry has no token of this name");
    const credentials = [...token.passwords, ...token.certificates];
    const failedAt = Date.parse(lastSeen(symptom) ?? now.toISOString());
    const ended = credentials.flatMap(({ endsOn }) =>
      endsOn !== undefined && Date.parse(endsOn) <= failedAt ? [endsOn] : [],
    );
    const valid = credentials.filter(({ endsOn }) => endsOn === undefined || Date.parse(endsOn) > failedAt);
    const last = ended.toSorted((a, b) => Date.parse(a) - Date.parse(b)).at(-1);
    if (last === undefined)
      return excluded(valid.length > 0 ? "its password was valid when it failed" : "the token has no password");
    const evidence = { token: token.name, expiredOn: minuteOf(new Date(last).toISOString()) };
    if (valid.length > 0) {
      const contradicting = valid.map(
        ({ name, endsOn }) => `${name} is valid ${endsOn === undefined ? "for ever" : `until ${endsOn}`}`,
      );
      return { verdict: "possible", evidence, contradicting, notChecked: ["which password is used"] };
    }
    const early = Date.parse(firstSeen(symptom) ?? last) < Date.parse(last);
    return {
      verdict: early ? "likely" : "confirmed",
      evidence,
      contradicting: early ? ["it failed before the password ended"] : [],
    };
  },
});
