import type { CacheRule } from "./artifact-cache.ts";
import type { Collected, Gap } from "./collected.ts";
import type { AllowedSubnet } from "./network/allowed-subnet.ts";
import type { EndpointSubnet } from "./network/endpoint-subnet.ts";
import type {
  NetworkSettings,
  PrivateEndpoint,
  PrivateZone,
  RegistryNetwork,
  Setting,
} from "./network/registry-network.ts";
import type { Vantage } from "./network/vantage.ts";
import type { TokenLogin } from "./repository-token.ts";

export type RoleAssignmentMode = "LegacyRegistryPermissions" | "AbacRepositoryPermissions";

export interface Registry {
  readonly id: string;
  readonly name: string;
  readonly loginServer: string;
  readonly subscriptionId: string;
  readonly location: string;
  readonly sku: string;
  readonly adminUserEnabled: boolean;
  /**
   * Absent where the service did not say, which is not the same as legacy: both modes are then weighed.
   * https://learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions
   */
  readonly roleAssignmentMode?: RoleAssignmentMode;
  /** Whoever asks may pull, without logging in. */
  readonly anonymousPull: boolean;
  /** Microsoft Entra tokens that were made for Azure Resource Manager are taken. Azure takes them unless told not to. */
  readonly takesArmTokens: Setting<boolean>;
  /** A gap where they could not be made out, although the rest could. */
  readonly network: Collected<NetworkSettings>;
}

/** One block of a role definition. https://learn.microsoft.com/azure/role-based-access-control/role-definitions */
export interface Permissions {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly dataActions: readonly string[];
  readonly notDataActions: readonly string[];
}

export interface Role {
  readonly id: string;
  readonly name: string;
  /** Made by the customer; absent where Azure did not say. */
  readonly custom?: boolean;
  readonly permissions: readonly Permissions[];
}

/** One role assignment, with its role definition resolved where it could be read. */
export interface Grant {
  readonly id: string;
  readonly principalId: string;
  /** `User`, `Group`, `ServicePrincipal`, … as ARM says it. */
  readonly principalType: string;
  readonly scope: string;
  readonly role: Collected<Role>;
  /** The condition's text; a grant with one restricts what its role says. */
  readonly condition?: string;
  /** Version of the condition's language, where Azure says it. */
  readonly conditionVersion?: string;
  /** ISO time the assignment was made or last changed, where Azure says it. */
  readonly changedOn?: string;
}

/** A deny assignment. https://learn.microsoft.com/azure/role-based-access-control/deny-assignments */
export interface Denial {
  readonly id: string;
  readonly name: string;
  readonly scope: string;
  readonly appliesToChildScopes: boolean;
  readonly permissions: readonly Permissions[];
  readonly principals: readonly DeniedPrincipal[];
  /** It names the all-zero principal, which stands for everyone. */
  readonly everyone: boolean;
  readonly excludedPrincipals: readonly DeniedPrincipal[];
  /** It denies only what its condition is true of. */
  readonly condition?: string;
  readonly conditionVersion?: string;
  /** Only logs what it would deny. */
  readonly auditOnly?: boolean;
}

/** Whether a principal is in a group, directly or through others. */
export interface Membership {
  readonly groupId: string;
  readonly member: boolean;
}

export interface DeniedPrincipal {
  readonly id: string;
  /** `User`, `Group`, `ServicePrincipal`, `SystemDefined`. */
  readonly type: string;
}

export type PullerKind =
  | "aks"
  | "containerApp"
  | "containerAppJob"
  | "containerGroup"
  | "webApp"
  | "functionApp"
  | "webAppSlot"
  | "mlWorkspace"
  | "acrTask"
  | "cacheRule"
  | "connectedRegistry";

/** A workload that pulls images. */
export interface Puller {
  readonly kind: PullerKind;
  readonly id: string;
  readonly name: string;
  readonly subscriptionId: string;
  /** The identity that pulls, where a need does not name another: a kubelet identity or a cluster's service principal. */
  readonly identity: PullIdentity;
  /** Its tag says that it needs no registry. */
  readonly declaresNone: boolean;
  /** A cluster's control plane, or all that a workload could pull as: identities that people grant by mistake. */
  readonly bystanders: readonly Bystander[];
  /** A cluster's node pools, as far as they are scale sets. */
  readonly nodePools?: Collected<readonly NodePool[]>;
  /** A cluster's node pools of which no scale set is visible; some are made of scale sets, others never are. */
  readonly unseenPools?: readonly { readonly name: string; readonly ofScaleSet: boolean }[];
  /** A cluster's node pools whose image still logs in to registries with tokens made for Azure Resource Manager. */
  readonly armTokenPools?: readonly string[];
  /** Why it is not known which tokens some of a cluster's nodes log in with: nothing says how old their images are. */
  readonly undatedNodes?: Gap;
  /** Registries for which an ACR task carries a password as plain text. */
  readonly literalPasswords?: readonly string[];
  /** Images of Azure's registries that it names with capital letters. */
  readonly capitalised?: readonly string[];
  /** It was made and never installed, and pulls nothing yet. */
  readonly dormant?: boolean;
  /** What its images name and no registry that can be seen has. A gap where not all registries can be seen. */
  readonly unknownHosts?: Collected<readonly UnknownHost[]>;
}

