import { type Collected, known } from "./collected.ts";
import type { Credential, Denial, Grant, Principal, Registry } from "./facts.ts";
import { isApproved } from "./network/registry-network.ts";

/** Who a logged identity is. Only ids are looked up; a name may be a repository token. */
export interface Caller {
  /** Object id in the registry's tenant, where the id leads to one. */
  readonly principalId: string;
  /** Empty where it is not known. */
  readonly clientId: string;
  readonly name: string;
  readonly managedIdentity: boolean;
  /** The tenant that the object id is of. */
  readonly tenantId: Collected<string>;
  /** Its application may have service principals in other tenants as well, each with an object id of its own. */
  readonly multiTenant: boolean;
  /** Clusters whose nodes pull with it. */
  readonly clusters: Collected<readonly { readonly id: string; readonly name: string }[]>;
}

/** What decides whether a caller may pull: everything that `decide` asks for. */
export interface CallerAccess {
  /** Tenants of the caller and of the registry's subscription, where both are known. */
  readonly tenants?: { readonly principal: string; readonly registry: string };
  readonly ancestors: readonly string[];
  readonly grants: readonly Grant[];
  readonly denials: Collected<readonly Denial[]>;
}

/** The settings of a registry that refuse logins whoever asks. */
export interface RegistryDoors {
  readonly publicNetworkAccess: boolean;
  /** Only addresses in `allowedRanges` are let in from outside. */
  readonly deniesByDefault: boolean;
  readonly allowedRanges: readonly string[];
  readonly approvedEndpoints: number;
  /** Microsoft Entra tokens made for Azure Resource Manager are taken. */
  readonly takesArmTokens: boolean;
}

/** A gap where the registry's network settings could not be made out. */
export function doorsOf({ network, takesArmTokens }: Registry): Collected<RegistryDoors> {
  if (!network.known) return network;
  const { publicNetworkAccess, defaultAction, ipRules, connections } = network.value;
  return known({
    publicNetworkAccess: publicNetworkAccess.value === "Enabled",
    deniesByDefault: defaultAction.value === "Deny",
    allowedRanges: ipRules,
    approvedEndpoints: connections.filter(isApproved).length,
    takesArmTokens: takesArmTokens.value,
  });
}

/** What a credential check of the caller's application needs. */
export interface CallerDirectory {
  /** Null: Microsoft Graph does not know the id. */
  readonly principal: Principal | null;
  readonly credentials: Collected<readonly Credential[]>;
  /** Whom its application trusts to log in without a secret. */
  readonly federated: Collected<readonly string[]>;
}

/** The tenants that a login is about. */
export interface LoginTenants {
  /** That the registry's subscription trusts. */
  readonly registry: string;
  /** Whose directory Microsoft Graph shows, which is another where the registry's subscription is delegated. */
  readonly directory: Collected<string>;
}
