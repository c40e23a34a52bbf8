/** Makes a password of the repository token that the evidence of this name names; the registry shows it once. */
export function newPassword(name: string): string {
  return `az acr token credential generate --subscription <registrySubscription> --registry <registry> --name <${name}> --password1 --expiration-in-days 90`;
}
