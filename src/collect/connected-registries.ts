import { z } from "zod";
import { listConnectedRegistries } from "../azure/container-registry.ts";
import { sameId } from "../core/resource-id.ts";
import type { Collector } from "./collector.ts";
import { placeOf } from "./place-of.ts";
import { shaped } from "./shaped.ts";

/** A registry on premises that synchronizes with one in Azure. */
export interface ListedConnectedRegistry {
  readonly id: string;
  readonly name: string;
  /** Name of the repository token that it synchronizes with. */
  readonly syncToken: string;
  /** The connected registry that it synchronizes with in place of the one in Azure. */
  readonly parentId?: string;
  /** Somebody has installed it. One that nobody has synchronizes with nothing. */
  readonly active: boolean;
}

const Body = z.object({
  id: z.string(),
  name: z.string(),
  activation: z.object({ status: z.string().nullish() }).nullish(),
  parent: z.object({ id: z.string().nullish(), syncProperties: z.object({ tokenId: z.string().regex(/[^/]$/) }) }),
});

/**
 * The connected registries of a Premium registry: one call for each, because Resource Graph does not have them.
 * https://learn.microsoft.com/azure/container-registry/intro-connected-registry
 */
export const connectedRegistries: Collector<string, readonly ListedConnectedRegistry[]> = {
  id: "connected-registries",
  permissions: { actions: ["Microsoft.ContainerRegistry/registries/connectedRegistries/read"] },
  read: async (connection, registryId) => {
    const bodies = await listConnectedRegistries(connection, placeOf(registryId));
    return shaped(z.array(Body), bodies, `list connected registries of ${registryId}`).map(
      ({ id, name, activation, parent }) => ({
        id,
        name,
        syncToken: parent.syncProperties.tokenId.split("/").at(-1) ?? "",
        ...(parent.id && !sameId(parent.id, registryId) && { parentId: parent.id }),
        active: activation?.status?.toLowerCase() !== "inactive",
      }),
    );
  },
};
