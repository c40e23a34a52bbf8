import { askingAs } from "./asking-as.ts";
import { bystanderThatMayPull } from "./bystander-that-may-pull.ts";
import { type Collected, type Gap, missing } from "./collected.ts";
import type { Learned, Puller, PullIdentity, Registry, RegistryNeed } from "./facts.ts";
import { parseImage } from "./image-reference.ts";
import { learnedFrom } from "./learned-from.ts";
import type { Vantage } from "./network/vantage.ts";
import { noValidCredential } from "./no-valid-credential.ts";
import type { NotCounted, PermissionAnswer } from "./permission.ts";
import { mayPullIfKnown } from "./pull-permission.ts";
import { meaningOf, type PullReason, type PullVerdict, rulesFor } from "./pull-reason.ts";
import { isRestricted, reach } from "./reachability.ts";
import { loginRemedy } from "./remedy/login-remedy.ts";
import { type PullRemedy, remedyFor } from "./remedy/remedy-for.ts";
import { sameId } from "./resource-id.ts";
import type { Evidence } from "./rule.ts";
import { throughToken } from "./token-login.ts";
import { asksArmToken } from "./workload.ts";
import { workloadName } from "./workload-evidence.ts";

/** One question: can a workload pull from a registry, or one repository of it? */
export interface PullQuestion {
  readonly puller: Puller;
  readonly need: RegistryNeed;
  readonly vantage: Collected<Vantage>;
  /** Left out, the repositories that its images name; all of them where it names none. */
  readonly repository?: string;
  readonly now: Date;
  /**
   * Other registries that the pulling identity was granted. A gap where the list of grants could not be read: then it is
   * not known either what the workload's other identities were granted.
   */
  readonly elsewhere?: Collected<readonly Elsewhere[]>;
  /** What is like a grant of the pulling identity and is none; left out, nothing is said of it. */
  readonly notCounted?: NotCountedGrants;
}

interface Elsewhere {
  readonly registry: string;
  readonly grantId: string;
}

export interface NotCountedGrants {
  readonly grants: readonly NotCounted[];
  /** What could not be asked of it, in words. */
  readonly notChecked: readonly string[];
}

/** Its JSON is a published shape: fields are added, never renamed. */
export interface PullAnswer {
  readonly schemaVersion: "1.0";
  readonly answer: PullVerdict;
  readonly reason: PullReason;
  readonly message: string;
  readonly puller: { readonly id: string; readonly name: string; readonly kind: Puller["kind"] };
  readonly registry: { readonly id: string; readonly name: string; readonly loginServer?: string };
  readonly repositories: readonly string[];
  readonly identity: { readonly kind: PullIdentity["kind"]; readonly principalId?: string; readonly userName?: string };
  readonly learned: readonly Learned[];
  readonly evidence: {
    /** Role and deny assignments that the answer rests on. */
    readonly assignmentIds: readonly string[];
    /** Rules of the catalog that report the same. */
    readonly ruleIds: readonly string[];
    readonly facts: Evidence;
  };
  /** Other reasons for the same or a worse answer, which come up once this one is gone. */
  readonly also: readonly PullReason[];
  /** What speaks against the answer, in sentences. */
  readonly contradicting: readonly string[];
  readonly notChecked: readonly string[];
  /** What would have to be known for a certain answer. */
  readonly gaps: readonly Gap[];
  readonly remedy?: PullRemedy;
}

/**
 * Decides from configuration alone, without touching the workload, the registry's data or a secret.
 *
 * The network comes first, as in a pull: no grant helps whose traffic does not arrive. Then who logs in, then what that
 * one is granted. What is unknown is never an allow.
 */
export function canPull(question: PullQuestion): PullAnswer {
  const { need } = question;
  if (!need.registry.known) {
    return answerOf(question, [{ reason: "registry-not-visible", gaps: [need.registry.gap] }], undefined);
  }
  const asked: Asked = {
    ...question,
    registry: need.registry.value,
    identity: need.identity ?? question.puller.identity,
  };
  return answerOf(asked, [throughNetwork(asked), ...throughLogin(asked)], asked);
}

