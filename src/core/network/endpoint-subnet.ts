import type { Collected } from "../collected.ts";

/** A subnet that private endpoints of registries are in. */
export interface EndpointSubnet {
  readonly id: string;
  readonly addresses: Collected<SubnetAddresses>;
}

export interface SubnetAddresses {
  /** IPv4 addresses in all ranges of the subnet together. */
  readonly size: number;
  /** Addresses that something has, those of IPv6 among them. */
  readonly used: number;
  /** It has an IPv6 range too, and so `used` may be more than what is taken of its IPv4 addresses. */
  readonly dualStack: boolean;
}

/**
 * Azure keeps the first four addresses and the last one of a subnet. Unverified: whether it keeps five of every further
 * range of one subnet, too.
 * https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq
 */
const keptByAzure = 5;

/** IPv4 addresses that are still to be had; more than that where some of those in use are of IPv6. */
export function freeAddresses({ size, used }: SubnetAddresses): number {
  return Math.max(0, size - keptByAzure - used);
}
