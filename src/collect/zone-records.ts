import { z } from "zod";
import { AzureError } from "../azure/error.ts";
import { listResources } from "../azure/resource.ts";
import type { AddressRecord } from "../core/network/registry-network.ts";
import type { Collector } from "./collector.ts";

const Body = z.object({
  name: z.string(),
  properties: z.object({ aRecords: z.array(z.object({ ipv4Address: z.string() })).nullish() }),
});

/** The address records of a private zone. */
export const zoneRecords: Collector<string, readonly AddressRecord[]> = {
  id: "zone-records",
  permissions: { actions: ["Microsoft.Network/privateDnsZones/A/read"] },
  read: async (connection, zoneId) => {
    const parsed = z.array(Body).safeParse(await listResources(connection, `${zoneId}/A`, "2024-06-01"));
    if (!parsed.success) throw new AzureError("malformed", `list records of ${zoneId}`, z.prettifyError(parsed.error));
    return parsed.data.map(({ name, properties }) => ({
      name: name.toLowerCase(),
      addresses: (properties.aRecords ?? []).map(({ ipv4Address }) => ipv4Address),
    }));
  },
};
