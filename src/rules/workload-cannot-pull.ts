import { canLogIn } from "../core/can-pull.ts";
import type { RegistryNeed } from "../core/facts.ts";
import { pullRole } from "../core/permission.ts";
import type { PullReason, WorkloadFault } from "../core/pull-reason.ts";
import { grantPull } from "../core/remedy/grant/assign-role.ts";
import { defineRule } from "../core/rule.ts";
import { workloadEvidence } from "../core/workload-evidence.ts";

export const workloadCannotPull = defineRule({
  id: "workload-cannot-pull",
  title: "Workload cannot pull its image",
  subject: "puller",
  severity: "high",
  category: "grants",
  needs: ["puller", "needs"],

  why: "An app that cannot pull keeps running what it has until it is scaled, moved or restarted, and then does not come back: the registry answers 401 Unauthorized to an identity without the pull permission, to an identity that is not assigned, and to nobody at all.",
  failures: {
    noGrant: {
      message: "<workload> pulls from <registry>, but its identity <principalId> has no grant that lets it.",
      remediation: { text: "Assign <roleWords> on the registry to the identity.", cli: grantPull },
    },
    otherIdentityGranted: {
      message:
        "<workload> pulls from <registry>, but as <principalId>, which has no grant; another of its identities has one.",
      remediation: { text: "Assign <roleWords> on the registry to the identity that pulls.", cli: grantPull },
    },
    roleIgnored: {
      message: "<workload> pulls from <registry>, which is in <mode> mode and ignores <ignoredRoles> of <principalId>.",
      remediation: { text: "Assign <roleWords> on the registry to the identity.", cli: grantPull },
    },
    conditionExcludes: {
      message:
        "<workload> pulls <repositories> from <registry>, which the conditions on the grants of <principalId> leave out.",
      remediation: {
        text: "Add what it pulls to the condition of the grant, which the command shows (`az role assignment update`); assigning the same role there again would change nothing.",
        cli: "az role assignment list --scope <registryId> --include-inherited --assignee <holder>",
      },
    },
    denied: {
      message: "<workload> pulls from <registry>, but a deny assignment takes the pull away from <principalId>.",
      remediation: {
        text: "Have the owner of the deny assignment leave the identity out of it; a grant does not help.",
        cli: "az rest --method get --url <denialUrl>",
      },
    },
    otherTenant: {
      message: "<workload> pulls from <registry> with an identity of another tenant, which cannot be granted it.",
      remediation: {
        text: "Log in with a repository token for what it pulls, or with a service principal of the registry's tenant.",
        cli: "az acr token create --subscription <registrySubscription> --registry <registry> --name <tokenName> --repository <repository> content/read metadata/read --no-passwords",
      },
    },
    notAssigned: {
      message: "<workload> is to pull from <registry> as <configured>, which is not assigned to this <kind>.",
      remediation: {
        text: "Assign an identity that holds <roleWords> to the <kind>, and configure that one.",
        cli: "az resource show --ids <workloadId> --query identity",
      },
    },
    withoutLogin: {
      message: "<workload> pulls from <registry> as nobody: it is configured to log in to <loginsConfiguredFor>.",
      remediation: {
        text: "Correct the image if it names the wrong registry; else configure an identity that holds <roleWords> on this one for the pull.",
        cli: "az resource show --ids <workloadId>",
      },
    },
  },
  statements: {
    canPull: "<workload> can log in to <registry> and pull.",
    judgedElsewhere: "<workload> logs in to <registry> in a way that another rule judges.",
    noneNeeded: "<workload> needs no registry that this rule judges.",
  },
  references: [
    "https://learn.microsoft.com/azure/container-apps/managed-identity-image-pull",
    "https://learn.microsoft.com/azure/container-instances/using-azure-container-registry-mi",
    "https://learn.microsoft.com/azure/app-service/configure-custom-container",
    "https://learn.microsoft.com/azure/container-registry/container-registry-rbac-built-in-roles-overview",
    "https://learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions",
    "https://learn.microsoft.com/azure/role-based-access-control/deny-assignments",
  ],

  evaluate: ({ puller, needs }, { now }) => {
    if (puller.kind === "aks" || needs.length === 0)
      return [{ outcome: "notApplicable", statement: "noneNeeded", evidence: { workload: puller.name } }];
    return needs.map((need) => {
      const about = need.registryId.toLowerCase();
      const unknown = { outcome: "unknown", ...(about !== "" && { about }) } as const;
      if (!need.registry.known) return { ...unknown, gaps: [need.registry.gap] };

      const registry = need.registry.value;
      const { reason, answer, identity, facts, assignmentIds, gaps, remedy } = canLogIn(
        { puller, need, now },
        registry,
      );
      const shared = workloadEvidence(puller, need);
      if (answer === "allow" && reason !== "admin-user")
        return { outcome: "pass", statement: "canPull", about, evidence: shared };
      if (answer === "unknown" && reason !== "password-not-visible") {
        const [gap, ...more] = gaps;
        const detail = `${shared.workload} and ${need.registryName}: ${reason}`;
        return { ...unknown, gaps: [gap ?? { fact: "login", reason: "notFound", detail }, ...more] };
      }
      const failure = failureOf[reason];
      if (failure === undefined || identity.fault === "taskDefault")
        return { outcome: "notApplicable", statement: "judgedElsewhere", about, evidence: shared };
      const evidence = {
        ...shared,
        ...facts,
        assignmentIds,
        ...pullRole(registry.roleAssignmentMode),
        mode: reason === "abac-ignores-role" ? "ABAC" : "legacy",
        loginServer: registry.loginServer,
        principalId: typeof facts.principalId === "string" ? facts.principalId : "the identity",
        ignoredRoles: list(facts.ignoredRoles),
        repositories: need.repositories ?? [],
        configured: list(facts.configured),
        loginsConfiguredFor: list(facts.loginsConfiguredFor, "no registry at all"),
        denialUrl: `${assignmentIds[0] ?? need.registryId}?api-version=2022-04-01`,
        holder: holderOf(need, assignmentIds) ?? facts.principalId ?? "PRINCIPAL_ID",
        registrySubscription: registry.subscriptionId,
        tokenName: `${shared.resource}-pull`,
        repository: need.repositories?.[0] ?? "REPOSITORY",
      };
      const severity = puller.kind === "mlWorkspace" ? "medium" : "high";
      const remediation = remedy && { remediation: remedy };
      const failed = { outcome: "fail", failure, about, severity, evidence, ...remediation } as const;
      return failed; // a literal would be compared with every failure as if it were a statement, too
    });
  },
});

/** Who was given the first of these assignments: the identity itself, or a group. */
function holderOf({ grants }: RegistryNeed, [id]: readonly string[]): string | undefined {
  return grants.known ? grants.value.find((grant) => grant.id === id)?.principalId : undefined;
}

function list(value: unknown, none?: string): readonly string[] {
  const items = Array.isArray(value) ? value.map(String) : [];
  return items.length === 0 && none !== undefined ? [none] : items;
}

const failures = {
  "no-grant": "noGrant",
  "not-attached": "noGrant",
  "granted-to-other-identity": "otherIdentityGranted",
  "abac-ignores-role": "roleIgnored",
  "legacy-ignores-role": "roleIgnored",
  "condition-excludes-repository": "conditionExcludes",
  "denied-by-deny-assignment": "denied",
  "other-tenant": "otherTenant",
  "identity-not-assigned": "notAssigned",
  "no-credential": "withoutLogin",
} as const satisfies Readonly<Record<WorkloadFault, string>>;

/** Nothing for what rules of their own report. */
const failureOf: Partial<Readonly<Record<PullReason, (typeof failures)[WorkloadFault]>>> = failures;
