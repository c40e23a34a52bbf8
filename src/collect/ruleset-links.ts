import { z } from "zod";
import { listResources } from "../azure/resource.ts";
import type { Collector } from "./collector.ts";
import { shaped } from "./shaped.ts";

const Body = z.object({ properties: z.object({ virtualNetwork: z.object({ id: z.string() }) }) });

/** Ids of the virtual networks that a DNS forwarding ruleset is linked to. Not in Resource Graph. */
export const rulesetLinks: Collector<string, readonly string[]> = {
  id: "ruleset-links",
  permissions: { actions: ["Microsoft.Network/dnsForwardingRulesets/virtualNetworkLinks/read"] },
  read: async (connection, rulesetId) => {
    const bodies = await listResources(connection, `${rulesetId}/virtualNetworkLinks`, "2022-07-01");
    const links = shaped(z.array(Body), bodies, `list links of ${rulesetId}`);
    return links.map(({ properties }) => properties.virtualNetwork.id);
  },
};
