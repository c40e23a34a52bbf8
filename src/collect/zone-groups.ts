import { z } from "zod";
import { AzureError } from "../azure/error.ts";
import { listResources } from "../azure/resource.ts";
import { parseResourceId } from "../core/resource-id.ts";
import type { Collector } from "./collector.ts";
import { shaped } from "./shaped.ts";

const apiVersion = "2024-05-01";

const Body = z.object({
  properties: z.object({
    privateDnsZoneConfigs: z
      .array(z.object({ properties: z.object({ privateDnsZoneId: z.string() }) }))
      .nullish()
      .transform((list) => list ?? []),
  }),
});

/**
 * Ids of the private zones in which a private endpoint keeps its own records, visible or not; none for one whose records
 * nobody keeps, or somebody keeps by hand. Not in Resource Graph: one call for each endpoint.
 * https://learn.microsoft.com/azure/private-link/private-endpoint-dns-integration
 */
export const zoneGroups: Collector<string, readonly string[]> = {
  id: "zone-groups",
  permissions: { actions: ["Microsoft.Network/privateEndpoints/privateDnsZoneGroups/read"] },
  read: async (connection, endpointId) => {
    const what = `list zone groups of ${endpointId}`;
    if (parseResourceId(endpointId)?.type !== "microsoft.network/privateendpoints") {
      throw new AzureError("malformed", what, "that is no id of a private endpoint");
    }
    const bodies = await listResources(connection, `${endpointId}/privateDnsZoneGroups`, apiVersion);
    const ids = shaped(z.array(Body), bodies, what).flatMap(({ properties }) =>
      properties.privateDnsZoneConfigs.map((config) => config.properties.privateDnsZoneId),
    );
    return [...new Set(ids)];
  },
};
