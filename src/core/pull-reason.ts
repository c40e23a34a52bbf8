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

  "not-attached": ["deny", "The cluster is not attached: its kubelet identity has no grant on the registry."],
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

const verdictOfPermission = (reason: PermissionReason): PullVerdict => {
  if (reason === "allowed" || reason === "allowed-with-condition") return "allow";
  return reason.endsWith("-not-known") || reason === "repository-not-named" || reason === "condition-not-understood"
    ? "unknown"
    : "deny";
};

const fromPermission = Object.entries(permissionReasons).map(([reason, meaning]) => {
  const word = reason as PermissionReason;
  return { reason: word, answer: verdictOfPermission(word), meaning };
});

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

/** Rules of the catalog that report the same of a sweep. */
export function rulesFor(reason: PullReason, kind: string): readonly string[] {
  if (grantReasons.has(reason)) return [kind === "aks" ? "kubelet-cannot-pull" : "workload-cannot-pull"];
  return ruleIds[reason] ?? (blockingReasons.has(reason) ? ["registry-out-of-reach"] : []);
}

const blockingReasons: ReadonlySet<PullReason> = new Set(
  fromNetwork.flatMap(({ reason, answer }) => (answer === "deny" ? [reason] : [])),
);

const grantReasons: ReadonlySet<PullReason> = new Set<PullReason>([
  "not-attached",
  "granted-to-other-identity",
  "no-grant",
  "abac-ignores-role",
  "legacy-ignores-role",
  "denied-by-deny-assignment",
  "condition-excludes-repository",
  "other-tenant",
  "no-credential",
  "identity-not-assigned",
]);

const ruleIds: Partial<Readonly<Record<PullReason, readonly string[]>>> = {
  "identity-not-on-nodes": ["node-pool-lacks-kubelet-identity"],
  "admin-user-disabled": ["admin-user-still-used"],
  "credential-expired": ["principal-credential-expired"],
  "principal-deleted": ["puller-principal-unusable"],
  "principal-disabled": ["puller-principal-unusable"],
  "credential-set-unhealthy": ["cache-credential-unhealthy"],
  "token-missing": ["puller-token-refused"],
  "token-disabled": ["puller-token-refused"],
  "token-expired": ["puller-token-refused"],
  "scope-map-excludes-repository": ["puller-token-refused"],
  "arm-audience-refused": ["arm-audience-refused-for-consumer"],
};
