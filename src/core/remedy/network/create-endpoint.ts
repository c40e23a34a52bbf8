import type { Template } from "../remedy.ts";

export const createEndpoint: Template = {
  text: "Give the registry a private endpoint in the network that the workload stands in, with its private zone linked to that network.",
  cli: "az network private-endpoint create --subscription <subnetSubscription> --resource-group <subnetGroup> --name <endpointName> --subnet <endpointSubnet> --private-connection-resource-id <registryId> --group-id registry --connection-name <endpointName>",
  bicep: `resource endpoint 'Microsoft.Network/privateEndpoints@2024-10-01' = {
  name: '<endpointName>'
  location: '<location>'
  properties: {
    subnet: { id: '<endpointSubnet>' }
    privateLinkServiceConnections: [
      { name: '<endpointName>', properties: { privateLinkServiceId: '<registryId>', groupIds: ['registry'] } }
    ]
  }
}`,
};
