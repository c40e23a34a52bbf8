import type { Collected } from "./collected.ts";

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
}

export interface DeniedPrincipal {
  readonly id: string;
  /** `User`, `Group`, `ServicePrincipal`, `SystemDefined`. */
  readonly type: string;
}

/** A workload that pulls images. */
export interface Puller {
  readonly kind: "aks";
  readonly id: string;
  readonly name: string;
  readonly subscriptionId: string;
  /** The identity that pulls: the kubelet identity or the cluster's service principal. */
  readonly identity: PullIdentity;
  /** Its tag says that it needs no registry. */
  readonly declaresNone: boolean;
  /** Other identities of the workload, which people grant by mistake. */
  readonly bystanders: readonly { readonly role: "controlPlane"; readonly principalId: string }[];
}

export interface PullIdentity {
  readonly kind: "managedIdentity" | "servicePrincipal";
  readonly clientId: string;
  /** The object id that role assignments name. A service principal's has to be looked up in Microsoft Graph. */
  readonly principalId: Collected<string>;
}

/** How it is known that a puller needs a registry. */
export type Learned = "tag" | "setting" | "bootstrapProfile" | "grant" | "expected";

/** One registry that a puller needs, with all that decides whether it can pull. */
export interface RegistryNeed {
  /** Empty when what was declared names no registry that can be seen. */
  readonly registryId: string;
  readonly registryName: string;
  readonly learned: readonly Learned[];
  readonly registry: Collected<Registry>;
  /** Management groups above the registry's subscription, by name. */
  readonly ancestors: readonly string[];
  /** Grants at or above the registry to the pulling identity or to a group that it is in. */
  readonly grants: Collected<readonly Grant[]>;
  /** Grants at or above the registry to groups whose members could not be read. */
  readonly unreadGroups: readonly Grant[];
  readonly denials: Collected<readonly Denial[]>;
  /** Grants at or above the registry to the workload's other identities. */
  readonly bystanderGrants: readonly Grant[];
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

/** Registries that a principal can pull from, push to or manage. */
export interface Reach {
  readonly pull: number;
  readonly push: number;
  readonly manage: number;
  readonly registries: number;
  /** Names of some of them, at most `reachNamesLimit`. */
  readonly names: readonly string[];
  /** Ids of the subscriptions they are in, as many. */
  readonly subscriptions: readonly string[];
}

export interface RegistryFacts {
  /** The registry's own ARM resource, read with an API version that knows all its settings. */
  readonly registry: Registry;
}

export interface PullerFacts {
  /** The workload and the identity it pulls with. */
  readonly puller: Puller;
  /** The registries it needs, each with what decides the pull. */
  readonly needs: readonly RegistryNeed[];
  /** Whether any grant lets the pulling identity pull from any registry at all. */
  readonly hasPullGrant: boolean;
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
