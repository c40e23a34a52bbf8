import { z } from "zod";
import { getResource, listResources } from "../azure/resource.ts";
import type { Collector } from "./collector.ts";
import { shaped } from "./shaped.ts";

/** Stable versions leave the rules out, even where they decide who gets in. A body without them says nothing of them. */
const apiVersion = "2026-09-01-preview";

const permissions = { actions: ["Microsoft.ContainerRegistry/registries/read"] };

const Body = z.object({
  id: z.string(),
  properties: z.object({
    networkRuleSet: z
      .object({
        virtualNetworkRules: z.array(
          z.union([
            z.object({ virtualNetworkSubnetResourceId: z.string() }),
            z.object({ id: z.string() }), // as older versions write it
          ]),
        ),
      })
      .nullish(), // only Premium has rules
  }),
});

/**
 * Ids of the subnets that registries of a subscription allow, by the registry's lower-cased id. A registry whose body
 * has another shape is left out.
 * https://learn.microsoft.com/azure/container-registry/container-registry-vnet
 */
export const virtualNetworkRulesOfSubscription: Collector<string, ReadonlyMap<string, readonly string[]>> = {
  id: "virtual-network-rules",
  permissions,
  read: async (connection, subscriptionId) => {
    const path = `/subscriptions/${subscriptionId}/providers/Microsoft.ContainerRegistry/registries`;
    const bodies = await listResources(connection, path, apiVersion);
    return new Map(
      bodies.flatMap((body) => {
        const parsed = Body.safeParse(body);
        return parsed.success ? [[parsed.data.id.toLowerCase(), subnetsOf(parsed.data)] as const] : [];
      }),
    );
  },
};

/** The same of one registry. */
export const virtualNetworkRules: Collector<string, readonly string[]> = {
  id: "virtual-network-rules",
  permissions,
  read: async (connection, registryId) => {
    return subnetsOf(shaped(Body, await getResource(connection, registryId, apiVersion), `get ${registryId}`));
  },
};

function subnetsOf({ properties }: z.infer<typeof Body>): readonly string[] {
  const rules = properties.networkRuleSet?.virtualNetworkRules ?? [];
  return rules.map((rule) => ("id" in rule ? rule.id : rule.virtualNetworkSubnetResourceId));
}
