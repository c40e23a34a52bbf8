import { z } from "zod";
import { type QueryScope, queryResourceGraph } from "../azure/resource-graph.ts";
import { type Collected, known, missing } from "../core/collected.ts";
import type { ListedLogin, ListedWorkload } from "../core/workload.ts";
import { Identity, identitiesOf } from "./assigned-identities.ts";
import type { Collector } from "./collector.ts";
import type { WorkloadInventory } from "./workload-inventory.ts";

export interface SiteInventory extends WorkloadInventory {
  /** Ids of sites whose containers are resources of their own, which Resource Graph does not list. */
  readonly withSidecars: readonly string[];
}

/** A site or a slot of one, with what is asked of it. */
export const SiteRow = z.object({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  kind: z.string(),
  subscriptionId: z.string(),
  location: z.string(),
  identity: Identity,
  subnetId: z.string(),
  /** Of App Service or of Container Apps. */
  environmentId: z.string(),
  routesAll: z.boolean().nullish(),
  routesPulls: z.boolean().nullish(),
  outboundAddresses: z.string(),
});

/** What a site runs. */
export const SiteConfigRow = z.object({
  id: z.string(),
  linuxFxVersion: z.string(),
  windowsFxVersion: z.string(),
  usesIdentity: z.boolean().nullish(),
  identityClientId: z.string(),
});

/**
 * Web and function apps with their slots, and what they run. Their application settings, in which a user name and a
 * password would be, are secret and not asked for.
 * https://learn.microsoft.com/azure/app-service/configure-custom-container
 */
export const sites: Collector<QueryScope, SiteInventory> = {
  id: "sites",
  permissions: {
    actions: [
      "Microsoft.ResourceGraph/resources/read",
      "Microsoft.Web/sites/config/read",
      "Microsoft.Web/sites/read",
      "Microsoft.Web/sites/slots/config/read",
      "Microsoft.Web/sites/slots/read",
    ],
  },
  read: async (connection, scope) => {
    const listed = await queryResourceGraph(connection, {
      ...scope,
      name: "sites",
      query: `resources
| where type in~ ('microsoft.web/sites', 'microsoft.web/sites/slots')
| project id, name, type, kind, subscriptionId, location, identity, subnetId = tostring(properties.virtualNetworkSubnetId), environmentId = tostring(coalesce(properties.hostingEnvironmentProfile.id, properties.managedEnvironmentId)), routesAll = tobool(properties.outboundVnetRouting.allTraffic), routesPulls = tobool(coalesce(properties.outboundVnetRouting.imagePullTraffic, properties.vnetImagePullEnabled)), outboundAddresses = tostring(coalesce(properties.possibleOutboundIpAddresses, properties.outboundIpAddresses))
| order by id asc`,
      row: SiteRow,
    });
    if (listed.rows.length === 0) return { workloads: [], malformed: listed.malformed, withSidecars: [] };
    const configs = await queryResourceGraph(connection, {
      ...scope,
      name: "site configurations",
      query: `appserviceresources
| where type in~ ('microsoft.web/sites/config/web', 'microsoft.web/sites/slots/config/web')
| project id, linuxFxVersion = tostring(properties.linuxFxVersion), windowsFxVersion = tostring(properties.windowsFxVersion), usesIdentity = tobool(properties.acrUseManagedIdentityCreds), identityClientId = tostring(properties.acrUserManagedIdentityID)
| where linuxFxVersion contains '|' or windowsFxVersion contains '|' or linuxFxVersion =~ 'sitecontainers'
| order by id asc`,
      row: SiteConfigRow,
    });
    const bySite = new Map(configs.rows.map((row) => [siteKey(row.id), row]));
    const broken = new Map(configs.malformed.map(({ id, detail }) => [siteKey(id), detail]));
    const whyHidden = ({ id, kind }: z.infer<typeof SiteRow>): string | undefined => {
      if (bySite.has(siteKey(id))) return undefined;
      const unseen = "Resource Graph does not show its configuration, and so not which containers it runs";
      return broken.get(siteKey(id)) ?? (/\bcontainer\b/i.test(kind) ? unseen : undefined);
    };
    const sidecars = listed.rows.filter(({ id }) => hasSidecars(bySite.get(siteKey(id))));
    const hidden = listed.rows.flatMap((site) => {
      const detail = whyHidden(site);
      return detail === undefined ? [] : [{ id: site.id, detail }];
    });
    return {
      workloads: listed.rows
        .filter((site) => whyHidden(site) === undefined)
        .map((site) => siteOf(site, bySite.get(siteKey(site.id)))),
      malformed: [...listed.malformed, ...hidden],
      withSidecars: sidecars.map(({ id }) => id),
    };
  },
};

