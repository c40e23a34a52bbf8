import { z } from "zod";
import { AzureError } from "../azure/error.ts";
import { listResources } from "../azure/resource.ts";
import type { Collector } from "./collector.ts";
import { shaped } from "./shaped.ts";

const Body = z.object({
  properties: z.object({ domainName: z.string(), forwardingRuleState: z.string().nullish() }),
});

/**
 * Domains whose names a DNS forwarding ruleset sends to other DNS servers, of those that registries are in; a rule is on
 * unless it says otherwise. Not in Resource Graph.
 * https://learn.microsoft.com/rest/api/dns/dnsresolver/forwarding-rules/list
 */
export const rulesetDomains: Collector<string, readonly string[]> = {
  id: "ruleset-domains",
  permissions: { actions: ["Microsoft.Network/dnsForwardingRulesets/forwardingRules/read"] },
  read: async (connection, rulesetId) => {
    const bodies = await listResources(connection, `${rulesetId}/forwardingRules`, "2022-07-01");
    const rules = shaped(z.array(Body), bodies, `list rules of ${rulesetId}`);
    // nobody links a ruleset without rules: those that it has are hidden
    if (rules.length === 0) throw new AzureError("notFound", `list rules of ${rulesetId}`, "it shows none");
    return rules
      .filter(({ properties }) => properties.forwardingRuleState?.toLowerCase() !== "disabled")
      .map(({ properties }) => properties.domainName)
      .filter((domain) => domain === "." || /azurecr\./i.test(domain));
  },
};
