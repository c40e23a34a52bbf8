import type { Collected, Gap } from "./collected.ts";
import { describeRepositories, type RepositoryPattern } from "./condition/repositories.ts";
import { type ConditionQuestion, type ConditionVerdict, judgeCondition } from "./condition.ts";
import { type Denied, deniedBy } from "./denied.ts";
import type { Denial, Grant, Membership, Registry, RoleAssignmentMode } from "./facts.ts";
import { actionOf, names, type Operation, permits } from "./powers.ts";
import { type Propagation, propagationOf } from "./propagation.ts";
import { sameId } from "./resource-id.ts";
import { covers } from "./scope.ts";

export { type Powers, powersOf } from "./powers.ts";

/** One question: can a principal pull from, push to or delete in a registry, or one of its repositories? */
export interface PermissionQuestion {
  readonly operation: Operation;
  readonly registry: Pick<Registry, "id" | "roleAssignmentMode">;
  /** Left out, the question is about all repositories: what conditions allow of them only in part is not an answer. */
  readonly repository?: string;
  /** Management groups above the registry's subscription, by name. */
  readonly ancestors: readonly string[];
  readonly principalId: string;
  /** A managed identity's groups take a day to count. */
  readonly managedIdentity?: boolean;
  /** Tenants of the principal and of the registry's subscription, where both are known. */
  readonly tenants?: { readonly principal: string; readonly registry: string };
  /** Grants to the principal and to the groups it is in. */
  readonly grants: readonly Grant[];
  /** Grants to groups of which it is not known whether the principal is in them. */
  readonly unreadGroups: readonly Grant[];
  readonly denials: Collected<readonly Denial[]>;
  /** Other groups of which it is known whether the principal is in them. */
  readonly memberships?: readonly Membership[];
  /** What is not a grant yet, or none that Azure lists: named in the answer, never counted. */
  readonly notCounted?: readonly NotCounted[];
  /** Left out, nothing is said of grants that are still propagating. */
  readonly now?: Date;
}

/** Something like a grant, by which nobody pulls as long as it stays what it is. */
export interface NotCounted {
  readonly id: string;
  /** A role that a person may activate, or one delegated to another tenant. */
  readonly kind: "eligible" | "delegated";
  readonly roleName: string;
}

/** Why the answer is what it is: one word from a closed list, with the answer and what it means. */
export const reasons = {
  allowed: ["allow", "A grant allows it."],
  "allowed-with-condition": [
    "allow",
    "Only grants with conditions allow it, and the condition is true of what was asked.",
  ],
  "no-grant": ["deny", "No grant at or above the registry allows it."],
  "abac-ignores-role": ["deny", "The registry is in ABAC mode and ignores the roles that are granted."],
  "legacy-ignores-role": ["deny", "The registry is in legacy mode and ignores the roles that are granted."],
  "denied-by-deny-assignment": ["deny", "A deny assignment takes it away, whatever is granted."],
  "condition-excludes-repository": [
    "deny",
    "The only grants that would allow it have conditions that are false of what was asked.",
  ],
  "other-tenant": ["deny", "The identity belongs to another tenant than the registry."],
  "repository-not-named": ["unknown", "It is allowed for some repositories only, and the question names none."],
  "condition-not-understood": ["unknown", "It depends on a condition, or a part of one, that cannot be evaluated."],
  "mode-not-known": ["unknown", "The registry did not say its role assignment mode, and the answer depends on it."],
  "grants-not-known": ["unknown", "The grants could not be read."],
  "role-not-known": ["unknown", "It depends on a role definition that could not be read."],
  "groups-not-known": ["unknown", "It depends on the members of a group that could not be read."],
  "denials-not-known": ["unknown", "The deny assignments could not be read."],
} as const satisfies Record<string, readonly ["allow" | "deny" | "unknown", string]>;

export type Reason = keyof typeof reasons;

/** Something to know about an answer that does not change it. */
interface Note {
  readonly kind: "propagating" | "membershipUndated" | "wildcardCustomRole" | "notCounted" | "auditOnlyDenial";
  readonly text: string;
}

export interface PermissionAnswer {
  readonly answer: "allow" | "deny" | "unknown";
  readonly reason: Reason;
  /** Ids of the role and deny assignments that the answer rests on. */
  readonly evidence: readonly string[];
  /** Grants that allow. */
  readonly by: readonly Grant[];
  /** Grants that would allow if the registry were in the other mode. */
  readonly ignored: readonly Grant[];
  /** Grants whose condition is false of what was asked. */
  readonly excluded: readonly Grant[];
  /** Deny assignments that take it away. */
  readonly denials: readonly Denial[];
  /** Repositories that conditional grants allow, where the question names none and they can be read off. */
  readonly repositories: readonly RepositoryPattern[];
  /** Grants that Azure may not know everywhere yet; empty when another that allows is older. */
  readonly propagating: readonly Propagation[];
  /** What would have to be known for a certain answer. */
  readonly gaps: readonly Gap[];
  readonly notes: readonly Note[];
}

