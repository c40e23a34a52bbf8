import { z } from "zod";
import { listRegistrationAssignments } from "../azure/managed-services.ts";
import type { Collector } from "./collector.ts";
import { type ListedGrant, roleGuid } from "./grants.ts";
import { shaped } from "./shaped.ts";

const Authorization = z.object({ principalId: z.string(), roleDefinitionId: z.string() });

const Body = z.object({
  id: z.string(),
  properties: z.object({
    registrationDefinition: z.object({ properties: z.object({ authorizations: z.array(Authorization) }) }),
  }),
});

/**
 * What Azure Lighthouse delegates at a resource group and at its subscription to principals of other tenants, in the shape
 * of the grants that it would be. The list of role assignments does not show it.
 *
 * A delegation is made for a subscription or a resource group; both are asked, because it is nowhere said (unverified) that
 * the list of one holds those of the other. What has to be activated first (`eligibleAuthorizations`) is left out.
 * https://learn.microsoft.com/azure/lighthouse/concepts/tenants-users-roles
 */
export const delegations: Collector<
  { readonly subscriptionId: string; readonly resourceGroup: string },
  readonly ListedGrant[]
> = {
  id: "delegations",
  permissions: { actions: ["Microsoft.ManagedServices/registrationAssignments/read"] },
  read: async (connection, { subscriptionId, resourceGroup }) => {
    const subscription = `/subscriptions/${subscriptionId}`;
    const lists = [
      await listRegistrationAssignments(connection, subscription),
      await listRegistrationAssignments(connection, `${subscription}/resourceGroups/${resourceGroup}`),
    ];
    const bodies = shaped(z.array(Body), lists.flat(), `list delegations of ${subscription}`);
    const byId = new Map(bodies.map((one) => [one.id.toLowerCase(), one]));
    return [...byId.values()].flatMap((one) => grantsOf(one, subscription));
  },
};

function grantsOf({ id, properties }: z.infer<typeof Body>, subscription: string): readonly ListedGrant[] {
  const scope = id.slice(0, id.toLowerCase().lastIndexOf("/providers/microsoft.managedservices/"));
  return properties.registrationDefinition.properties.authorizations.map(({ principalId, roleDefinitionId }) => ({
    id,
    principalId,
    principalType: "", // an authorization does not say it
    scope,
    // the role is a built-in one, by its GUID alone
    roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${roleGuid(roleDefinitionId)}`,
  }));
}
