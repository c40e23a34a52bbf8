import { resourceBody } from "./resource.ts";

/** A public IP address. */
export function publicAddressBody({ address, ...options }: PublicAddressOptions) {
  return resourceBody({
    ...options,
    type: "Microsoft.Network/publicIPAddresses",
    sku: { name: "Standard", tier: "Regional" },
    properties: {
      ipAddress: address,
      publicIPAddressVersion: "IPv4",
      publicIPAllocationMethod: "Static",
      idleTimeoutInMinutes: 4,
    },
  });
}

export interface PublicAddressOptions {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
  readonly address: string;
}
