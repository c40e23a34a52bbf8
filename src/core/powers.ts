import type { Permissions, RoleAssignmentMode } from "./facts.ts";
import { actionPattern, type Wildcard, wildcardMatches } from "./wildcard.ts";

const provider = "Microsoft.ContainerRegistry/registries";

/**
 * What Azure asks for, by the registry's mode. In legacy mode these are control-plane actions, which is why Owner and
 * Reader pull; in ABAC mode they are data actions, which `*` in `actions` never matches.
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
  delete: {
    LegacyRegistryPermissions: `${provider}/artifacts/delete`,
    AbacRepositoryPermissions: `${provider}/repositories/content/delete`,
  },
} as const;

export type Operation = keyof typeof wanted;

export const operations = ["pull", "push", "delete"] as const satisfies readonly Operation[];

/** Data actions on repositories, which conditions can restrict. */
const repositoryActions = ["content", "metadata"].flatMap((part) =>
  ["read", "write", "delete"].map((verb) => `${provider}/repositories/${part}/${verb}`),
);

const signAction = `${provider}/sign/write`;
const catalogAction = `${provider}/catalog/read`;
const delegateAction = "Microsoft.Authorization/roleAssignments/write";

/** Control-plane actions that change a registry or hand out its credentials. */
const manageActions = [
  `${provider}/write`,
  `${provider}/listCredentials/action`,
  `${provider}/generateCredentials/action`,
  `${provider}/tokens/write`,
] as const;

/** Actions that hand out registry access which no grant shows: new token passwords, and builds with the registry's own access. */
const mintActions = [`${provider}/generateCredentials/action`] as const;
const taskActions = [`${provider}/scheduleRun/action`, `${provider}/tasks/write`] as const;

export function actionOf(operation: Operation, mode: RoleAssignmentMode): string {
  return wanted[operation][mode];
}

/** Whether role permissions allow an operation. Decides from actions, so custom roles and wildcards come out right. */
export function permits(blocks: readonly Permissions[], operation: Operation, mode: RoleAssignmentMode): boolean {
  const action = actionOf(operation, mode);
  return mode === "AbacRepositoryPermissions" ? allowsDataAction(blocks, action) : allowsAction(blocks, action);
}

/** The same, but only where no wildcard stands in for the operation's own action. */
export function names(blocks: readonly Permissions[], operation: Operation, mode: RoleAssignmentMode): boolean {
  return permits(withoutWildcards(blocks), operation, mode);
}

/** The repository data actions that role permissions allow. */
export function repositoryActionsOf(blocks: readonly Permissions[]): readonly string[] {
  return repositoryActions.filter((action) => allowsDataAction(blocks, action));
}

/** What a role's permissions allow on registries, whatever the mode. */
export interface Powers {
  readonly pull: InEachMode;
  readonly push: InEachMode;
  readonly delete: InEachMode;
  /** Signs images, in legacy mode. */
  readonly sign: boolean;
  /** Lists repositories, in ABAC mode. */
  readonly catalog: boolean;
  readonly manage: boolean;
  /** Gives roles to others, and so to itself. */
  readonly delegate: boolean;
  /** Makes passwords for repository tokens. */
  readonly mint: boolean;
  /** Runs builds, which act with the registry's own access in legacy mode. */
  readonly runTasks: boolean;
}

interface InEachMode {
  readonly legacy: boolean;
  readonly abac: boolean;
}

export function powersOf(blocks: readonly Permissions[]): Powers {
  const both = (operation: Operation) => ({
    legacy: permits(blocks, operation, "LegacyRegistryPermissions"),
    abac: permits(blocks, operation, "AbacRepositoryPermissions"),
  });
  return {
    pull: both("pull"),
    push: both("push"),
    delete: both("delete"),
    sign: allowsAction(blocks, signAction),
    catalog: allowsDataAction(blocks, catalogAction),
    manage: manageActions.some((action) => allowsAction(blocks, action)),
    delegate: allowsAction(blocks, delegateAction),
    mint: mintActions.some((action) => allowsAction(blocks, action)),
    runTasks: taskActions.some((action) => allowsAction(blocks, action)),
  };
}

/** The powers that a role was given by name, not swept up by a wildcard. */
export function namedPowersOf(blocks: readonly Permissions[]): Powers {
  return powersOf(withoutWildcards(blocks));
}

/** Drops what is granted by wildcard, and keeps what is taken away by one. */
function withoutWildcards(blocks: readonly Permissions[]): readonly Permissions[] {
  const literal = (pattern: string) => !pattern.includes("*");
  return blocks.map((block) => ({
    ...block,
    actions: block.actions.filter(literal),
    dataActions: block.dataActions.filter(literal),
  }));
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
  return patterns.some((pattern) => matches(pattern, action.toLowerCase()));
}

const read = new Map<string, Wildcard>();
const readLimit = 100_000;

function matches(text: string, action: string): boolean {
  if (!text.includes("*")) return text.length === action.length && text.toLowerCase() === action;
  let pattern = read.get(text);
  if (pattern === undefined) {
    if (read.size >= readLimit) read.clear();
    pattern = actionPattern(text);
    read.set(text, pattern);
  }
  return wildcardMatches(pattern, action);
}
