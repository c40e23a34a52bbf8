import { text } from "./body.ts";
import { stableGuid } from "./tenant.ts";
import type { World } from "./world.ts";

export interface ManagedIdentity {
  readonly objectId: string;
  readonly clientId: string;
  readonly resourceId: string;
}

const site = "/providers/Microsoft.Web/sites/auditor";

/** The identity of the app that the environment pretends to run in. */
export function ownIdentity(
  world: World,
  given: { readonly objectId: string; readonly clientId: string } | undefined,
): ManagedIdentity {
  const [caller] = world.callers ?? [];
  const objectId = given?.objectId ?? caller?.principalId ?? stableGuid("managed identity of the auditor");
  const clientId =
    given?.clientId ?? caller?.clientId ?? clientIdOf(world, objectId) ?? stableGuid("client of the auditor");
  const subscription = world.subscriptions[0]?.subscriptionId ?? stableGuid("subscription of the auditor");
  return { objectId, clientId, resourceId: `/subscriptions/${subscription}/resourcegroups/auditor${site}` };
}

export function isOwnIdentity(resourceId: unknown): boolean {
  return typeof resourceId === "string" && resourceId.endsWith(site);
}

function clientIdOf(world: World, objectId: string): string | undefined {
  const wanted = objectId.toLowerCase();
  return text(
    world.graph.servicePrincipals.find(({ id }) => id.toLowerCase() === wanted),
    "appId",
  );
}
