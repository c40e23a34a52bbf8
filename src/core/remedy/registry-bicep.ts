/** The registry in Bicep, for what hangs on it. */
export const existingRegistry = `resource acr 'Microsoft.ContainerRegistry/registries@2025-11-01' existing = {
  name: '<registry>'
}`;

/** The registry in Bicep with one property, at its place among the others. */
export function registrySetting(property: string, version = "2025-11-01"): string {
  return `resource acr 'Microsoft.ContainerRegistry/registries@${version}' = {
  name: '<registry>'
  // … as it is
  properties: {
    ${property}
  }
}`;
}
