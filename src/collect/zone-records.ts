import { z } from "zod";
import { listResources } from "../azure/resource.ts";
import type { AddressRecord } from "../core/network/registry-network.ts";
import type { Collector } from "./collector.ts";
import { shaped } from "./shaped.ts";

const Body = z.object({
  name: z.string(),
  properties: z.object({
    aRecords: z.array(z.object({ ipv4Address: z.string() })).nullish(),
    cnameRecord: z.object({ cname: z.string() }).nullish(),
  }),
});

/**
 * The names of a private zone with their addresses or the name that they lead to. Those with other records alone are
 * among them, because a wildcard does not answer for them.
 * https://learn.microsoft.com/rest/api/dns/privatedns/record-sets/list
 */
export const zoneRecords: Collector<string, readonly AddressRecord[]> = {
  id: "zone-records",
  permissions: { actions: ["Microsoft.Network/privateDnsZones/ALL/read"] },
  read: async (connection, zoneId) => {
    const bodies = await listResources(connection, `${zoneId}/ALL`, "2024-06-01");
    const sets = shaped(z.array(Body), bodies, `list records of ${zoneId}`);
    return [...Map.groupBy(sets, ({ name }) => name.toLowerCase())].map(([name, group]) => {
      const alias = group.find(({ properties }) => properties.cnameRecord)?.properties.cnameRecord?.cname;
      return {
        name,
        addresses: group.flatMap(({ properties }) => (properties.aRecords ?? []).map(({ ipv4Address }) => ipv4Address)),
        ...(alias !== undefined && { alias }),
      };
    });
  },
};
