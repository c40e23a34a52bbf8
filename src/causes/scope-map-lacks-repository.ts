import { defineCause, excluded } from "../core/cause.ts";
import { notARepositoryToken } from "../core/refusal.ts";
import { scopeMapAllows } from "../core/scope-map-allows.ts";
import { wantedOperation } from "../core/symptom.ts";

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
    cli: "az acr scope-map update --registry <registry> --name <scopeMap> --add-repository <repository> <action>",
  },
  references: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-token-based-repository-permissions",
  ],

  rulesOut: (symptom) => {
    const other = notARepositoryToken(symptom);
    if (other !== undefined) return other;
    return symptom.repository !== undefined && ["401", "403"].includes(symptom.status)
      ? undefined
      : "no row shows a repository that was refused";
  },
  weigh: (symptom, { token, scopeMap }) => {
    if (token === null) return excluded("the registry has no token of this name");
    const action = wantedOperation(symptom) === "push" ? "content/write" : "content/read";
    const repositories = symptom.repository?.repositories ?? [];
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
