import { guid } from "./guid.ts";

/** The principal of a user-assigned identity or of a resource's own identity, from the resource's id in any case. */
export function identityOf(resourceId: string) {
  const id = resourceId.toLowerCase();
  return { resourceId, clientId: guid(`client of ${id}`), principalId: guid(`principal of ${id}`) };
}
