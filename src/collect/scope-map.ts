import { z } from "zod";
import { getScopeMap } from "../azure/container-registry.ts";
import type { ScopeMap } from "../core/repository-token.ts";
import type { Collector } from "./collector.ts";
import { placeOf } from "./place-of.ts";
import { shaped } from "./shaped.ts";

const ScopeMapBody = z.object({ id: z.string(), name: z.string(), actions: z.array(z.string()) });

/** One scope map, by its resource id. */
export const scopeMap: Collector<string, ScopeMap> = {
  id: "scope-map",
  permissions: { actions: ["Microsoft.ContainerRegistry/registries/scopeMaps/read"] },
  read: async (connection, id) => {
    const [registryId = "", name = ""] = id.split(/\/scopeMaps\//i);
    return shaped(ScopeMapBody, await getScopeMap(connection, placeOf(registryId), name), `get scope map ${id}`);
  },
};
