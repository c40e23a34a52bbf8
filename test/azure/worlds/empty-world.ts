import { World } from "../world.ts";
import { guid } from "./guid.ts";
import { managementGroupBody } from "./management-group.ts";
import { subscriptionBody } from "./subscription.ts";

/** A tenant with one subscription under its root group, and nothing in it. */
export function emptyWorld(): World {
  const tenantId = guid("tenant of nobody yet");
  const subscription = subscriptionBody({
    subscriptionId: guid("subscription with nothing in it"),
    tenantId,
    displayName: "Empty",
  });
  return World.parse({
    tenantId,
    managementGroups: [
      managementGroupBody({
        name: tenantId,
        displayName: "Tenant Root Group",
        tenantId,
        subscriptions: [subscription],
      }),
    ],
    subscriptions: [subscription],
  });
}