const nothing = {
  evidence: [],
  by: [],
  ignored: [],
  excluded: [],
  denials: [],
  repositories: [],
  propagating: [],
  gaps: [],
  notes: [],
} as const;

/**
 * Decides from actions, conditions and deny assignments, never from role names.
 *
 * More grants never make a deny of an allow; only a deny assignment does. What is not known, or not understood, is
 * `unknown` where it would matter, and never an allow.
 */
export function decide(question: PermissionQuestion): PermissionAnswer {
  const { tenants, registry } = question;
  if (tenants && !sameId(tenants.principal, tenants.registry))
    return { ...nothing, answer: "deny", reason: "other-tenant", notes: notCountedIn(question) };
  if (registry.roleAssignmentMode !== undefined) return decideInMode(question, registry.roleAssignmentMode);

  const legacy = decideInMode(question, "LegacyRegistryPermissions");
  const abac = decideInMode(question, "AbacRepositoryPermissions");
  if (legacy.answer === abac.answer) return inEitherMode(legacy, abac);
  const detail = `${registry.id} did not say its role assignment mode, and the answer depends on it`;
  const gap: Gap = { fact: "roleAssignmentMode", reason: "malformed", detail };
  return { ...nothing, answer: "unknown", reason: "mode-not-known", gaps: [gap] };
}

/** The same for questions whose grants are known only perhaps: what they cannot help is a deny all the same. */
export function decideIfKnown(
  question: Omit<PermissionQuestion, "grants"> & { readonly grants: Collected<readonly Grant[]> },
): PermissionAnswer {
  const { grants, ...rest } = question;
  if (grants.known) return decide({ ...rest, grants: grants.value });
  const anything: Grant = { id: "", principalId: rest.principalId, principalType: "", scope: "/", role: grants };
  const answer = decide({ ...rest, grants: [anything] });
  if (answer.answer === "deny") return answer;
  return { ...nothing, answer: "unknown", reason: "grants-not-known", gaps: [grants.gap] };
}

function inEitherMode(legacy: PermissionAnswer, abac: PermissionAnswer): PermissionAnswer {
  const both = <T>(of: (answer: PermissionAnswer) => readonly T[]) => [...new Set([...of(legacy), ...of(abac)])];
  return {
    answer: legacy.answer,
    reason: legacy.answer === "deny" && legacy.reason.endsWith("ignores-role") ? abac.reason : legacy.reason,
    evidence: both(({ evidence }) => evidence),
    by: both(({ by }) => by),
    ignored: [],
    excluded: both(({ excluded }) => excluded),
    denials: both(({ denials }) => denials),
    repositories: abac.repositories,
    propagating: both(({ propagating }) => propagating),
    gaps: both(({ gaps }) => gaps),
    notes: both(({ notes }) => notes),
  };
}

interface Judged {
  readonly grant: Grant;
  readonly verdict: ConditionVerdict;
}