/** The same without the network: who logs in, and what that one is granted. The registry has to be known. */
export function canLogIn(question: Omit<PullQuestion, "vantage">, registry: Registry): LoginAnswer {
  const { need, puller } = question;
  const vantage = missing({ fact: "vantage", reason: "notFound", detail: "not asked" });
  const identity = need.identity ?? puller.identity;
  const [first] = throughLogin({ ...question, vantage, registry, identity });
  if (first?.reason === undefined) throw new Error(`nothing was said of how ${puller.id} logs in to ${registry.id}`);
  const { reason, assignmentIds = [], facts = {}, gaps = [] } = first;
  const { answer } = meaningOf(reason);
  const remedy = answer === "deny" ? loginRemedy(reason, puller, need, facts) : undefined;
  return { reason, answer, identity, assignmentIds, facts, gaps, ...(remedy && { remedy }) };
}

export interface LoginAnswer {
  readonly reason: PullReason;
  readonly answer: PullVerdict;
  readonly identity: PullIdentity;
  readonly assignmentIds: readonly string[];
  readonly facts: Evidence;
  readonly gaps: readonly Gap[];
  readonly remedy?: PullRemedy;
}

interface Asked extends PullQuestion {
  readonly registry: Registry;
  readonly identity: PullIdentity;
}

/** One part of an answer. Without a reason it stands in nobody's way. */
interface Part {
  readonly reason?: PullReason;
  readonly assignmentIds?: readonly string[];
  readonly facts?: Evidence;
  readonly contradicting?: readonly string[];
  readonly notChecked?: readonly string[];
  readonly gaps?: readonly Gap[];
}

function throughNetwork({ registry, need, vantage, identity, puller }: Asked): Part {
  if (!vantage.known) {
    const open = need.network.settings.known && !isRestricted(need.network.settings.value);
    return open ? {} : { reason: "network-not-known", gaps: [vantage.gap] };
  }
  const found = reach({ registry, network: need.network, vantage: askingAs(vantage.value, puller, identity) });
  const { reason, evidence, contradicting, notChecked, gaps } = found;
  const way = { network: reason, ...evidence };
  if (found.answer === "reachable") return { facts: way, contradicting, notChecked };
  return { reason: found.reason, facts: way, contradicting, notChecked, gaps };
}

/** What stands in the way of the login, and behind it what the one who logs in is granted. */
function throughLogin(asked: Asked): readonly Part[] {
  const parts = asConfigured(asked);
  const refused = parts.some(({ reason }) => reason !== undefined && meaningOf(reason).answer === "deny");
  return refused && mayUseAdmin(asked) ? [perhapsAsAdmin(asked)] : parts;
}

/**
 * A workspace uses its identity with a registry that has no admin user; with one that has, Azure does not show which.
 * https://learn.microsoft.com/azure/machine-learning/how-to-identity-based-service-authentication
 */
function mayUseAdmin({ puller, registry }: Asked): boolean {
  return puller.kind === "mlWorkspace" && registry.adminUserEnabled;
}

function perhapsAsAdmin({ puller, registry }: Asked): Part {
  const detail = `${puller.name} may log in as the admin user of ${registry.name}, which is enabled; its own identity could not pull`;
  return { reason: "identity-not-known", gaps: [{ fact: "identity", reason: "notFound", detail }] };
}

function asConfigured(asked: Asked): readonly Part[] {
  const { identity } = asked;
  const { principalId, kind } = identity;
  const barred = atTheDoor(asked);
  const named = kind === "managedIdentity" || kind === "servicePrincipal";
  if (!named || !principalId.known) {
    const next = kind === "managedIdentity" && identity.fault !== undefined ? withoutToken(asked) : undefined;
    return [barred ?? { reason: "identity-not-known", gaps: gapsOf(identity) }, ...(next ? [next] : [])];
  }
  return [barred, asPrincipal(asked, principalId.value), ofNodes(asked)].filter((part) => part !== undefined);
}

function gapsOf({ principalId }: PullIdentity): readonly Gap[] {
  return principalId.known ? [] : [principalId.gap];
}

