import { z } from "zod";
import { listCacheRules } from "../azure/container-registry.ts";
import type { CacheRule } from "../core/artifact-cache.ts";
import { known } from "../core/collected.ts";
import { sameId } from "../core/resource-id.ts";
import { type Collector, collect } from "./collector.ts";
import { credentialSets } from "./credential-sets.ts";
import { placeOf } from "./place-of.ts";
import { shaped } from "./shaped.ts";

const Rule = z.object({
  id: z.string(),
  name: z.string(),
  sourceRepository: z.string(),
  credentialSetResourceId: z.string().nullish(),
});

/**
 * The cache rules of a registry, with what they log in to their upstreams with: one call for each registry, because
 * neither is in Resource Graph, and a second one where some rule logs in.
 * https://learn.microsoft.com/azure/container-registry/artifact-cache-overview
 */
export const cacheRules: Collector<string, readonly CacheRule[]> = {
  id: "cache-rules",
  permissions: { actions: ["Microsoft.ContainerRegistry/registries/cacheRules/read"] },
  read: async (connection, registryId) => {
    const bodies = await listCacheRules(connection, placeOf(registryId));
    const rules = shaped(z.array(Rule), bodies, `list cache rules of ${registryId}`);
    const logsIn = rules.some(({ credentialSetResourceId }) => (credentialSetResourceId ?? "") !== "");
    const sets = logsIn ? await collect(credentialSets, connection, registryId) : known([]);
    return rules.map(({ id, name, sourceRepository, credentialSetResourceId }): CacheRule => {
      const rule = { id, name, upstream: sourceRepository };
      const setId = credentialSetResourceId ?? "";
      if (setId === "") return rule;
      const found = sets.known ? known(sets.value.find((set) => sameId(set.id, setId)) ?? null) : sets;
      return { ...rule, credentialSet: found };
    });
  },
};