/** Its containers are resources of their own. */
export function hasSidecars(config: z.infer<typeof SiteConfigRow> | undefined): boolean {
  return /^sitecontainers$/i.test(config?.linuxFxVersion ?? "");
}

/** The site that a configuration is of, to look up by. */
function siteKey(id: string): string {
  return id.toLowerCase().replace(/\/config\/web$/, "");
}

export function siteOf(
  site: z.infer<typeof SiteRow>,
  config: z.infer<typeof SiteConfigRow> | undefined,
): ListedWorkload {
  const addresses = site.outboundAddresses.split(",").filter((address) => address !== "");
  const login: ListedLogin = {
    server: "",
    as: config?.usesIdentity
      ? { kind: "identity", named: config.identityClientId }
      : { kind: "password", userName: "" },
  };
  return {
    kind: kindOf(site),
    id: site.id,
    name: nameOf(site),
    subscriptionId: site.subscriptionId.toLowerCase(),
    images: [config?.linuxFxVersion ?? "", config?.windowsFxVersion ?? ""].flatMap(imagesOf),
    logins: [login],
    identities: identitiesOf(site.identity),
    standing: {
      location: site.location,
      subnetIds: subnetsOf(site),
      ...(pullsPast(site) && { unusedSubnetId: site.subnetId }),
      ...(addresses.length > 0 && { outboundAddresses: addresses }),
    },
  };
}

/**
 * In an App Service Environment, and as a function app in one of Container Apps, a site stands in the network of that, and
 * pulls through it. https://learn.microsoft.com/azure/container-apps/functions-overview
 */
function subnetsOf(site: z.infer<typeof SiteRow>): Collected<readonly string[]> {
  const { id, subnetId, environmentId } = site;
  const unknown = (detail: string) => missing({ fact: "vantage", reason: "notFound", detail });
  if (environmentId !== "") return unknown(`the network of ${environmentId}, in which ${id} stands, is not read`);
  if (subnetId === "" || pullsPast(site)) return known([]);
  return pullsThrough(site) ? known([subnetId]) : unknown(`${id} does not say whether it pulls through ${subnetId}`);
}

/**
 * Whether a site pulls through the subnet it is integrated with: `allTraffic` routes pulls as well, whatever
 * `imagePullTraffic` says, which older versions call `vnetImagePullEnabled`. `applicationTraffic`, once
 * `vnetRouteAllEnabled`, is about what the app itself sends, and the other two are about its storage and its backups.
 * https://learn.microsoft.com/azure/app-service/configure-vnet-integration-routing
 */
function pullsThrough({ routesAll, routesPulls }: z.infer<typeof SiteRow>): boolean {
  return routesAll === true || routesPulls === true;
}

function pullsPast(site: z.infer<typeof SiteRow>): boolean {
  return site.subnetId !== "" && site.environmentId === "" && site.routesPulls === false && !pullsThrough(site);
}

function kindOf({ type, kind }: z.infer<typeof SiteRow>): ListedWorkload["kind"] {
  if (type.toLowerCase().endsWith("/slots")) return "webAppSlot";
  return kind.toLowerCase().includes("functionapp") ? "functionApp" : "webApp";
}

/** Resource Graph writes a slot's name as `site/slot` or as `slot` alone. */
function nameOf({ id, name, type }: z.infer<typeof SiteRow>): string {
  if (!type.toLowerCase().endsWith("/slots") || name.includes("/")) return name;
  return /\/sites\/([^/]+)\/slots\/([^/]+)/i.exec(id)?.slice(1).join("/") ?? name;
}

/** `DOCKER|host/repository:tag`, or `COMPOSE|` with a Compose file in base64. */
function imagesOf(version: string): readonly string[] {
  const [, kind = "", rest = ""] = /^([a-z]+)\|(.*)$/is.exec(version) ?? [];
  if (kind.toLowerCase() === "docker") return [rest];
  if (kind.toLowerCase() !== "compose") return [];
  const file = Buffer.from(rest, "base64").toString("utf8");
  return [...file.matchAll(/(?:^|[{,])\s*["']?image["']?:\s*["']?([^\s"'#,}]+)/gm)].map(([, image = ""]) => image);
}