/** Whoever logs in as no principal is judged here to the end; of others what keeps them from logging in. */
function atTheDoor(asked: Asked): Part | undefined {
  const { identity, registry } = asked;
  const { fault, kind, configured = [] } = identity;
  const gaps = gapsOf(identity);
  if (fault === "taskDefault") return asOwnTask(registry);
  if (fault === "unhealthy") return { reason: "credential-set-unhealthy", facts: vaultFacts(identity) };
  if (fault === "deleted") return { reason: "principal-deleted", facts: { clientId: identity.clientId } };
  if (fault === "disabled") return { reason: "principal-disabled", facts: { clientId: identity.clientId } };
  if (fault === "notAssigned") {
    const contradicting = identity.resourceId === undefined ? [] : gaps.map(({ detail }) => `${detail}.`);
    return { reason: "identity-not-assigned", facts: { configured }, contradicting };
  }
  if (fault === "unclear") return { reason: "identity-not-known", gaps };
  if (kind === "anonymous") {
    return registry.anonymousPull
      ? { reason: "anonymous-pull" }
      : { reason: "no-credential", facts: { loginsConfiguredFor: configured } };
  }
  if (kind === "adminUser") {
    const facts = { userName: identity.userName ?? "" };
    return registry.adminUserEnabled
      ? { reason: "admin-user", facts, notChecked: [rightPassword] }
      : { reason: "admin-user-disabled", facts };
  }
  if (kind === "repositoryToken" && identity.token) {
    const repositories = repositoriesOf(asked.repository, asked.need);
    const whole = asked.puller.kind === "connectedRegistry"; // it asks for what its scope map allows and no more
    return { ...throughToken(identity.token, repositories, asked.now, whole), notChecked: [rightPassword] };
  }
  if (kind === "repositoryToken") return { reason: "token-not-known", gaps };
  if (kind === "unknown") return { reason: "password-not-visible", gaps, facts: vaultFacts(identity) };
  return kind === "servicePrincipal" ? withoutCredential(asked) : withoutToken(asked);
}

/** Whose right to read a key vault the login depends on. */
function vaultFacts({ vaultLogin }: PullIdentity): Evidence {
  if (vaultLogin === undefined) return {};
  const { name, principalId, vaults } = vaultLogin;
  return { credentialSet: name, vaults, ...(principalId !== "" && { vaultReader: principalId }) };
}

/** What a workload keeps as its password is a secret, which is never asked for. */
const rightPassword = "whether the password that the workload has is one that is valid";

function asOwnTask({ roleAssignmentMode, id }: Registry): Part {
  if (roleAssignmentMode === "LegacyRegistryPermissions") return { reason: "own-task" };
  if (roleAssignmentMode !== undefined) return { reason: "no-credential", facts: { mode: roleAssignmentMode } };
  const detail = `${id} did not say its role assignment mode, and the answer depends on it`;
  return { reason: "mode-not-known", gaps: [{ fact: "roleAssignmentMode", reason: "malformed", detail }] };
}

/** A service principal logs in with a secret or a certificate, which ends. */
function withoutCredential({ identity, now }: Asked): Part | undefined {
  if (!identity.credentials?.known) return undefined;
  const none = noValidCredential(identity.credentials.value, now);
  if (none === undefined) return undefined;
  const { expired, next } = none;
  return {
    reason: "credential-expired",
    facts: {
      clientId: identity.clientId,
      ...(expired && { expiredOn: expired.endsOn }),
      ...(next && { validFrom: next.startsOn }),
    },
  };
}

/** A managed identity logs in with a token that the nodes get, and that the registry takes. */
function withoutToken({ identity, registry, puller }: Asked): Part | undefined {
  const lacking = poolsWithout(puller, identity);
  if (lacking.length > 0) return { reason: "identity-not-on-nodes", facts: { pools: lacking } };
  if (registry.takesArmTokens.value || !asksArmToken(puller)) return undefined;
  return { reason: "arm-audience-refused", facts: { oldPools: puller.armTokenPools ?? [] } };
}

