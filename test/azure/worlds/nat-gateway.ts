import { resourceBody } from "./resource.ts";

/** A NAT gateway with the public addresses that it sends from. */
export function natGatewayBody({ addressIds, ...place }: NatGatewayOptions) {
  return resourceBody({
    ...place,
    type: "Microsoft.Network/natGateways",
    sku: { name: "Standard" },
    properties: {
      provisioningState: "Succeeded",
      idleTimeoutInMinutes: 4,
      publicIpAddresses: addressIds.map((id) => ({ id })),
    },
  });
}

interface NatGatewayOptions {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
  readonly addressIds: readonly string[];
}
