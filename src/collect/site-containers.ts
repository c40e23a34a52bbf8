import { z } from "zod";
import { AzureError } from "../azure/error.ts";
import { listResources } from "../azure/resource.ts";
import { parseImage } from "../core/image-reference.ts";
import type { ListedLogin } from "../core/workload.ts";
import type { Collector } from "./collector.ts";

const apiVersion = "2024-04-01";

const Body = z.object({
  properties: z.object({
    image: z.string(),
    authType: z.string().nullish(),
    userName: z.string().nullish(),
    userManagedIdentityClientId: z.string().nullish(),
  }),
});

export interface SiteContainers {
  readonly images: readonly string[];
  readonly logins: readonly ListedLogin[];
}

/**
 * The containers of a site that keeps them as resources of their own, which Resource Graph does not list: one call for
 * each such site.
 * https://learn.microsoft.com/azure/app-service/configure-sidecar
 */
export const siteContainers: Collector<string, SiteContainers> = {
  id: "site-containers",
  permissions: {
    actions: ["Microsoft.Web/sites/sitecontainers/read", "Microsoft.Web/sites/slots/sitecontainers/read"],
  },
  read: async (connection, siteId) => {
    const parsed = z.array(Body).safeParse(await listResources(connection, `${siteId}/sitecontainers`, apiVersion));
    if (!parsed.success)
      throw new AzureError("malformed", `list containers of ${siteId}`, z.prettifyError(parsed.error));
    return {
      images: parsed.data.map(({ properties }) => properties.image),
      logins: parsed.data.flatMap(loginOf),
    };
  },
};

function loginOf({ properties }: z.infer<typeof Body>): ListedLogin[] {
  const { image, authType, userName, userManagedIdentityClientId } = properties;
  const server = parseImage(image).host;
  const type = authType?.toLowerCase() ?? "anonymous";
  if (type === "anonymous") return [];
  if (type === "usercredentials") return [{ server, as: { kind: "password", userName: userName ?? "" } }];
  const named = type === "systemidentity" ? "" : (userManagedIdentityClientId ?? "");
  return [{ server, as: { kind: "identity", named } }];
}
