import { defineCause, excluded } from "../core/cause.ts";
import { notACredential, notARepositoryToken } from "../core/refusal.ts";

export const repositoryTokenDisabled = defineCause({
  id: "repository-token-disabled",
  title: "The repository token is disabled",
  rank: 15,
  severity: "high",
  incident: true,
  needs: ["token"],
  message: "Repository token <token> is refused by <registry> since <since>: it is disabled. <history>",
  remediation: {
    text: "Find out why it was disabled. Enable it if it is still needed; a new password would change nothing.",
    cli: "az acr token update --subscription <subscriptionId> --registry <registry> --name <token> --status enabled",
  },
  references: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-token-based-repository-permissions",
  ],

  rulesOut: (symptom) => notARepositoryToken(symptom) ?? notACredential(symptom),
  weigh: (_symptom, { token }) => {
    if (token === null) return excluded("the registry has no token of this name");
    return token.enabled ? excluded("the token is enabled") : { verdict: "confirmed", evidence: { token: token.name } };
  },
});
