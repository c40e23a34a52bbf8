import { child, isBody, text } from "./body.ts";
import { parentOf } from "./resource-id.ts";
import type { Tenant } from "./tenant.ts";
import type { Body } from "./world.ts";

/** `sites/{name}/config/web`, which repeats the `siteConfig` of the site where the world has no body of its own for it. */
export function siteConfig(key: string, type: string, tenant: Tenant): Body | undefined {
  if (!/^microsoft\.web\/sites(\/slots)?\/config$/.test(type) || !key.endsWith("/config/web")) return undefined;
  const own = tenant.items.get(key);
  if (own) return own;
  const site = tenant.items.get(parentOf(parentOf(key)));
  const properties = child(site, "properties", "siteConfig");
  if (!isBody(properties)) return undefined;
  return {
    id: `${text(site, "id")}/config/web`,
    name: text(site, "name"),
    type: `${text(site, "type")}/config`,
    location: text(site, "location"),
    properties,
  };
}
