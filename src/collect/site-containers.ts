import { z } from "zod";
import { listResources } from "../azure/resource.ts";
import { parseImage } from "../core/image-reference.ts";
import type { ListedLogin, LoginAs } from "../core/workload.ts";
import type { Collector } from "./collector.ts";
import { shaped } from "./shaped.ts";

const apiVersion = "2024-04-01";

const Body = z.object({
  name: z.string(),
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
    const bodies = await listResources(connection, `${siteId}/sitecontainers`, apiVersion);
    const containers = shaped(z.array(Body), bodies, `list containers of ${siteId}`);
    return { images: containers.map(({ properties }) => properties.image), logins: containers.map(loginOf) };
  },
};

function loginOf({ name, properties }: z.infer<typeof Body>): ListedLogin {
  const { image } = properties;
  const container = { name: name.split("/").at(-1) ?? name, image };
  return { server: parseImage(image).host, as: asOf(container.name, properties), container };
}

/** https://learn.microsoft.com/rest/api/appservice/web-apps/list-site-containers#authtype */
function asOf(
  container: string,
  { authType, userName, userManagedIdentityClientId }: z.infer<typeof Body>["properties"],
): LoginAs {
  switch (authType?.toLowerCase() ?? "anonymous") {
    case "anonymous":
      return { kind: "nobody" };
    case "usercredentials":
      return { kind: "password", userName: userName ?? "" };
    case "systemidentity":
      return { kind: "identity", named: "" };
    case "userassigned": {
      const named = userManagedIdentityClientId ?? "";
      if (named !== "") return { kind: "identity", named };
      const why = `container ${container} is to log in as a user-assigned identity and names none`;
      return { kind: "unnamed", why };
    }
    default:
      return { kind: "unclear", why: `container ${container} logs in by ${authType}, which is not known here` };
  }
}
