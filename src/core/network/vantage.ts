import type { Collected } from "../collected.ts";
import type { Ruleset } from "./ruleset.ts";

/** What kind of service asks; some are let past a registry's network rules. */
export type Service =
  | "aks"
  | "cacheRule"
  | "containerApp"
  | "containerGroup"
  | "machineLearning"
  | "task"
  | "virtualMachine"
  | "webApp";

/** How a cluster's nodes get out. https://learn.microsoft.com/azure/aks/egress-outboundtype */
export type OutboundType =
  | "loadBalancer"
  | "managedNATGateway"
  | "userAssignedNATGateway"
  | "userDefinedRouting"
  | "none"
  | "block"
  | "other";

/** Where a puller stands: what decides which address it asks and which address the registry sees. */
export interface Vantage {
  readonly service: Service;
  /** Logs in with a managed identity, which a trusted service has to. A task's has to be system-assigned. */
  readonly managedIdentity: boolean;
  /** A task with a user-assigned identity, of which Microsoft does not say clearly whether it is let past network rules. */
  readonly perhapsTrusted?: boolean;
  readonly location: string;
  /** The resource group that AKS keeps for the nodes of a cluster. */
  readonly nodeResourceGroup?: string;
  /** The virtual networks that it pulls from; none when it is in no network of the customer. */
  readonly networks: Collected<readonly VantageNetwork[]>;
  /** The subnet that a web app is integrated with and does not pull through. */
  readonly unusedSubnetId?: string;
  readonly outboundType: OutboundType;
  /** Public addresses that its traffic comes from. */
  readonly outboundAddresses: Collected<readonly string[]>;
  /** It sends what `noProxy` does not name through a proxy. */
  readonly proxy?: { readonly noProxy: readonly string[] };
}

export interface VantageNetwork {
  readonly id: string;
  /** Empty for the DNS of Azure. */
  readonly dnsServers: readonly string[];
  /** DNS forwarding rulesets that are linked to it, or may be; left out where there are none. */
  readonly rulesets?: readonly Ruleset[];
  /** The subnets that it pulls from. */
  readonly subnets: readonly VantageSubnet[];
}

export interface VantageSubnet {
  readonly id: string;
  /** `Microsoft.ContainerRegistry`, … */
  readonly serviceEndpoints: readonly string[];
}

const azureDns = "168.63.129.16";

/** Its names are answered by servers of the customer: whether those ask a private zone cannot be seen from Azure. */
export function hasOwnDns({ dnsServers }: VantageNetwork): boolean {
  return dnsServers.some((server) => server !== azureDns);
}

export function hasServiceEndpoint({ serviceEndpoints }: VantageSubnet): boolean {
  return serviceEndpoints.some((service) => service.toLowerCase() === "microsoft.containerregistry");
}
