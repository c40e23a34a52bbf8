import { canLogIn } from "../core/can-pull.ts";
import type { PullerKind, RegistryNeed } from "../core/facts.ts";
import { pullRole } from "../core/permission.ts";
import type { PullReason } from "../core/pull-reason.ts";
import { defineRule } from "../core/rule.ts";
import { workloadEvidence } from "../core/workload-evidence.ts";

const grantPull =
  "az role assignment create --assignee-object-id <principalId> --assignee-principal-type ServicePrincipal --role <role> --scope <registryId>";

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
      remediation: { text: "Assign <role> on the registry to the identity.", cli: grantPull },
    },
    roleIgnored: {
      message: "<workload> pulls from <registry>, which is in <mode> mode and ignores <ignoredRoles> of <principalId>.",
      remediation: { text: "Assign <role> on the registry to the identity.", cli: grantPull },
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
      message:
        "<workload> pulls from <registry> with a managed identity of another tenant, which cannot be granted it.",
      remediation: {
        text: "Log in with a repository token for what it pulls, or with a service principal of the registry's tenant.",
        cli: "az acr token create --subscription <registrySubscription> --registry <registry> --name <tokenName> --repository <repository> content/read metadata/read --no-passwords",
      },
    },
    appNotAssigned: {
      message: "<workload> is to pull from <registry> as <configured>, which is not assigned to it.",
      remediation: {
        text: "Assign an identity that holds <role> to the app, and name that identity in its registry settings.",
        cli: "az containerapp identity assign --subscription <subscription> --resource-group <group> --name <resource> --user-assigned <configured>",
      },
    },
    jobNotAssigned: {
      message: "<workload> is to pull from <registry> as <configured>, which is not assigned to the job.",
      remediation: {
        text: "Assign an identity that holds <role> to the job, and name that identity in its registry settings.",
        cli: "az containerapp job identity assign --subscription <subscription> --resource-group <group> --name <resource> --user-assigned <configured>",
      },
    },
    appWithoutIdentity: {
      message: "<workload> is to pull from <registry> as <configured>, which it does not have.",
      remediation: {
        text: "Turn the identity of the app on, and assign it <role> on the registry.",
        cli: "az containerapp identity assign --subscription <subscription> --resource-group <group> --name <resource> --system-assigned",
      },
    },
    jobWithoutIdentity: {
      message: "<workload> is to pull from <registry> as <configured>, which the job does not have.",
      remediation: {
        text: "Turn the identity of the job on, and assign it <role> on the registry.",
        cli: "az containerapp job identity assign --subscription <subscription> --resource-group <group> --name <resource> --system-assigned",
      },
    },
    siteWithoutIdentity: {
      message: "<workload> is to pull from <registry> as <configured>, which the app does not have.",
      remediation: {
        text: "Turn the identity of the app on, and assign it <role> on the registry.",
        cli: "az webapp identity assign --ids <workloadId>",
      },
    },
    siteNotAssigned: {
      message: "<workload> is to pull from <registry> as <configured>, which is not assigned to the app.",
      remediation: {
        text: "Name the client id of an assigned identity that holds <role>, or none for the app's own identity.",
        cli: "az resource update --ids <configId> --set properties.acrUserManagedIdentityID=<assignedClientId>",
      },
    },
    notAssigned: {
      message: "<workload> is to pull from <registry> as <configured>, which is not assigned to this <kind>.",
      remediation: {
        text: "Assign an identity that holds <role> to the <kind>, and configure that one.",
        cli: "az resource show --ids <workloadId> --query identity",
      },
    },
    appWithoutLogin: {
      message:
        "<workload> pulls from <registry>, but its registry settings name <loginsConfiguredFor>: it pulls as nobody.",
      remediation: {
        text: "Correct the image if it names the wrong registry; else add this one with an identity that holds <role>.",
        cli: "az containerapp registry set --subscription <subscription> --resource-group <group> --name <resource> --server <loginServer> --identity system",
      },
    },
    jobWithoutLogin: {
      message:
        "<workload> pulls from <registry>, but the job's registry settings name <loginsConfiguredFor>: it pulls as nobody.",
      remediation: {
        text: "Correct the image if it names the wrong registry; else add this one with an identity that holds <role>.",
        cli: "az containerapp job registry set --subscription <subscription> --resource-group <group> --name <resource> --server <loginServer> --identity system",
      },
    },
    groupWithoutLogin: {
      message:
        "<workload> pulls from <registry>, but its registry credentials name <loginsConfiguredFor>: it pulls as nobody.",
      remediation: {
        text: "Correct the image if it names the wrong registry; else deploy the group again with `--acr-identity` of an identity that holds <role>.",
        cli: "az container export --subscription <subscription> --resource-group <group> --name <resource> --file group.yaml",
      },
    },
    withoutLogin: {
      message: "<workload> pulls from <registry>, but nothing is configured to log in with: it pulls as nobody.",
      remediation: {
        text: "Configure an identity that holds <role> on the registry for the pull.",
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
      const { reason, answer, facts, assignmentIds, gaps } = canLogIn({ puller, need, now }, registry);
      const shared = workloadEvidence(puller, need);
      if (answer === "allow" && reason !== "admin-user")
        return { outcome: "pass", statement: "canPull", about, evidence: shared };
      const [gap, ...more] = gaps;
      if (elsewhere.includes(reason) || (reason === "no-credential" && puller.kind === "acrTask"))
        return { outcome: "notApplicable", statement: "judgedElsewhere", about, evidence: shared };
      if (answer === "unknown") {
        const detail = `${puller.name} and ${need.registryName}: ${reason}`;
        return { ...unknown, gaps: [gap ?? { fact: "login", reason: "notFound", detail }, ...more] };
      }
      const mode = registry.roleAssignmentMode === "AbacRepositoryPermissions" ? "ABAC" : "legacy";
      const named = list(facts.configured);
      const evidence = {
        ...shared,
        ...facts,
        assignmentIds,
        role: pullRole(registry.roleAssignmentMode),
        mode,
        loginServer: registry.loginServer,
        principalId: typeof facts.principalId === "string" ? facts.principalId : "the identity",
        ignoredRoles: list(facts.ignoredRoles),
        repositories: need.repositories ?? [],
        configured: named,
        loginsConfiguredFor: list(facts.loginsConfiguredFor, "none"),
        denialUrl: `${assignmentIds[0] ?? need.registryId}?api-version=2022-04-01`,
        holder: holderOf(need, assignmentIds) ?? facts.principalId ?? "PRINCIPAL_ID",
        registrySubscription: registry.subscriptionId,
        tokenName: `${shared.resource}-pull`,
        repository: need.repositories?.[0] ?? "REPOSITORY",
        configId: `${puller.id}/config/web`,
        assignedClientId: need.identity?.clientId || "null",
      };
      // one evidence fills every failure, of which there are more than the compiler compares one by one
      const failure = failureFor(reason, puller.kind, named) as "noGrant";
      const severity = puller.kind === "mlWorkspace" ? "medium" : "high";
      return { outcome: "fail", failure, about, severity, evidence };
    });
  },
});

