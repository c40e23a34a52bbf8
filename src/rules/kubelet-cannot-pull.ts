import { bystanderThatMayPull } from "../core/bystander-that-may-pull.ts";
import type { RegistryNeed } from "../core/facts.ts";
import { learnedFrom } from "../core/learned-from.ts";
import { nodesPullAs } from "../core/nodes-pull-as.ts";
import { decide, type PermissionAnswer, pullRole } from "../core/permission.ts";
import { mayPull } from "../core/pull-permission.ts";
import type { PullReason } from "../core/pull-reason.ts";
import { grantPull } from "../core/remedy/grant/assign-role.ts";
import { loginRemedy } from "../core/remedy/login-remedy.ts";
import { defineRule } from "../core/rule.ts";

export const kubeletCannotPull = defineRule({
  id: "kubelet-cannot-pull",
  title: "Kubelet identity cannot pull",
  subject: "puller",
  severity: "high",
  category: "grants",
  needs: ["puller", "needs"],

  why: "Nodes pull with the cluster's kubelet identity. Without a pull permission the next new pod, node or scale-out fails with ImagePullBackOff and 401 Unauthorized, while pods that already run hide the fault.",
  failures: {
    noGrant: {
      message:
        "<cluster> needs <registry> (<learned>), but its <who> <principalId> has no grant that lets it pull.<contrast>",
      remediation: { text: "Assign <role> on the registry to the <who>.", cli: grantPull },
    },
    controlPlaneOnly: {
      message:
        "<cluster> needs <registry> (<learned>), but the pull grant is on its control-plane identity <controlPlaneId>; nodes pull with <principalId>.<contrast>",
      remediation: {
        text: "Assign <role> on the registry to the kubelet identity; the control-plane identity does not pull and needs none.",
        cli: grantPull,
      },
    },
    grantOnDeletedPrincipal: {
      message:
        "<cluster> needs <registry> (<learned>), but its service principal <principalId> has no grant; the one that is left there is of <orphans>, which does not exist any more and may be its former one.<contrast>",
      remediation: {
        text: "Assign <role> on the registry to the service principal that the cluster has now, and delete the assignment that is left (<orphanedGrants>).",
        cli: grantPull,
      },
    },
    ignoredInAbacMode: {
      message:
        "<cluster> needs <registry> (<learned>), which is in ABAC mode and ignores <ignoredRoles> of its <who> <principalId>.<contrast>",
      remediation: {
        text: "Assign <role> on the registry to the <who>; `az aks update --attach-acr` would assign AcrPull again.",
        cli: grantPull,
      },
    },
    ignoredInLegacyMode: {
      message:
        "<cluster> needs <registry> (<learned>), which is in legacy mode and ignores <ignoredRoles> of its <who> <principalId>.<contrast>",
      remediation: { text: "Assign <role> on the registry to the <who>.", cli: grantPull },
    },
    excludedByCondition: {
      message:
        "<cluster> needs <registry> (<learned>), but the conditions on the grants of its <who> <principalId> leave out what it pulls.<contrast>",
      remediation: {
        text: "Add what the cluster pulls to the condition of the grant, which the command shows (`az role assignment update`); assigning the same role there again would change nothing.",
        cli: "az role assignment list --scope <registryId> --include-inherited --assignee <holder>",
      },
    },
    otherTenant: {
      message:
        "<cluster> needs <registry> (<learned>), which is in tenant <registryTenant>; its <who> <principalId> belongs to tenant <ownTenant>, and no grant lets it cross tenants.",
      remediation: {
        text: "Pull with a repository token of the registry, kept as a pull secret, or with a multi-tenant service principal.",
        cli: "az acr token create --subscription <registrySubscription> --registry <registryName> --name <tokenName> --scope-map _repositories_pull --no-passwords",
      },
    },
    denied: {
      message:
        "<cluster> needs <registry> (<learned>), but the deny assignment <denial> takes the pull away from its <who> <principalId>, whatever it is granted.<contrast>",
      remediation: {
        text: "Have the owner of the deny assignment, mostly a deployment stack or a managed application, leave the <who> out of it; a grant does not help.",
        cli: "az rest --method get --url <denialUrl>",
      },
    },
  },
  statements: {
    canPull: "<cluster> can pull from <registry> by <grants>.",
    noneNeeded: "<cluster> is not known to need any registry.",
    notACluster: "<cluster> is no cluster.",
    principalGone: "<cluster> pulls from <registry> as a service principal that is gone, which another rule judges.",
  },
  references: [
    "https://learn.microsoft.com/azure/aks/cluster-container-registry-integration",
    "https://learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions",
    "https://learn.microsoft.com/azure/container-registry/container-registry-rbac-built-in-roles-directory-reference",
    "https://learn.microsoft.com/azure/role-based-access-control/deny-assignments",
    "https://learn.microsoft.com/azure/container-registry/authenticate-aks-cross-tenant",
  ],

  evaluate: ({ puller, needs }, { now }) => {
    if (puller.kind !== "aks")
      return [{ outcome: "notApplicable", statement: "notACluster", evidence: { cluster: puller.name } }];
    if (needs.length === 0) {
      return [{ outcome: "notApplicable", statement: "noneNeeded", evidence: { cluster: puller.name } }];
    }
    return needs.map((need) => {
      const about = need.registryId.toLowerCase();
      // without an id nothing of this cluster may be taken for fixed: the name may stand for any of its findings
      const unknown = { outcome: "unknown", ...(about !== "" && { about }) } as const;
      const { principalId } = puller.identity;
      if (puller.identity.fault === "deleted") {
        const evidence = { cluster: puller.name, registry: need.registryName };
        return { outcome: "notApplicable", statement: "principalGone", about, evidence };
      }
      if (!principalId.known) return { ...unknown, gaps: [principalId.gap] };
      if (!need.registry.known) return { ...unknown, gaps: [need.registry.gap] };
      if (!need.grants.known) return { ...unknown, gaps: [need.grants.gap] };

      const registry = need.registry.value;
      const ask = (grants: RegistryNeed["bystanderGrants"], id: string): PermissionAnswer =>
        decide({ ...need, operation: "pull", registry, principalId: id, grants });
      const managedIdentity = puller.identity.kind === "managedIdentity";
      const who = { principalId: principalId.value, managedIdentity, grants: need.grants.value };
      const { answer, reason, by, ignored, excluded, denials, gaps } = mayPull(need, registry, who, now);
      const [gap, ...more] = gaps;
      const shared = { cluster: puller.name, clusterId: puller.id, registry: need.registryName };
      if (answer === "allow") {
        const grants = by.map((grant) => grant.id);
        return { outcome: "pass", statement: "canPull", about, evidence: { ...shared, grants } };
      }
      if (gap !== undefined && answer === "unknown") return { ...unknown, gaps: [gap, ...more] };

      const remediationOf = (word: PullReason, grantIds: readonly string[] = []) => {
        const remediation = loginRemedy(word, puller, need, grantIds);
        return remediation && { remediation };
      };
      const others = need.others
        .filter((other) => ask(other.grants, principalId.value).answer === "allow")
        .map(({ name }) => name)
        .slice(0, 3);
      const evidence = {
        ...shared,
        registryId: need.registryId,
        principalId: principalId.value,
        who: nodesPullAs(puller.identity),
        learned: need.learned.map((source) => learnedFrom[source]),
        role: pullRole(registry.roleAssignmentMode),
        mode: registry.roleAssignmentMode ?? "not said",
        clustersThatCan: others,
        contrast: others.length > 0 ? ` ${others.join(", ")} can.` : "",
      };
      if (reason === "other-tenant") {
        const { principal: ownTenant = "", registry: registryTenant = "" } = need.tenants ?? {};
        const { name: registryName, subscriptionId: registrySubscription } = registry;
        const tokenName = `${puller.name}-pull`;
        const foreign = { ...evidence, ownTenant, registryTenant, registryName, registrySubscription, tokenName };
        const more = { about, evidence: foreign, ...remediationOf(reason) };
        return { outcome: "fail", failure: "otherTenant", severity: "critical", ...more };
      }
      const [denial] = denials;
      if (denial !== undefined) {
        const denialUrl = `${denial.id}?api-version=2022-04-01`;
        const denied = { ...evidence, denial: denial.name, denials: denials.map(({ id }) => id), denialUrl };
        return { outcome: "fail", failure: "denied", about, evidence: denied };
      }
      const [without] = excluded;
      if (without !== undefined) {
        const { condition = "", principalId: holder } = without;
        const leftOut = { ...evidence, condition, holder, excludedGrants: excluded.map(({ id }) => id) };
        const remediation = remediationOf(reason, leftOut.excludedGrants);
        return { outcome: "fail", failure: "excludedByCondition", about, evidence: leftOut, ...remediation };
      }
      if (ignored.length > 0) {
        const ignoredRoles = [...new Set(ignored.map(({ role }) => (role.known ? role.value.name : "a role")))];
        const ignoring = { ...evidence, ignoredRoles, ignoredGrants: ignored.map(({ id }) => id) };
        return registry.roleAssignmentMode === "AbacRepositoryPermissions"
          ? { outcome: "fail", failure: "ignoredInAbacMode", about, evidence: ignoring, ...remediationOf(reason) }
          : { outcome: "fail", failure: "ignoredInLegacyMode", about, evidence: ignoring, ...remediationOf(reason) };
      }
      const left = need.orphanedGrants ?? [];
      if (left.some((grant) => ask([grant], grant.principalId).by.length > 0)) {
        const orphans = [...new Set(left.map((grant) => grant.principalId))];
        const former = { ...evidence, orphans, orphanedGrants: left.map(({ id }) => id) };
        return { outcome: "fail", failure: "grantOnDeletedPrincipal", about, evidence: former };
      }
      const bystander = bystanderThatMayPull(puller, need, registry);
      return bystander === undefined
        ? { outcome: "fail", failure: "noGrant", about, evidence, ...remediationOf("not-attached") }
        : {
            outcome: "fail",
            failure: "controlPlaneOnly",
            about,
            evidence: { ...evidence, controlPlaneId: bystander.principalId },
          };
    });
  },
});
