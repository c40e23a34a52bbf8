import { z } from "zod";
import { getScopeMap } from "../azure/container-registry.ts";
import { AzureError } from "../azure/error.ts";
import type { ScopeMap } from "../core/repository-token.ts";
import type { Collector } from "./collector.ts";
import { placeOf } from "./place-of.ts";

const ScopeMapBody = z.object({ id: z.string(), name: z.string(), actions: z.array(z.string()) });

/** One scope map, by its resource id. */
export const scopeMap: Collector<string, ScopeMap> = {
  id: "scope-map",
  permissions: { actions: ["Microsoft.ContainerRegistry/registries/scopeMaps/read"] },
  read: async (connection, id) => {
    const [registryId = "", name = ""] = id.split(/\/scopeMaps\//i);
    const map = ScopeMapBody.safeParse(await getScopeMap(connection, placeOf(registryId), name));
    if (map.success) return map.data;
    throw new AzureError("malformed", `get scope map ${id}`, z.prettifyError(map.error));
  },
};