/** Rules of their own say these. */
const elsewhere: readonly PullReason[] = [
  "admin-user",
  "admin-user-disabled",
  "password-not-visible",
  "arm-audience-refused",
  "credential-expired",
  "principal-deleted",
  "principal-disabled",
  "credential-set-unhealthy",
  "token-missing",
  "token-disabled",
  "token-expired",
  "scope-map-excludes-repository",
];

/** Who was given the first of these assignments: the identity itself, or a group. */
function holderOf({ grants }: RegistryNeed, [id]: readonly string[]): string | undefined {
  return grants.known ? grants.value.find((grant) => grant.id === id)?.principalId : undefined;
}

function list(value: unknown, none?: string): readonly string[] {
  const items = Array.isArray(value) ? value.map(String) : [];
  return items.length === 0 && none !== undefined ? [none] : items;
}

type FailureName =
  | "noGrant"
  | "roleIgnored"
  | "conditionExcludes"
  | "denied"
  | "otherTenant"
  | "appNotAssigned"
  | "jobNotAssigned"
  | "appWithoutIdentity"
  | "jobWithoutIdentity"
  | "siteWithoutIdentity"
  | "siteNotAssigned"
  | "notAssigned"
  | "appWithoutLogin"
  | "jobWithoutLogin"
  | "groupWithoutLogin"
  | "withoutLogin";

const byReason: Partial<Readonly<Record<PullReason, FailureName>>> = {
  "abac-ignores-role": "roleIgnored",
  "legacy-ignores-role": "roleIgnored",
  "condition-excludes-repository": "conditionExcludes",
  "denied-by-deny-assignment": "denied",
  "other-tenant": "otherTenant",
};

const withoutAssignment: Partial<Readonly<Record<PullerKind, FailureName>>> = {
  containerApp: "appNotAssigned",
  containerAppJob: "jobNotAssigned",
  webApp: "siteNotAssigned",
  functionApp: "siteNotAssigned",
  webAppSlot: "siteNotAssigned",
};

/** A slot has none here: its command would take another argument. */
const withoutOwn: Partial<Readonly<Record<PullerKind, FailureName>>> = {
  containerApp: "appWithoutIdentity",
  containerAppJob: "jobWithoutIdentity",
  webApp: "siteWithoutIdentity",
  functionApp: "siteWithoutIdentity",
};

const withoutEntry: Partial<Readonly<Record<PullerKind, FailureName>>> = {
  containerApp: "appWithoutLogin",
  containerAppJob: "jobWithoutLogin",
  containerGroup: "groupWithoutLogin",
};

function failureFor(reason: PullReason, kind: PullerKind, configured: readonly string[]): FailureName {
  if (reason === "identity-not-assigned") {
    // an identity that is named by an id can be assigned; one in words is the workload's own, or its environment's
    if (!configured.some((one) => /\s/.test(one))) return withoutAssignment[kind] ?? "notAssigned";
    const own = !configured.some((one) => one.includes("environment"));
    return (own ? withoutOwn[kind] : undefined) ?? "notAssigned";
  }
  if (reason === "no-credential") return withoutEntry[kind] ?? "withoutLogin";
  return byReason[reason] ?? "noGrant";
}
