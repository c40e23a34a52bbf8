import { World } from "../world.ts";
import { ids } from "./ids.ts";
import { managementGroupBody } from "./management-group.ts";
import { clusters } from "./nordfracht/clusters.ts";
import { directory } from "./nordfracht/directory.ts";
import { denyAssignments, roleAssignments, roleDefinitions } from "./nordfracht/grants.ts";
import { logs } from "./nordfracht/logs.ts";
import { zoneRecords } from "./nordfracht/networks.ts";
import { otherResources } from "./nordfracht/other-resources.ts";
import { registries } from "./nordfracht/registries.ts";
import { registryChildren } from "./nordfracht/registry-children.ts";
import { workloads } from "./nordfracht/workloads.ts";
import { subscriptionBody } from "./subscription.ts";

/**
 * Nordfracht, a carrier with warehouses: 3 subscriptions under 2 management groups, 14 registries, 8 clusters, one or two
 * of each other kind of workload and 12 service principals, most of them healthy. The same `now` gives the same world;
 * credentials and logs are dated from it. `ids` names everything in it.
 */
export function defaultWorld(now: Date): World {
  return World.parse({
    tenantId: ids.tenantId,
    managementGroups,
    subscriptions: [platformProd, appsProd, appsDev],
    resources: [...registries, ...clusters, ...workloads, ...otherResources],
    roleAssignments,
    roleDefinitions,
    denyAssignments,
    children: { ...registryChildren(now), ...zoneRecords },
    graph: directory(now),
    logs: logs(now),
  });
}

const { tenantId } = ids;
const platformProd = subscription(ids.subscriptions.platformProd, "platform-prod", "prod");
const appsProd = subscription(ids.subscriptions.appsProd, "apps-prod", "prod");
const appsDev = subscription(ids.subscriptions.appsDev, "apps-dev", "dev");

const root = { name: tenantId, displayName: "Tenant Root Group" };
const platform = { name: "nf-platform", displayName: "Nordfracht Platform" };
const apps = { name: "nf-apps", displayName: "Nordfracht Applications" };

const managementGroups = [
  managementGroupBody({ ...root, tenantId, groups: [platform, apps] }),
  managementGroupBody({ ...platform, tenantId, parent: root, subscriptions: [platformProd] }),
  managementGroupBody({ ...apps, tenantId, parent: root, subscriptions: [appsProd, appsDev] }),
];

function subscription(subscriptionId: string, displayName: string, env: string) {
  return subscriptionBody({ subscriptionId, tenantId, displayName, tags: { env } });
}