/** An identity of a workload, whichever it pulls with. */
export interface Bystander {
  readonly principalId: string;
  /** Of a user-assigned identity, where the workload could log in with it. */
  readonly resourceId?: string;
  readonly clientId?: string;
}

/** A scale set of a cluster's nodes, with the identities it was given. */
export interface NodePool {
  readonly id: string;
  readonly name: string;
  /** Ids of user-assigned identities. */
  readonly identityIds: readonly string[];
}

export interface UnknownHost {
  readonly host: string;
  readonly images: readonly string[];
  /** A login server that may be meant. */
  readonly nearest?: string;
}

/** Who a puller logs in to a registry as. */
export interface PullIdentity {
  readonly kind: "managedIdentity" | "servicePrincipal" | "adminUser" | "repositoryToken" | "anonymous" | "unknown";
  /** Empty for what is no application. */
  readonly clientId: string;
  /**
   * The object id that role assignments name. A service principal's has to be looked up in Microsoft Graph; whoever logs
   * in as no principal has none, and the gap says why.
   */
  readonly principalId: Collected<string>;
  /** A managed identity's own id, where the configuration says it. */
  readonly resourceId?: string;
  /** The user name beside a password that Azure does not show. */
  readonly userName?: string;
  /** Why it cannot log in as it is configured to. */
  readonly fault?: LoginFault;
  /** What the fault is about: the identity that is named, the servers that are named instead. */
  readonly configured?: readonly string[];
  /** The tenant that a service principal's object id is of; `only` where its application signs in to no other. */
  readonly tenant?: { readonly id: string; readonly only: boolean };
  /** A service principal's credentials. */
  readonly credentials?: Collected<readonly Credential[]>;
  /** The credential set that has the user name and the password. */
  readonly vaultLogin?: VaultLogin;
  /** The repository token of that user name, read of the registry that is logged in to. */
  readonly token?: TokenLogin;
}

/** Who reads the user name and the password of a credential set, and where; as whom these log in is a secret. */
export interface VaultLogin {
  readonly name: string;
  /** The identity that reads the key vault; empty without one. */
  readonly principalId: string;
  readonly vaults: readonly string[];
}

/**
 * `notAssigned`: the identity that is configured is not one of the workload's; `noLogin`: nothing is configured for this
 * registry; `taskDefault`: a task that relies on the access that registries in legacy mode give to their own tasks;
 * `deleted`: the directory has no service principal of that client id any more;
 * `disabled`: that service principal may not log in; `unhealthy`: the registry itself says that the credentials which it is given do not work;
 * `unclear`: the configuration does not tell who logs in.
 */
type LoginFault = "notAssigned" | "noLogin" | "taskDefault" | "deleted" | "disabled" | "unhealthy" | "unclear";

/** How it is known that a puller needs a registry. */
export type Learned =
  | "tag"
  | "setting"
  | "bootstrapProfile"
  | "grant"
  | "expected"
  | "image"
  | "workspace"
  | "task"
  | "cacheRule"
  | "sync"
  /** Asked about, by a person or a pipeline. */
  | "asked";

/** One registry that a puller needs, with all that decides whether it can pull. */
export interface RegistryNeed {
  /** Empty when what was declared names no registry that can be seen. */
  readonly registryId: string;
  readonly registryName: string;
  readonly learned: readonly Learned[];
  /** Who logs in to this registry, where it is another than the puller's identity. */
  readonly identity?: PullIdentity;
  /**
   * The containers that log in so, where each has a login of its own; those that log in to the registry in another way
   * are another need.
   */
  readonly containers?: readonly string[];
  /** Repositories of the images that are known. */
  readonly repositories?: readonly string[];
  /** Tenants of the identity that logs in and of the registry's subscription. */
  readonly tenants?: { readonly principal: string; readonly registry: string };
  readonly registry: Collected<Registry>;
  /** Management groups above the registry's subscription, by name. */
  readonly ancestors: readonly string[];
  /** Grants at or above the registry to the pulling identity or to a group that it is in. */
  readonly grants: Collected<readonly Grant[]>;
  /** Grants at or above the registry to groups whose members could not be read. */
  readonly unreadGroups: readonly Grant[];
  readonly denials: Collected<readonly Denial[]>;
  /** Whether the pulling identity is in the groups that deny assignments name; those that could not be read are left out. */
  readonly memberships?: readonly Membership[];
  /** What decides whether the puller's traffic gets to the registry. */
  readonly network: RegistryNetwork;
  /** Grants at or above the registry to the workload's other identities. */
  readonly bystanderGrants: readonly Grant[];
  /**
   * Grants on the registry itself to service principals that do not exist any more; only for a puller that logs in as one,
   * whose predecessor may have held them.
   */
  readonly orphanedGrants?: readonly Grant[];
  /** Other workloads of the same kind with their grants at or above this registry, for contrast. */
  readonly others: readonly { readonly name: string; readonly grants: readonly Grant[] }[];
}

