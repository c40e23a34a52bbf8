import type { PullerKind, PullIdentity } from "./facts.ts";
import { reasons as networkReasons, type ReachabilityReason } from "./network/reason.ts";
import { type Reason as PermissionReason, reasons as permissionReasons } from "./permission.ts";

export type PullVerdict = "allow" | "deny" | "unknown";

/** Why a puller can or cannot pull, beyond what permissions and the network say. */
const ownReasons = {
  "anonymous-pull": ["allow", "It logs in as nobody, and the registry lets everybody pull."],
  "own-task": ["allow", "The registry is in legacy mode, in which its own tasks may pull without a grant."],

  "token-allowed": [
    "allow",
    "It logs in with a repository token that is enabled, has a password that is valid, and whose scope map allows it.",
  ],
  "admin-user": ["allow", "It logs in as the admin user, which is enabled and may do everything."],

  "not-attached": [
    "deny",
    "The cluster is not attached: the identity that its nodes pull with has no grant on the registry.",
  ],
  "granted-to-other-identity": ["deny", "Another identity of the workload has the grant; the one that pulls has none."],
  "not-its-registry": [
    "deny",
    "The workload is not known to need this registry and has no grant on it, but can pull from another: the image reference may name the wrong one.",
  ],
  "no-credential": ["deny", "Nothing is configured to log in with, and the registry refuses anonymous pulls."],
  "identity-not-assigned": ["deny", "The identity that is configured for the pull is not assigned to the workload."],
  "identity-not-on-nodes": [
    "deny",
    "Scale sets of the cluster lack the kubelet identity, so their nodes cannot use it.",
  ],
  "admin-user-disabled": ["deny", "It logs in as the admin user, which is disabled."],
  "token-missing": ["deny", "The registry has no repository token of the name that it logs in with."],
  "token-disabled": ["deny", "The repository token that it logs in with is disabled."],
  "token-expired": ["deny", "The repository token that it logs in with has no password that is valid now."],
  "scope-map-excludes-repository": ["deny", "The scope map of its repository token does not allow it."],
  "credential-set-unhealthy": [
    "deny",
    "The registry that caches says itself that the credential set which it logs in with does not work.",
  ],
  "principal-disabled": [
    "deny",
    "The service principal that it logs in as is disabled, so nobody gets a token for it.",
  ],
  "principal-deleted": ["deny", "The service principal that it logs in as does not exist any more."],
  "credential-expired": ["deny", "The service principal that pulls has no credential that is valid now."],
  "arm-audience-refused": [
    "deny",
    "It logs in with a token made for Azure Resource Manager, which the registry refuses.",
  ],

  "registry-not-visible": ["unknown", "The registry could not be read."],
  "identity-not-known": ["unknown", "Who pulls could not be made out."],
  "nodes-not-known": ["unknown", "Whether the nodes of the cluster can use the identity could not be read."],
  "needs-not-known": ["unknown", "Which registries the workload needs could not be read; only a report says this."],
  "token-not-known": ["unknown", "The repository token that it logs in with could not be read."],
  "password-not-visible": [
    "unknown",
    "It logs in with a user name and a password that Azure does not show, so who it is cannot be told.",
  ],
} as const satisfies Record<string, readonly [PullVerdict, string]>;

type OwnReason = keyof typeof ownReasons;
type BlockingReason = Exclude<
  ReachabilityReason,
  "public-open" | "ip-allowed" | "subnet-allowed" | "private-endpoint" | "trusted-service"
>;

/** The one word of an answer. The list is closed; `docs/can-pull.md` is made from it. */
export type PullReason = OwnReason | PermissionReason | BlockingReason;

export interface ReasonMeaning {
  readonly reason: PullReason;
  readonly answer: PullVerdict;
  readonly meaning: string;
}

const fromPermission = Object.entries(permissionReasons).map(([reason, [answer, meaning]]) => ({
  reason: reason as PermissionReason,
  answer,
  meaning,
}));

const fromNetwork = Object.entries(networkReasons).flatMap(([reason, [verdict, meaning]]): ReasonMeaning[] =>
  verdict === "reachable"
    ? []
    : [{ reason: reason as BlockingReason, answer: verdict === "unknown" ? "unknown" : "deny", meaning }],
);

const own = Object.entries(ownReasons).map(([reason, [answer, meaning]]) => ({
  reason: reason as OwnReason,
  answer,
  meaning,
}));

/** Every reason with its answer and its meaning; those that allow first, those that leave it open last. */
export const pullReasons: readonly ReasonMeaning[] = (["allow", "deny", "unknown"] as const).flatMap((answer) =>
  [...fromPermission, ...own, ...fromNetwork].filter((one) => one.answer === answer),
);

const meanings = new Map(pullReasons.map((one) => [one.reason, one]));

export function meaningOf(reason: PullReason): ReasonMeaning {
  const found = meanings.get(reason);
  if (!found) throw new Error(`${reason} is no reason of the list`);
  return found;
}

/** The rule of the catalog that reports the same of a sweep; none where nothing is wrong with what is there. */
export function rulesFor(reason: PullReason, kind: PullerKind, fault?: PullIdentity["fault"]): readonly string[] {
  if (blockingReasons.has(reason)) return ["registry-out-of-reach"];
  const rule = rulesByReason[reason];
  if (rule === undefined) return [];
  if (rule !== "workload-cannot-pull") return [rule];
  if (kind === "aks") return ["kubelet-cannot-pull"];
  return [fault === "taskDefault" ? "task-without-source-identity" : rule];
}

const blockingReasons: ReadonlySet<PullReason> = new Set(
  fromNetwork.flatMap(({ reason, answer }) => (answer === "deny" ? [reason] : [])),
);

type Denying<Table> = {
  [Name in keyof Table]: Table[Name] extends readonly ["deny", string] ? Name : never;
}[keyof Table];

/** Why a login is refused, or what it is for. */
type RefusedLogin = Exclude<Denying<typeof ownReasons> | Denying<typeof permissionReasons>, "not-its-registry">;

const reporting = {
  "no-grant": "workload-cannot-pull",
  "not-attached": "workload-cannot-pull",
  "granted-to-other-identity": "workload-cannot-pull",
  "abac-ignores-role": "workload-cannot-pull",
  "legacy-ignores-role": "workload-cannot-pull",
  "denied-by-deny-assignment": "workload-cannot-pull",
  "condition-excludes-repository": "workload-cannot-pull",
  "other-tenant": "workload-cannot-pull",
  "no-credential": "workload-cannot-pull",
  "identity-not-assigned": "workload-cannot-pull",
  "identity-not-on-nodes": "node-pool-lacks-kubelet-identity",
  "admin-user-disabled": "admin-user-still-used",
  "credential-expired": "puller-principal-unusable",
  "principal-deleted": "puller-principal-unusable",
  "principal-disabled": "puller-principal-unusable",
  "credential-set-unhealthy": "cache-credential-unhealthy",
  "token-missing": "puller-token-refused",
  "token-disabled": "puller-token-refused",
  "token-expired": "puller-token-refused",
  "scope-map-excludes-repository": "puller-token-refused",
  "arm-audience-refused": "arm-audience-refused-for-consumer",
} as const satisfies Readonly<Record<RefusedLogin, string>>;

const rulesByReason: Partial<Readonly<Record<PullReason, string>>> = reporting;

/** What the rule about workloads, and for clusters the one about kubelet identities, has to say. */
export type WorkloadFault = {
  [Name in RefusedLogin]: (typeof reporting)[Name] extends "workload-cannot-pull" ? Name : never;
}[RefusedLogin];
