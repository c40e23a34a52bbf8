import type { Collected, Gap } from "./collected.ts";
import type { Denial, Grant, Permissions, Registry, RoleAssignmentMode } from "./facts.ts";
import { sameId } from "./resource-id.ts";
import { covers } from "./scope.ts";

const provider = "Microsoft.ContainerRegistry/registries";

/**
 * What Azure asks for, by the registry's mode. In legacy mode pull and push are control-plane actions, which is why
 * Owner and Reader pull; in ABAC mode they are data actions, which `*` in `actions` never matches.
 * https://learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions
 */
const wanted = {
  pull: {
    LegacyRegistryPermissions: `${provider}/pull/read`,
    AbacRepositoryPermissions: `${provider}/repositories/content/read`,
  },
  push: {
    LegacyRegistryPermissions: `${provider}/push/write`,
    AbacRepositoryPermissions: `${provider}/repositories/content/write`,
  },
} as const;

/** Control-plane actions that change a registry or hand out its credentials. */
const manageActions = [
  `${provider}/write`,
  `${provider}/listCredentials/action`,
  `${provider}/generateCredentials/action`,
  `${provider}/tokens/write`,
] as const;

export type Operation = keyof typeof wanted;

/** One question: can a principal pull from, or push to, a registry? */
export interface PermissionQuestion {
  readonly operation: Operation;
  readonly registry: Pick<Registry, "id" | "roleAssignmentMode">;
  /** Management groups above the registry's subscription, by name. */
  readonly ancestors: readonly string[];
  readonly principalId: string;
  /** Grants to the principal and to the groups it is in. */
  readonly grants: readonly Grant[];
  /** Grants to groups of which it is not known whether the principal is in them. */
  readonly unreadGroups: readonly Grant[];
  readonly denials: Collected<readonly Denial[]>;
}

export interface PermissionAnswer {
  readonly answer: "allow" | "deny" | "unknown";
  /** Grants that allow. */
  readonly by: readonly Grant[];
  /** Grants that would allow if the registry were in the other mode. */
  readonly ignored: readonly Grant[];
  /** What would have to be known for a certain answer. */
  readonly gaps: readonly Gap[];
}

/** Decides from actions, never from role names: custom roles and wildcards come out right. */
export function decide(question: PermissionQuestion): PermissionAnswer {
  const { roleAssignmentMode } = question.registry;
  if (roleAssignmentMode !== undefined) return decideInMode(question, roleAssignmentMode);

  const legacy = decideInMode(question, "LegacyRegistryPermissions");
  const abac = decideInMode(question, "AbacRepositoryPermissions");
  if (legacy.answer === abac.answer) {
    const by = [...new Set([...legacy.by, ...abac.by])];
    return { answer: legacy.answer, by, ignored: [], gaps: [...legacy.gaps, ...abac.gaps] };
  }
  const detail = `${question.registry.id} did not say its role assignment mode, and the answer depends on it`;
  return {
    answer: "unknown",
    by: [],
    ignored: [],
    gaps: [{ fact: "roleAssignmentMode", reason: "malformed", detail }],
  };
}

function decideInMode(question: PermissionQuestion, mode: RoleAssignmentMode): PermissionAnswer {
  const { registry, ancestors, operation } = question;
  const inScope = (grant: Grant) => covers(grant.scope, registry.id, ancestors);
  const allows = (grant: Grant) => grant.role.known && permits(grant.role.value.permissions, operation, mode);
  const otherMode = mode === "LegacyRegistryPermissions" ? "AbacRepositoryPermissions" : "LegacyRegistryPermissions";

  const grants = question.grants.filter(inScope);
  const unconditional = grants.filter((grant) => allows(grant) && grant.condition === undefined);
  const ignored = grants.filter(
    (grant) => grant.role.known && !allows(grant) && permits(grant.role.value.permissions, operation, otherMode),
  );

  if (unconditional.length > 0) {
    const gaps = denialGaps(question, mode);
    return { answer: gaps.length > 0 ? "unknown" : "allow", by: unconditional, ignored, gaps };
  }
  const gaps = [
    ...grants.filter((grant) => allows(grant)).map(conditionGap),
    ...[...grants, ...question.unreadGroups.filter(inScope)].flatMap(({ role }) => (role.known ? [] : [role.gap])),
    ...question.unreadGroups.filter((grant) => inScope(grant) && allows(grant)).map(groupGap),
  ];
  return { answer: gaps.length > 0 ? "unknown" : "deny", by: [], ignored, gaps };
}

