import { defineCause } from "../core/cause.ts";
import { kinds } from "../core/refusal.ts";

export const undetermined = defineCause({
  id: "undetermined",
  title: "No cause could be determined",
  rank: 99,
  severity: "medium",
  incident: true,
  needs: [],
  message:
    "<identity> (<kind>) is refused by <registry> with status <status> since <since>, and nothing that could be read explains it. <history>",
  remediation: {
    text: "Look at what was not checked; with it the cause can be told.",
    cli: "az acr check-health --name <registry> --ignore-errors",
  },
  references: ["https://learn.microsoft.com/azure/container-registry/container-registry-troubleshoot-login"],

  rulesOut: () => undefined,
  weigh: ({ identityKind, repository }) => ({
    verdict: "possible",
    evidence: { kind: kinds[identityKind] },
    notChecked: [
      ...(identityKind === "id" ? [] : [hints[identityKind]]),
      ...(repository === undefined
        ? ["which image was asked for: no row of ContainerRegistryRepositoryEvents shows it"]
        : []),
    ],
  }),
});

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
