import type { Template } from "../remedy.ts";

export const addServiceEndpoint = {
  text: "Add the service endpoint to the subnet; open connections from it may be cut.",
  cli: "az network vnet subnet update --ids <subnetId> --add serviceEndpoints service=Microsoft.ContainerRegistry",
  bicep: `resource subnet 'Microsoft.Network/virtualNetworks/subnets@2024-10-01' = {
  name: '<networkName>/<subnetName>'
  // … as it is
  properties: {
    serviceEndpoints: [
      // … those that it has
      { service: 'Microsoft.ContainerRegistry' }
    ]
  }
}`,
} as const satisfies Template;
