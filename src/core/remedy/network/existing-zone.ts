/** The private zone that is there already, in the resource group that the template is deployed to. */
export const existingZone = `resource zone 'Microsoft.Network/privateDnsZones@2020-06-01' existing = {
  name: '<zoneName>'
}`;