/** What is not known of the nodes on which an identity logs in: whether they carry it, and for which tokens they ask. */
function ofNodes({ identity, registry, puller }: Asked): Part | undefined {
  if (identity.kind !== "managedIdentity") return undefined;
  const { id, nodePools, unseenPools = [], undatedNodes } = puller;
  const unseen = unseenPools.filter(({ ofScaleSet }) => ofScaleSet).map(({ name }) => name);
  const unnamed = nodePools?.known && nodePools.value.length > 0 && identity.resourceId === undefined;
  const open = [
    ...(unseen.length > 0 ? [`no scale set of the pools ${unseen.join(", ")} of ${id} is visible`] : []),
    ...(unnamed ? [`${id} does not say the id of its kubelet identity`] : []),
  ];
  const gaps: readonly Gap[] = [
    ...(nodePools?.known === false ? [nodePools.gap] : []),
    ...open.map((detail) => ({ fact: "nodePools", reason: "notFound", detail }) as const),
    ...(undatedNodes && !registry.takesArmTokens.value ? [undatedNodes] : []),
  ];
  return gaps.length > 0 ? { reason: "nodes-not-known", gaps } : undefined;
}

function uncheckedLogin({ identity, puller }: Asked): readonly string[] {
  if (identity.kind === "servicePrincipal") {
    const kept = "whether the workload carries the credential that is valid";
    return [identity.credentials?.known ? kept : "the end of the credential"];
  }
  const never = (puller.unseenPools ?? []).filter(({ ofScaleSet }) => !ofScaleSet).map(({ name }) => name);
  return never.length > 0
    ? [`whether the nodes of ${never.join(", ")} have the kubelet identity: they are in no scale set`]
    : [];
}

function asPrincipal(asked: Asked, principalId: string): Part {
  const { registry } = asked;
  const permission = askAll(asked, principalId);
  const { answer, reason, evidence, propagating, notes, gaps } = permission;
  const refined = answer === "deny" && reason === "no-grant" ? refine(asked) : reason;
  return {
    reason: refined,
    assignmentIds: evidence,
    facts: {
      principalId,
      mode: registry.roleAssignmentMode ?? "not said",
      ...roleNames(permission),
      ...otherRegistries(asked),
    },
    contradicting: [
      ...propagating.map(
        ({ grantId, why, until }) => `${grantId} may not count yet: ${why}, at the latest until ${until}.`,
      ),
      ...(answer === "deny" ? grantedElsewhere(asked) : []),
    ],
    notChecked: [
      ...uncheckedLogin(asked),
      ...(answer === "deny" ? uncheckedGrants(asked) : []),
      ...notes.map(({ text }) => text),
      ...(asked.notCounted?.notChecked ?? []),
    ],
    gaps,
  };
}

/** Scale sets that nodes of the cluster cannot log in from. */
function poolsWithout({ nodePools }: Puller, { resourceId }: PullIdentity): readonly string[] {
  if (!nodePools?.known || resourceId === undefined) return [];
  return nodePools.value
    .filter(({ identityIds }) => !identityIds.some((id) => sameId(id, resourceId)))
    .map(({ name }) => name);
}

/** The worst answer over the repositories that are asked about. */
function askAll(asked: Asked, principalId: string): PermissionAnswer {
  const { need, registry, identity, repository, now, notCounted } = asked;
  const managedIdentity = identity.kind === "managedIdentity";
  const repositories = repositoriesOf(repository, need);
  const named = notCounted && { notCounted: notCounted.grants };
  return mayPullIfKnown({ ...need, repositories }, registry, { principalId, managedIdentity, ...named }, now);
}

function repositoriesOf(repository: string | undefined, { repositories = [] }: RegistryNeed): readonly string[] {
  return repository === undefined ? repositories : [repository];
}

/** Of a missing grant: where the grant went, or whether the registry is the right one at all. */
function refine({ puller, need, registry, elsewhere }: Asked): PullReason {
  if (bystanderThatMayPull(puller, need, registry)) return "granted-to-other-identity";
  if (elsewhere?.known === false) return "no-grant";
  const known = need.learned.some((one) => one !== "asked");
  if (!known && elsewhere !== undefined && elsewhere.value.length > 0) return "not-its-registry";
  return puller.kind === "aks" ? "not-attached" : "no-grant";
}

function otherRegistries({ elsewhere }: Asked): Evidence {
  if (!elsewhere?.known || elsewhere.value.length === 0) return {};
  return { elsewhere: [...new Set(elsewhere.value.map(({ registry }) => registry))] };
}

function uncheckedGrants({ elsewhere }: Asked): readonly string[] {
  return elsewhere?.known === false ? [`what else its identities were granted: ${elsewhere.gap.detail}`] : [];
}

