import { existingRegistry } from "../registry-bicep.ts";

/** The pull role on the registry in Bicep, to the identity that pulls. */
export function assignmentBicep(name = newAssignmentName, conditionLines = ""): string {
  return `${existingRegistry}

resource pull 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: ${name}
  scope: acr
  properties: {
    principalId: '<principalId>'
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '<roleGuid>')${conditionLines}
  }
}`;
}

/** The same with a condition. */
export function conditionedBicep(name = newAssignmentName): string {
  return assignmentBicep(
    name,
    `
    condition: '<condition>'
    conditionVersion: '2.0'`,
  );
}

const newAssignmentName = "guid(acr.id, '<principalId>', '<roleGuid>')";