function conditionGap(grant: Grant): Gap {
  return {
    fact: "condition",
    reason: "malformed",
    detail: `${grant.id} has a condition that is not evaluated: ${grant.condition ?? ""}`,
  };
}

function groupGap(grant: Grant): Gap {
  return {
    fact: "groupMembers",
    reason: "forbidden",
    detail: `the members of group ${grant.principalId} could not be read; ${grant.id} would allow`,
  };
}

/** Deny assignments that may take the permission away, or the reason they are not known. */
function denialGaps(
  { denials, registry, ancestors, principalId, operation }: PermissionQuestion,
  mode: RoleAssignmentMode,
): readonly Gap[] {
  if (!denials.known) return [denials.gap];
  return denials.value
    .filter(({ scope, appliesToChildScopes }) =>
      appliesToChildScopes ? covers(scope, registry.id, ancestors) : sameId(scope, registry.id),
    )
    .filter((denial) => permits(denial.permissions, operation, mode))
    .filter(({ excludedPrincipals }) => !excludedPrincipals.some(({ id }) => sameId(id, principalId)))
    .filter(
      ({ everyone, principals }) =>
        everyone || principals.some(({ id, type }) => sameId(id, principalId) || mayBeGroup(type)),
    )
    .map(({ id, name }) => ({
      fact: "denyAssignments",
      reason: "malformed",
      detail: `deny assignment ${name} (${id}) may take the permission away`,
    }));
}

/** Whose members are not known here; a type that was not said may be one. */
function mayBeGroup(type: string): boolean {
  return !/^(?:user|serviceprincipal)$/i.test(type);
}

function permits(blocks: readonly Permissions[], operation: Operation, mode: RoleAssignmentMode): boolean {
  const action = wanted[operation][mode];
  return mode === "AbacRepositoryPermissions" ? allowsDataAction(blocks, action) : allowsAction(blocks, action);
}

/** What a role's permissions allow on registries, whatever the mode. */
export interface Powers {
  readonly pull: { readonly legacy: boolean; readonly abac: boolean };
  readonly push: { readonly legacy: boolean; readonly abac: boolean };
  readonly manage: boolean;
}

export function powersOf(blocks: readonly Permissions[]): Powers {
  const both = (operation: Operation) => ({
    legacy: permits(blocks, operation, "LegacyRegistryPermissions"),
    abac: permits(blocks, operation, "AbacRepositoryPermissions"),
  });
  return {
    pull: both("pull"),
    push: both("push"),
    manage: manageActions.some((action) => allowsAction(blocks, action)),
  };
}

/** The least built-in role that lets a principal pull, by the registry's mode. */
export function pullRole(mode: RoleAssignmentMode | undefined): string {
  return mode === "AbacRepositoryPermissions" ? "Container Registry Repository Reader" : "AcrPull";
}

/** `notActions` takes from its own block only; another block or role may still give the action. */
function allowsAction(blocks: readonly Permissions[], action: string): boolean {
  return blocks.some(({ actions, notActions }) => anyMatches(actions, action) && !anyMatches(notActions, action));
}

function allowsDataAction(blocks: readonly Permissions[], action: string): boolean {
  return blocks.some(
    ({ dataActions, notDataActions }) => anyMatches(dataActions, action) && !anyMatches(notDataActions, action),
  );
}

function anyMatches(patterns: readonly string[], action: string): boolean {
  return patterns.some((pattern) => matches(pattern, action));
}

const compiled = new Map<string, RegExp>();

/** Azure's only wildcard is `*`, which matches any run of characters; names ignore case. */
function matches(pattern: string, action: string): boolean {
  let expression = compiled.get(pattern);
  if (expression === undefined) {
    const source = pattern
      .split("*")
      .map((literal) => literal.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
      .join(".*");
    expression = new RegExp(`^${source}$`, "i");
    compiled.set(pattern, expression);
  }
  return expression.test(action);
}