function grantedElsewhere({ elsewhere }: Asked): readonly string[] {
  if (!elsewhere?.known) return [];
  return elsewhere.value
    .slice(0, 3) // the facts name all of them
    .map(({ registry, grantId }) => `The same identity was granted ${registry} (${grantId}).`);
}

function roleNames({ by, ignored, excluded }: PermissionAnswer): Evidence {
  const names = (grants: PermissionAnswer["by"]) => [
    ...new Set(grants.map(({ role }) => (role.known ? role.value.name : "a role that could not be read"))),
  ];
  return {
    ...(by.length > 0 && { roles: names(by) }),
    ...(ignored.length > 0 && { ignoredRoles: names(ignored) }),
    ...(excluded.length > 0 && { conditions: excluded.map(({ condition = "" }) => condition) }),
  };
}

/** The first part that denies, else the first that leaves it open, else what allows it. */
function answerOf(question: PullQuestion, parts: readonly Part[], asked: Asked | undefined): PullAnswer {
  const { puller, need } = question;
  const verdict = ({ reason }: Part) => (reason === undefined ? "allow" : meaningOf(reason).answer);
  const spoken = parts.filter((part): part is Part & { reason: PullReason } => part.reason !== undefined);
  const decisive =
    spoken.find((part) => verdict(part) === "deny") ??
    spoken.find((part) => verdict(part) === "unknown") ??
    spoken.at(-1);
  if (decisive === undefined) throw new Error(`nothing was said of ${puller.id} and ${need.registryName}`);
  const { answer, meaning } = meaningOf(decisive.reason);
  const identity = asked?.identity ?? puller.identity;
  const facts = Object.assign({}, ...parts.map((part) => part.facts ?? {})) as Evidence;
  const repositories = repositoriesOf(question.repository, need);
  const { assignmentIds = [] } = decisive;
  const remedy =
    asked && answer !== "allow"
      ? remedyFor(decisive.reason, {
          ...{ ...asked, facts, repositories },
          vantage: asked.vantage.known ? asked.vantage.value : undefined,
        })
      : undefined;
  const open = answer === "unknown" ? spoken.filter((part) => verdict(part) === "unknown") : [decisive];
  return {
    schemaVersion: "1.0",
    answer,
    reason: decisive.reason,
    message: `${workloadName(puller, need)} ${verbs[answer]} ${need.registryName}. ${meaning}`,
    puller: { id: puller.id, name: puller.name, kind: puller.kind },
    registry: {
      id: need.registryId,
      name: need.registryName,
      ...(asked && { loginServer: asked.registry.loginServer }),
    },
    repositories,
    identity: {
      kind: identity.kind,
      ...(identity.principalId.known && { principalId: identity.principalId.value }),
      ...(identity.userName !== undefined && { userName: identity.userName }),
    },
    learned: need.learned,
    evidence: {
      assignmentIds,
      ruleIds: rulesFor(decisive.reason, puller.kind, identity.fault),
      facts: {
        learned: need.learned.map((one) => learnedFrom[one]),
        ...(need.containers && { containers: need.containers }),
        ...facts,
      },
    },
    also: spoken.filter((part) => part !== decisive && verdict(part) !== "allow").map(({ reason }) => reason),
    contradicting: [...parts.flatMap(({ contradicting = [] }) => contradicting), ...capitals(puller, asked)],
    notChecked: [...new Set([...parts.flatMap(({ notChecked = [] }) => notChecked), ...always(puller)])],
    gaps: open.flatMap(({ gaps = [] }) => gaps),
    ...(remedy && { remedy }),
  };
}

const verbs = { allow: "can pull from", deny: "cannot pull from", unknown: "may or may not pull from" } as const;

function always({ kind, dormant = false }: Puller): readonly string[] {
  return [
    "whether the image exists",
    ...(kind === "aks" ? ["pull secrets inside the cluster"] : []),
    ...(dormant ? ["whether it is ever activated: nobody has installed it, and until then it pulls nothing"] : []),
  ];
}

/** Microsoft asks for lower case alone, and some clients refuse an image that is written otherwise. */
function capitals({ capitalised = [] }: Puller, asked: Asked | undefined): readonly string[] {
  return capitalised
    .filter((image) => parseImage(image).host === asked?.registry.loginServer.toLowerCase())
    .map((image) => `${image} is written with capital letters, which clients may refuse.`);
}
