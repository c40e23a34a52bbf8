import { bystanderThatMayPull } from "../core/bystander-that-may-pull.ts";
import type { Grant, Puller, PullIdentity, Registry, RegistryNeed } from "../core/facts.ts";
import { learnedFrom } from "../core/learned-from.ts";
import { nodesPullAs } from "../core/nodes-pull-as.ts";
import { decide, type PermissionAnswer, pullRole } from "../core/permission.ts";
import { mayPull } from "../core/pull-permission.ts";
import type { PullReason } from "../core/pull-reason.ts";
import { grantPull } from "../core/remedy/grant/assign-role.ts";
import { loginRemedy } from "../core/remedy/login-remedy.ts";
import { defineRule, type Judgement } from "../core/rule.ts";

const failures = {
  noGrant: {
    message:
      "<cluster> needs <registry> (<learned>), but its <who> <principalId> has no grant that lets it pull.<contrast>",
    remediation: { text: "Assign <roleWords> on the registry to the <who>.", cli: grantPull },
  },
  controlPlaneOnly: {
    message:
      "<cluster> needs <registry> (<learned>), but the pull grant is on its control-plane identity <controlPlaneId>; nodes pull with <principalId>.<contrast>",
    remediation: {
      text: "Assign <roleWords> on the registry to the kubelet identity; the control-plane identity does not pull and needs none.",
      cli: grantPull,
    },
  },
  grantOnDeletedPrincipal: {
    message:
      "<cluster> needs <registry> (<learned>), but its service principal <principalId> has no grant; the one that is left there is of <orphans>, which does not exist any more and may be its former one.<contrast>",
    remediation: {
      text: "Assign <roleWords> on the registry to the service principal that the cluster has now, and delete the assignment that is left (<orphanedGrants>).",
      cli: grantPull,
    },
  },
  ignoredInAbacMode: {
    message:
      "<cluster> needs <registry> (<learned>), which is in ABAC mode and ignores <ignoredRoles> of its <who> <principalId>.<contrast>",
    remediation: {
      text: "Assign <roleWords> on the registry to the <who>; `az aks update --attach-acr` would assign AcrPull again.",
      cli: grantPull,
    },
  },
  ignoredInLegacyMode: {
    message:
      "<cluster> needs <registry> (<learned>), which is in legacy mode and ignores <ignoredRoles> of its <who> <principalId>.<contrast>",
    remediation: { text: "Assign <roleWords> on the registry to the <who>.", cli: grantPull },
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
      text: "Pull with a repository token of the registry, kept as a pull secret, or with a multitenant service principal.",
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
} as const;

const statements = {
  canPull: "<cluster> can pull from <registry> by <grants>.",
  noneNeeded: "<cluster> is not known to need any registry.",
  notACluster: "<cluster> is no cluster.",
  principalGone: "<cluster> pulls from <registry> as a service principal that is gone, which another rule judges.",
} as const;

export const kubeletCannotPull = defineRule({
  id: "kubelet-cannot-pull",
  title: "Kubelet identity cannot pull",
  subject: "puller",
  severity: "high",
  category: "grants",
  needs: ["puller", "needs"],

  why: "Nodes pull with the cluster's kubelet identity. Without a pull permission the next new pod, node or scale-out fails with ImagePullBackOff and 401 Unauthorized, while pods that already run hide the fault.",
  failures,
  statements,
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
    if (needs.length === 0)
      return [{ outcome: "notApplicable", statement: "noneNeeded", evidence: { cluster: puller.name } }];
    return needs.map((need) => judge(puller, need, now));
  },
});

type Judged = Judgement<typeof failures, typeof statements>;

function judge(puller: Puller, need: RegistryNeed, now: Date): Judged {
  const about = need.registryId.toLowerCase();
  const identity = need.identity ?? puller.identity;
  const shared = { cluster: puller.name, clusterId: puller.id, registry: need.registryName };
  if (identity.fault === "deleted")
    return { outcome: "notApplicable", statement: "principalGone", about, evidence: shared };

  // without an id nothing of this cluster may be taken for fixed: the name may stand for any of its findings
  const unknown = { outcome: "unknown", ...(about !== "" && { about }) } as const;
  const { principalId } = identity;
  if (!principalId.known) return { ...unknown, gaps: [principalId.gap] };
  if (!need.registry.known) return { ...unknown, gaps: [need.registry.gap] };
  if (!need.grants.known) return { ...unknown, gaps: [need.grants.gap] };

  const registry = need.registry.value;
  const managedIdentity = identity.kind === "managedIdentity";
  const who = { principalId: principalId.value, managedIdentity, grants: need.grants.value };
  const answer = mayPull(need, registry, who, now);
  const [gap, ...more] = answer.gaps;
  if (answer.answer === "allow")
    return {
      outcome: "pass",
      statement: "canPull",
      about,
      evidence: { ...shared, grants: answer.by.map(({ id }) => id) },
    };
  if (gap !== undefined && answer.answer === "unknown") return { ...unknown, gaps: [gap, ...more] };
  return refusal({ puller, need, identity, registry, principalId: principalId.value, answer });
}

