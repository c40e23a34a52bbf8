import { canLogIn } from "../core/can-pull.ts";
import type { PullReason } from "../core/pull-reason.ts";
import { newPassword } from "../core/remedy/token/new-password.ts";
import { defineRule } from "../core/rule.ts";
import { workloadEvidence } from "../core/workload-evidence.ts";

export const pullerTokenRefused = defineRule({
  id: "puller-token-refused",
  title: "Repository token of a puller is refused",
  subject: "puller",
  severity: "high",
  category: "credentials",
  needs: ["puller", "needs"],

  why: "A repository token works only while it is enabled, has a password that has not ended, and its scope map names the repository. The registry answers 401 Unauthorized to all but the last, and what already runs hides it until the next start.",
  failures: {
    missing: {
      message: "<workload> logs in to <registry> as <token>, and the registry has no repository token of that name.",
      remediation: {
        text: "Correct the user name, or let the <kind> pull with a managed identity, which needs no password.",
        cli: "az acr token list --subscription <registrySubscription> --registry <registry> --output table",
      },
    },
    disabled: {
      message: "<workload> logs in to <registry> with the repository token <token>, which is disabled.",
      remediation: {
        text: "Enable the token if it was not disabled on purpose; else give the <kind> a login of its own.",
        cli: "az acr token update --subscription <registrySubscription> --registry <registry> --name <token> --status enabled",
      },
    },
    expired: {
      message:
        "<workload> logs in to <registry> with the repository token <token>, which has no password that is valid (last end: <expiredOn>).",
      remediation: {
        text: "Make a new password with an end, and put it where the <kind> reads it.",
        cli: newPassword("token"),
      },
    },
    syncExpired: {
      message:
        "<workload> synchronizes with <registry> by the token <token>, which has no password that is valid (last end: <expiredOn>).",
      remediation: {
        text: "Make a new password for the sync token and give it to the connected registry.",
        cli: "az acr connected-registry get-settings --subscription <registrySubscription> --registry <registry> --name <resource> --parent-protocol https --generate-password 1",
      },
    },
    excluded: {
      message:
        "<workload> logs in to <registry> with the repository token <token>, whose scope map <scopeMap> leaves out <excludedRepositories>.",
      remediation: {
        text: "Add the repository to the scope map, if the <kind> is meant to pull it.",
        cli: "az acr scope-map update --subscription <registrySubscription> --registry <registry> --name <scopeMap> --add-repository <repository> content/read metadata/read",
      },
    },
  },
  statements: {
    accepted: "<workload> logs in to <registry> with the repository token <token>, which lets it pull.",
    otherLogin: "<workload> does not log in to <registry> with a repository token.",
    noneNeeded: "<workload> shows no login by user name.",
  },
  references: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-token-based-repository-permissions",
    "https://learn.microsoft.com/azure/container-registry/intro-connected-registry",
  ],

  evaluate: ({ puller, needs }, { now }) => {
    const logins = needs.filter(({ identity }) => identity !== undefined && identity.kind !== "unknown");
    if (logins.length === 0)
      return [{ outcome: "notApplicable", statement: "noneNeeded", evidence: { workload: puller.name } }];
    return logins.map((need) => {
      const about = need.registryId.toLowerCase();
      const shared = workloadEvidence(puller, need);
      const { identity } = need;
      if (identity?.kind !== "repositoryToken")
        return { outcome: "notApplicable", statement: "otherLogin", about, evidence: shared };
      if (!need.registry.known) return { outcome: "unknown", about, gaps: [need.registry.gap] };

      const { reason, answer, facts, gaps, remedy } = canLogIn({ puller, need, now }, need.registry.value);
      const evidence = {
        ...shared,
        scopeMap: "",
        expiredOn: "",
        excludedRepositories: [],
        token: identity.userName ?? "",
        ...facts,
        registrySubscription: need.registry.value.subscriptionId,
        repository: [facts.excludedRepositories].flat()[0] ?? "REPOSITORY",
      };
      const failure = failures[reason];
      const [gap, ...more] = gaps;
      if (answer === "unknown" && gap !== undefined) return { outcome: "unknown", about, gaps: [gap, ...more] };
      if (failure === undefined) return { outcome: "pass", statement: "accepted", about, evidence };
      const sync = puller.kind === "connectedRegistry" && failure === "expired";
      // one evidence fills every failure, of which there are more than the compiler compares one by one
      const failed = {
        outcome: "fail",
        failure: (sync ? "syncExpired" : failure) as "expired",
        about,
        evidence,
      } as const;
      return { ...failed, ...(remedy && { remediation: remedy }) };
    });
  },
});

const failures: Partial<Readonly<Record<PullReason, "missing" | "disabled" | "expired" | "excluded">>> = {
  "token-missing": "missing",
  "token-disabled": "disabled",
  "token-expired": "expired",
  "scope-map-excludes-repository": "excluded",
};
