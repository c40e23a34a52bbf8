import { getResource } from "../azure/resource.ts";
import type { ListedWorkload } from "../core/workload.ts";
import type { Collector } from "./collector.ts";
import { resourceBody } from "./resource-body.ts";
import { shaped } from "./shaped.ts";
import { siteContainers } from "./site-containers.ts";
import { hasSidecars, SiteConfigRow, SiteRow, siteOf } from "./sites.ts";

/** The first that says with `outboundVnetRouting` what goes through the network. */
const apiVersion = "2024-11-01";

/**
 * One web or function app, or a slot of one, as it is now, with what it runs: Resource Graph, which lists all of them, is
 * minutes behind.
 */
export const site: Collector<string, ListedWorkload> = {
  id: "site",
  permissions: {
    actions: [
      "Microsoft.Web/sites/config/read",
      "Microsoft.Web/sites/read",
      "Microsoft.Web/sites/sitecontainers/read",
      "Microsoft.Web/sites/slots/config/read",
      "Microsoft.Web/sites/slots/read",
      "Microsoft.Web/sites/slots/sitecontainers/read",
    ],
  },
  read: async (connection, id) => {
    const row = shaped(SiteRow, rowOf(await getResource(connection, id, apiVersion)), `get ${id}`);
    const configId = `${id}/config/web`;
    const body = configRowOf(await getResource(connection, configId, apiVersion));
    const config = shaped(SiteConfigRow, body, `get ${configId}`);
    const listed = siteOf(row, config);
    return hasSidecars(config) ? { ...listed, ...(await siteContainers.read(connection, id)) } : listed;
  },
};

/** What the queries of `sites` project. */
function rowOf(body: unknown): unknown {
  const { columns, part, text } = resourceBody(body);
  const routing = "properties.outboundVnetRouting";
  return {
    ...columns,
    kind: text("kind"),
    subnetId: text("properties.virtualNetworkSubnetId"),
    environmentId: text("properties.hostingEnvironmentProfile.id") || text("properties.managedEnvironmentId"),
    routesAll: part(`${routing}.allTraffic`),
    routesPulls: part(`${routing}.imagePullTraffic`) ?? part("properties.vnetImagePullEnabled"),
    outboundAddresses: text("properties.possibleOutboundIpAddresses") || text("properties.outboundIpAddresses"),
  };
}

function configRowOf(body: unknown): unknown {
  const { columns, part, text } = resourceBody(body);
  return {
    id: columns.id,
    linuxFxVersion: text("properties.linuxFxVersion"),
    windowsFxVersion: text("properties.windowsFxVersion"),
    usesIdentity: part("properties.acrUseManagedIdentityCreds"),
    identityClientId: text("properties.acrUserManagedIdentityID"),
  };
}
