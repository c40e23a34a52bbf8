import type { Collected } from "./collected.ts";
import type { Credential, Denial, Grant, Principal } from "./facts.ts";

/** Who a logged identity is. Only ids are looked up; a name may be a repository token. */
export interface Caller {
  /** Object id in the registry's tenant, where the id leads to one. */
  readonly principalId: string;
  /** Empty where it is not known. */
  readonly clientId: string;
  readonly name: string;
  readonly managedIdentity: boolean;
  /** Clusters whose nodes pull with it. */
  readonly clusters: Collected<readonly { readonly id: string; readonly name: string }[]>;
}

/** What decides whether a caller may pull: everything that `decide` asks for. */
export interface CallerAccess {
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

/** What a credential check of the caller's application needs. */
export interface CallerDirectory {
  /** Null: Microsoft Graph does not know the id. */
  readonly principal: Principal | null;
  readonly credentials: Collected<readonly Credential[]>;
}
