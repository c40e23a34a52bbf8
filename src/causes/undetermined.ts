import { defineCause } from "../core/cause.ts";
import { kinds } from "../core/refusal.ts";
import { isUnnamed, type Symptom } from "../core/symptom.ts";

export const undetermined = defineCause({
  id: "undetermined",
  title: "No cause could be determined",
  rank: 99,
  severity: "medium",
  incident: true,
  needs: [],
  message:
    "<who> fails at <registry> with <answer> since <since>, and nothing that could be read explains it. <history>",
  remediation: {
    text: "Look at what was not checked; with it the cause can be told.",
    cli: "az acr check-health --subscription <subscriptionId> --name <registry> --ignore-errors --yes",
  },
  references: ["https://learn.microsoft.com/azure/container-registry/container-registry-troubleshoot-login"],

  rulesOut: () => undefined,
  weigh: (symptom) => ({
    verdict: "possible",
    evidence: {
      who: isUnnamed(symptom) ? symptom.identity : `${symptom.identity} (${kinds[symptom.identityKind]})`,
      answer: symptom.status === "" ? "an error that tells no status" : `status ${symptom.status}`,
    },
    notChecked: [
      ...hintsOf(symptom),
      ...(symptom.repository === undefined
        ? ["which image was asked for: no row of ContainerRegistryRepositoryEvents shows it"]
        : []),
    ],
  }),
});

function hintsOf(symptom: Symptom): readonly string[] {
  if (isUnnamed(symptom)) return ["whose login it is: name the identity"];
  return symptom.identityKind === "id" ? [] : [hints[symptom.identityKind]];
}

/** What would tell who is behind an identity that cannot be looked up. */
const hints = {
  anonymous:
    "who pulls without a credential: enable Container insights (KubeEvents) on the clusters behind the addresses",
  placeholder:
    "who is behind the token: export the sign-in logs of Microsoft Entra (AADServicePrincipalSignInLogs) to the workspace",
  admin: "whether the admin password was regenerated: export the activity log to the workspace",
  user: "the roles of users, which are not looked up: az role assignment list --assignee USER --scope REGISTRY --include-inherited",
  name: "who uses this name: it is no token of the registry",
} as const;