function decideInMode(question: PermissionQuestion, mode: RoleAssignmentMode): PermissionAnswer {
  const { operation, registry, ancestors, unreadGroups } = question;
  const request = requestOf(question, mode);
  const inScope = ({ scope }: Grant) => covers(scope, registry.id, ancestors);
  const permitting = ({ role }: Grant) => role.known && permits(role.value.permissions, operation, mode);
  const judge = (grant: Grant): Judged => ({ grant, verdict: verdictOf(grant, request) });

  const grants = question.grants.filter(inScope);
  const own = grants.filter(permitting).map(judge);
  const by = own.filter(({ verdict }) => verdict.truth === "true").map(({ grant }) => grant);
  const excluded = own.filter(({ verdict }) => verdict.truth === "false").map(({ grant }) => grant);
  const open = own.filter(({ verdict }) => verdict.truth === "unknown");
  const groups = unreadGroups.filter(inScope);
  const openGroups = groups
    .filter(permitting)
    .map(judge)
    .filter(({ verdict }) => verdict.truth !== "false");
  const unreadRoles = [...grants, ...groups].filter(
    (grant) => !grant.role.known && judge(grant).verdict.truth !== "false",
  );
  const otherMode = mode === "LegacyRegistryPermissions" ? "AbacRepositoryPermissions" : "LegacyRegistryPermissions";
  const ignored = grants.filter(
    (grant) => !permitting(grant) && grant.role.known && permits(grant.role.value.permissions, operation, otherMode),
  );

  const denied = deniedBy(question.denials, {
    ...{ registryId: registry.id, ancestors, operation, mode, request, principalId: question.principalId },
    memberships: [...(question.memberships ?? []), ...membershipsIn(question)],
  });
  const found = { ...nothing, ignored, excluded, notes: notesOn(question, mode, by, denied) };

  const hopeful = by.length + open.length + openGroups.length + unreadRoles.length > 0;
  if (hopeful && denied.truth === "true") {
    const evidence = denied.by.map(({ id }) => id);
    return { ...found, answer: "deny", reason: "denied-by-deny-assignment", evidence, by, denials: denied.by };
  }
  if (by.length > 0) {
    const evidence = by.map(({ id }) => id);
    const propagating = propagationIn(question, mode, by);
    if (denied.truth === "unknown")
      return { ...found, answer: "unknown", reason: reasonOf(denied), evidence, by, propagating, gaps: denied.gaps };
    const reason = by.every(({ condition }) => condition !== undefined) ? "allowed-with-condition" : "allowed";
    return { ...found, answer: "allow", reason, evidence, by, propagating };
  }
  if (hopeful) {
    const evidence = [...open, ...openGroups].map(({ grant }) => grant.id);
    const repositories = open.flatMap(({ verdict: { repositories: set } }) =>
      set?.kind === "some" ? set.patterns : [],
    );
    const gaps = [
      ...open.map(conditionGap),
      ...unreadRoles.flatMap(({ role }) => (role.known ? [] : [role.gap])),
      ...openGroups.map(({ grant }) => groupGap(grant)),
    ];
    return { ...found, answer: "unknown", reason: openReason(open, unreadRoles), evidence, repositories, gaps };
  }
  return { ...found, answer: "deny", ...denyReason(mode, ignored, excluded) };
}

/** Container Registry gives conditions the repository's name, and only in ABAC mode. */
function requestOf({ operation, repository }: PermissionQuestion, mode: RoleAssignmentMode): ConditionQuestion {
  const action = actionOf(operation, mode);
  if (mode === "LegacyRegistryPermissions") return { action };
  return { action, repository: repository === undefined ? { any: true } : repository.toLowerCase() };
}

function verdictOf(
  { condition: text, conditionVersion: version }: Grant,
  request: ConditionQuestion,
): ConditionVerdict {
  if (text === undefined) return { truth: "true" };
  return judgeCondition({ text, ...(version !== undefined && { version }) }, request);
}

/** A grant that counts for the principal but names another was made to a group that it is in. */
function membershipsIn({ grants, principalId }: PermissionQuestion): readonly Membership[] {
  return grants
    .filter((grant) => !sameId(grant.principalId, principalId))
    .map(({ principalId: groupId }) => ({ groupId, member: true }));
}

function denyReason(
  mode: RoleAssignmentMode,
  ignored: readonly Grant[],
  excluded: readonly Grant[],
): Pick<PermissionAnswer, "reason" | "evidence"> {
  const evidence = (grants: readonly Grant[]) => grants.map(({ id }) => id);
  if (excluded.length > 0) return { reason: "condition-excludes-repository", evidence: evidence(excluded) };
  if (ignored.length === 0) return { reason: "no-grant", evidence: [] };
  const reason = mode === "AbacRepositoryPermissions" ? "abac-ignores-role" : "legacy-ignores-role";
  return { reason, evidence: evidence(ignored) };
}

function openReason(open: readonly Judged[], unreadRoles: readonly Grant[]): Reason {
  if (open.some(({ verdict }) => verdict.problem === undefined)) return "repository-not-named";
  if (open.length > 0) return "condition-not-understood";
  return unreadRoles.length > 0 ? "role-not-known" : "groups-not-known";
}

function reasonOf({ gaps }: Denied): Reason {
  const facts = new Set(gaps.map(({ fact }) => fact));
  if (facts.has("condition")) return "condition-not-understood";
  if (facts.has("repository")) return "repository-not-named";
  return facts.has("groupMembers") ? "groups-not-known" : "denials-not-known";
}

function conditionGap({ grant, verdict: { problem, repositories } }: Judged): Gap {
  if (problem !== undefined) {
    const detail = `${grant.id} has a condition that could not be evaluated, because ${problem}: ${grant.condition}`;
    return { fact: "condition", reason: "malformed", detail };
  }
  const which =
    repositories?.kind === "some"
      ? `allows only the repositories ${describeRepositories(repositories.patterns)}`
      : `allows only some repositories: ${grant.condition}`;
  const detail = `${grant.id} ${which}; which are asked for is not known`;
  return { fact: "repository", reason: "notFound", detail };
}

