import { z } from "zod";
import { AzureError } from "../azure/error.ts";
import { getResource } from "../azure/resource.ts";
import type { VantageSubnet } from "../core/network/vantage.ts";
import { parseResourceId } from "../core/resource-id.ts";
import type { Collector } from "./collector.ts";
import { shaped } from "./shaped.ts";

const apiVersion = "2024-05-01";

/** A name of a service goes into a command that replaces the list, so none may be lost and none may be anything else. */
const ServiceEndpoint = z.object({ service: z.string().regex(/^[\w.]+$/) });

const Body = z.object({
  properties: z.object({
    serviceEndpoints: z
      .array(ServiceEndpoint)
      .nullish()
      .transform((list) => (list ?? []).map(({ service }) => service)),
  }),
});

/**
 * One subnet, or null where it, its network or its resource group is gone. What the identity cannot see looks the same as
 * what is gone: the subscription, which may be another one than the registry's, has to be there.
 * https://learn.microsoft.com/azure/virtual-network/virtual-network-service-endpoints-overview
 */
export const subnet: Collector<string, VantageSubnet | null> = {
  id: "subnet",
  permissions: {
    actions: ["Microsoft.Network/virtualNetworks/subnets/read", "Microsoft.Resources/subscriptions/read"],
  },
  read: async (connection, subnetId) => {
    const what = `get subnet ${subnetId}`;
    if (!isSubnetId(subnetId)) throw new AzureError("malformed", what, "this is not the id of a subnet");
    const body = await orNull(getResource(connection, subnetId, apiVersion));
    if (body === null) {
      const subscription = subnetId.split("/").slice(0, 3).join("/");
      if ((await orNull(getResource(connection, subscription, "2022-12-01"))) !== null) return null;
      throw new AzureError("notFound", what, `${subscription} is not visible`);
    }
    return { id: subnetId, serviceEndpoints: shaped(Body, body, what).properties.serviceEndpoints };
  },
};

async function orNull(read: Promise<unknown>): Promise<unknown> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof AzureError && error.reason === "notFound") return null;
    throw error;
  }
}

/** What could lead the address elsewhere (`..`, `?`, `#`, `%`) is in no name that Azure gives. */
const segment = /^(?!\.+$)[\p{L}\p{N}_.()-]+$/u;

function isSubnetId(id: string): boolean {
  const isSubnet = parseResourceId(id)?.type === "microsoft.network/virtualnetworks/subnets";
  return (
    isSubnet &&
    id
      .slice(1)
      .split("/")
      .every((text) => segment.test(text))
  );
}
