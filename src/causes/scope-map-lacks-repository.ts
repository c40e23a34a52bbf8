import { defineCause, excluded } from "../core/cause.ts";
import { notARepositoryToken } from "../core/refusal.ts";
import { scopeMapAllows } from "../core/scope-map-allows.ts";
import { type Symptom, wantedOperation } from "../core/symptom.ts";

export const scopeMapLacksRepository = defineCause({
  id: "scope-map-lacks-repository",
  title: "The token's scope map does not allow it in this repository",
  rank: 17,
  severity: "medium",
  incident: true,
  needs: ["token", "scopeMap"],
  message:
    "Repository token <token> logs in to <registry> and is refused in <missing>: its scope map <scopeMap> does not allow <action>. <history>",
  remediation: {
    text: "Add the repository to the scope map, if the token is meant to reach it.",
    cli: "az acr scope-map update --subscription <subscriptionId> --registry <registry> --name <scopeMap> --add-repository <repository> <action>",
  },
  references: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-token-based-repository-permissions",
  ],

  rulesOut: (symptom) => {
    const other = notARepositoryToken(symptom);
    if (other !== undefined) return other;
    const shown = symptom.repository !== undefined || isDenied(symptom);
    return shown && ["401", "403"].includes(symptom.status) ? undefined : "no row shows a repository that was refused";
  },
  weigh: (symptom, { token, scopeMap }) => {
    if (token === null) return excluded("the registry has no token of this name");
    if (!token.enabled) return excluded("the token is disabled");
    const action = wantedOperation(symptom) === "push" ? "content/write" : "content/read";
    const repositories = symptom.repository?.repositories ?? [];
    if (symptom.repository === undefined) {
      const evidence = { token: token.name, scopeMap: scopeMap.name, missing: "what it asked for", action };
      const notChecked = ["which repository was asked for, and whether to pull or to push"];
      return { verdict: "likely", evidence: { ...evidence, repository: "REPOSITORY" }, notChecked };
    }
    const missing = repositories.filter((repository) => !scopeMapAllows(scopeMap.actions, repository, action));
    const [repository] = missing;
    if (repository === undefined) return excluded(`its scope map allows ${action} in ${repositories.join(", ")}`);
    const evidence = { token: token.name, scopeMap: scopeMap.name, missing, action, repository };
    const whole = missing.length === repositories.length && symptom.login === undefined;
    return {
      verdict: whole ? "confirmed" : "possible",
      evidence,
      contradicting: whole ? [] : ["it is refused elsewhere too, which the scope map does not explain"],
    };
  },
});

/** Only a repository token that may not do what it asked for is told this. */
function isDenied({ error }: Symptom): boolean {
  return /requested access to the resource is denied/i.test(error);
}