interface Refused {
  readonly puller: Puller;
  readonly need: RegistryNeed;
  readonly identity: PullIdentity;
  readonly registry: Registry;
  readonly principalId: string;
  readonly answer: PermissionAnswer;
}

function refusal(refused: Refused): Judged {
  const { need, registry } = refused;
  const { reason, ignored, excluded, denials } = refused.answer;
  const about = need.registryId.toLowerCase();
  const evidence = evidenceOf(refused);
  if (reason === "other-tenant") {
    const foreign = { about, evidence: { ...evidence, ...foreignIn(refused) }, ...remediationOf(refused, reason) };
    return { outcome: "fail", failure: "otherTenant", severity: "critical", ...foreign };
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
    const remediation = remediationOf(refused, reason);
    return { outcome: "fail", failure: "excludedByCondition", about, evidence: leftOut, ...remediation };
  }
  if (ignored.length > 0) {
    const ignoredRoles = [...new Set(ignored.map(({ role }) => (role.known ? role.value.name : "a role")))];
    const ignoring = { ...evidence, ignoredRoles, ignoredGrants: ignored.map(({ id }) => id) };
    const inAbacMode = registry.roleAssignmentMode === "AbacRepositoryPermissions";
    const failure = inAbacMode ? "ignoredInAbacMode" : "ignoredInLegacyMode";
    return { outcome: "fail", failure, about, evidence: ignoring, ...remediationOf(refused, reason) };
  }
  return withoutGrant(refused, evidence);
}

function withoutGrant(refused: Refused, evidence: ReturnType<typeof evidenceOf>): Judged {
  const { puller, need, registry } = refused;
  const about = need.registryId.toLowerCase();
  const left = need.orphanedGrants ?? [];
  if (left.some((grant) => ask(refused, [grant], grant.principalId).by.length > 0)) {
    const orphans = [...new Set(left.map((grant) => grant.principalId))];
    const former = { ...evidence, orphans, orphanedGrants: left.map(({ id }) => id) };
    return { outcome: "fail", failure: "grantOnDeletedPrincipal", about, evidence: former };
  }
  const bystander = bystanderThatMayPull(puller, need, registry);
  if (bystander === undefined)
    return { outcome: "fail", failure: "noGrant", about, evidence, ...remediationOf(refused, "not-attached") };
  const onOther = { ...evidence, controlPlaneId: bystander.principalId };
  return { outcome: "fail", failure: "controlPlaneOnly", about, evidence: onOther };
}

function evidenceOf(refused: Refused) {
  const { puller, need, identity, registry, principalId } = refused;
  const clustersThatCan = need.others
    .filter((other) => ask(refused, other.grants, principalId).answer === "allow")
    .map(({ name }) => name)
    .slice(0, 3);
  return {
    cluster: puller.name,
    clusterId: puller.id,
    registry: need.registryName,
    registryId: need.registryId,
    principalId,
    who: nodesPullAs(identity),
    learned: need.learned.map((source) => learnedFrom[source]),
    ...pullRole(registry.roleAssignmentMode),
    mode: registry.roleAssignmentMode ?? "not said",
    clustersThatCan,
    contrast: clustersThatCan.length > 0 ? ` ${clustersThatCan.join(", ")} can.` : "",
  };
}

function foreignIn({ puller, need, registry }: Refused) {
  const { principal: ownTenant = "", registry: registryTenant = "" } = need.tenants ?? {};
  const { name: registryName, subscriptionId: registrySubscription } = registry;
  return { ownTenant, registryTenant, registryName, registrySubscription, tokenName: `${puller.name}-pull` };
}

/** What others could do with these grants. */
function ask({ need, registry }: Refused, grants: readonly Grant[], principalId: string): PermissionAnswer {
  return decide({ ...need, operation: "pull", registry, principalId, grants });
}

function remediationOf({ puller, need }: Refused, word: PullReason) {
  const remediation = loginRemedy(word, puller, need);
  return remediation && { remediation };
}