export interface Credential {
  readonly kind: "secret" | "certificate";
  readonly keyId: string;
  readonly displayName: string;
  /** ISO times. */
  readonly startsOn: string;
  readonly endsOn: string;
  /** Which object of the pair carries it: secrets usually sit on the application. */
  readonly on: "application" | "servicePrincipal";
}

export interface Principal {
  /** Object id of the service principal. */
  readonly id: string;
  readonly appId: string;
  readonly displayName: string;
  /** `Application`, `ManagedIdentity`, `Legacy`, … as Graph says it. */
  readonly type: string;
  readonly enabled: boolean;
  /** The tenant that owns the application; another tenant's application shows no credentials here. */
  readonly ownerTenantId?: string;
}

/** How many registries and subscriptions a blast radius names; the numbers are always whole. */
export const reachNamesLimit = 20;

/** Registries that a principal can pull from, push to or manage. */
export interface Reach {
  readonly registries: number;
  /** Names of some of them, at most `reachNamesLimit`. */
  readonly names: readonly string[];
  /** Ids of the subscriptions they are in, as many. */
  readonly subscriptions: readonly string[];
}

interface RegistryFacts {
  /** The registry's own ARM resource, read with an API version that knows all its settings. */
  readonly registry: Registry;
  /** Every grant at or above the registry, to whomever, whose role has power over registries or could not be read. */
  readonly grants: readonly Grant[];
  /** Who may reach it, from that resource. */
  readonly network: NetworkSettings;
  /** Ids of the subnets that it allows; asked for only where the default action is Deny. */
  readonly virtualNetworkRules: readonly string[];
  /** Those subnets, each once; read only where public access is on too, and so the rules decide. */
  readonly allowedSubnets: readonly AllowedSubnet[];
  /** Its private endpoints, as far as their addresses are visible. */
  readonly endpoints: readonly PrivateEndpoint[];
  /** The subnets of these endpoints, and perhaps others. */
  readonly endpointSubnets: readonly EndpointSubnet[];
  /** Private zones that may answer for it. */
  readonly zones: readonly PrivateZone[];
  /** Regions of its geo-replicas, without the home region. */
  readonly replicas: readonly string[];
  /** Rules by which it fetches from others. */
  readonly cacheRules: readonly CacheRule[];
  readonly armConsumers: ArmConsumers;
}

/** Workloads that pull from a registry, or may, with tokens made for Azure Resource Manager. */
interface ArmConsumers {
  /** Some of many. */
  readonly seen: readonly ArmConsumer[];
  /** The sweep looks at some subscriptions only, and what pulls from elsewhere is not among them. */
  readonly narrowed: boolean;
}

export interface ArmConsumer {
  readonly id: string;
  readonly name: string;
  readonly kind: PullerKind;
  /** Why it is not known whether it uses such tokens. */
  readonly unsure?: Gap;
}

export interface PullerFacts {
  /** The workload and the identity it pulls with. */
  readonly puller: Puller;
  /** The registries it needs, each with what decides the pull. */
  readonly needs: readonly RegistryNeed[];
  /** Whether any grant lets the pulling identity pull from any registry at all. */
  readonly hasPullGrant: boolean;
  /** Where in the network it pulls from. */
  readonly vantage: Vantage;
}

export interface PrincipalFacts {
  /** The service principal in Microsoft Graph; null when Graph does not know it any more. */
  readonly principal: Principal | null;
  /** Secrets and certificates of the application and of the service principal object. */
  readonly credentials: readonly Credential[];
  /** Subjects of the application's federated credentials; asked for only where no other credential lasts. */
  readonly federatedCredentials: readonly string[];
  /** The registries it can pull from, push to or manage: its blast radius. */
  readonly reach: Reach;
}

export interface FactsOf {
  readonly registry: RegistryFacts;
  readonly puller: PullerFacts;
  readonly principal: PrincipalFacts;
}

export type SubjectKind = keyof FactsOf;

/** Who or what a rule judges. */
export interface SubjectRef<Kind extends SubjectKind = SubjectKind> {
  readonly kind: Kind;
  /** An ARM id, or `/servicePrincipals/<object id>`. */
  readonly id: string;
  readonly name: string;
  /** Where its findings are kept: the subscription, or a bucket of principals. */
  readonly partition: string;
}

/** What one sweep collected about one subject. Plain JSON, never changed. */
export interface Snapshot<Kind extends SubjectKind = SubjectKind> {
  readonly subject: SubjectRef<Kind>;
  readonly facts: { readonly [Name in keyof FactsOf[Kind]]: Collected<FactsOf[Kind][Name]> };
}