function groupGap(grant: Grant): Gap {
  return {
    fact: "groupMembers",
    reason: "forbidden",
    detail: `the members of group ${grant.principalId} could not be read; ${grant.id} would allow`,
  };
}

/** Only where nothing older allows it too. */
function propagationIn(
  { now, principalId, managedIdentity = false }: PermissionQuestion,
  mode: RoleAssignmentMode,
  by: readonly Grant[],
): readonly Propagation[] {
  if (now === undefined) return [];
  const found = by.flatMap((grant) => {
    const throughGroup = managedIdentity && !sameId(grant.principalId, principalId);
    return propagationOf(grant, { now, throughGroup, dataAction: mode === "AbacRepositoryPermissions" }) ?? [];
  });
  return found.length === by.length ? found : [];
}

/**
 * Nobody shows since when an identity is in a group, and back ends remember a managed identity's groups for about a day.
 * https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/managed-identity-best-practice-recommendations
 */
function undatedMembership(
  { principalId, managedIdentity = false }: PermissionQuestion,
  by: readonly Grant[],
): readonly Note[] {
  const [grant] = by;
  if (!managedIdentity || grant === undefined || by.some((one) => sameId(one.principalId, principalId))) return [];
  const text = `since when the managed identity is in group ${grant.principalId}: joining one takes up to a day to count`;
  return [{ kind: "membershipUndated", text }];
}

function notesOn(
  question: PermissionQuestion,
  mode: RoleAssignmentMode,
  by: readonly Grant[],
  denied: Denied,
): readonly Note[] {
  const { operation } = question;
  const wildcard = by.filter(({ role }) => role.known && isWildcardRole(role.value, operation, mode));
  const propagating = propagationIn(question, mode, by);
  return [
    ...propagating.map(
      ({ grantId, why, until }): Note => ({ kind: "propagating", text: `${grantId}: ${why}, until ${until}` }),
    ),
    ...(propagating.length === 0 ? undatedMembership(question, by) : []),
    ...(wildcard.length === by.length ? wildcard : []).map(
      ({ id }): Note => ({
        kind: "wildcardCustomRole",
        text: `${id}: a custom role allows it by a wildcard only, which Container Registry does not promise to honour`,
      }),
    ),
    ...notCountedIn(question),
    ...denied.auditing.map(
      ({ id, name }): Note => ({ kind: "auditOnlyDenial", text: `${id}: deny assignment ${name} only logs this` }),
    ),
  ];
}

/** Only people activate. https://learn.microsoft.com/azure/role-based-access-control/pim-integration */
function notCountedIn({ notCounted = [] }: PermissionQuestion): readonly Note[] {
  return notCounted.map(({ id, kind, roleName }) => ({
    kind: "notCounted",
    text:
      kind === "eligible"
        ? `${id}: ${roleName} is eligible and grants nothing until it is activated, which only a person can do`
        : `${id}: ${roleName} is delegated to another tenant by Azure Lighthouse and is not counted`,
  }));
}

/**
 * A custom role that allows an operation only because a wildcard matches it.
 * https://learn.microsoft.com/azure/container-registry/container-registry-rbac-custom-roles
 */
export function isWildcardRole(
  role: { readonly custom?: boolean; readonly permissions: Parameters<typeof permits>[0] },
  operation: Operation,
  mode: RoleAssignmentMode,
): boolean {
  const { custom = false, permissions } = role;
  return custom && permits(permissions, operation, mode) && !names(permissions, operation, mode);
}

/** The least built-in role for an operation; commands take one alone, sentences name both where the mode was not said. */
export interface LeastRole<Role extends string = string> {
  readonly role: Role;
  readonly roleWords: string;
}

export type PullRole = "AcrPull" | "Container Registry Repository Reader";

/** The least built-in role that lets a principal pull, by the registry's mode. */
export function pullRole(mode: RoleAssignmentMode | undefined): LeastRole<PullRole> {
  return roleByMode(mode, "AcrPull", "Container Registry Repository Reader");
}

/** The same for a principal that pushes. */
export function pushRole(mode: RoleAssignmentMode | undefined): LeastRole {
  return roleByMode(mode, "AcrPush", "Container Registry Repository Writer");
}

/**
 * Where the mode was not said, the role for legacy mode, which is the default.
 * https://learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions
 */
function roleByMode<Role extends string>(mode: RoleAssignmentMode | undefined, legacy: Role, abac: Role) {
  if (mode === undefined) return { role: legacy, roleWords: `${legacy} (${abac} in ABAC mode)` };
  const role = mode === "AbacRepositoryPermissions" ? abac : legacy;
  return { role, roleWords: role };
}
