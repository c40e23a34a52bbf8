import { createHash } from "node:crypto";
import { child, isBody, list, text } from "./body.ts";
import { createDirectory, type Directory } from "./directory.ts";
import { createManagementGroups, type ManagementGroups } from "./management-group-tree.ts";
import { nameOf, parentOf, placeOf, typeOf } from "./resource-id.ts";
import { createRoleIndex, type RoleIndex } from "./role-index.ts";
import type { Body, World } from "./world.ts";

/** A world, indexed once so that no request has to walk it. Keys are ids in lower case. */
export interface Tenant {
  readonly world: World;
  readonly id: string;
  /** The domain of the tenant, and its name; from the publisher domain of the world's applications. */
  readonly domain: string;
  readonly displayName: string;
  readonly subscriptions: ReadonlyMap<string, Body>;
  readonly resourceGroups: ReadonlyMap<string, Body>;
  /** Resources and children by id. */
  readonly items: ReadonlyMap<string, Body>;
  /** Resources and children by the path of the collection they are in, for every collection that the world mentions. */
  readonly collections: ReadonlyMap<string, readonly Body[]>;
  /** Top-level resources by `<subscription or resource group id>|<type>`. */
  readonly byType: ReadonlyMap<string, readonly Body[]>;
  /** What Azure Resource Manager tracks, by subscription or resource group id. */
  readonly tracked: ReadonlyMap<string, readonly Body[]>;
  readonly types: ReadonlySet<string>;
  readonly managementGroups: ManagementGroups;
  readonly roles: RoleIndex;
  readonly directory: Directory;
}

/** Child types that Azure tracks like resources of their own: they are in `/resources` and in Resource Graph. */
const trackedChildren = new Set([
  "microsoft.containerregistry/registries/replications",
  "microsoft.containerregistry/registries/webhooks",
  "microsoft.containerregistry/registries/tasks",
  "microsoft.containerregistry/registries/agentpools",
  "microsoft.web/sites/slots",
  "microsoft.machinelearningservices/workspaces/onlineendpoints",
]);

export function indexTenant(world: World): Tenant {
  const items = new Map<string, Body>();
  const collections = new Map<string, Body[]>();
  const byType = new Map<string, Body[]>();
  const tracked = new Map<string, Body[]>();
  const types = new Set<string>();
  const resourceGroups = new Map<string, Body>();

  const track = (id: string, body: Body) => {
    const { subscription, resourceGroup } = placeOf(id);
    if (!subscription) return;
    push(tracked, `/subscriptions/${subscription}`, body);
    if (resourceGroup) push(tracked, `/subscriptions/${subscription}/resourcegroups/${resourceGroup}`, body);
  };

  for (const resource of world.resources) {
    const id = resource.id.toLowerCase();
    const type = typeOf(id);
    const { subscription, resourceGroup } = placeOf(id);
    if (type === "microsoft.resources/subscriptions/resourcegroups") {
      resourceGroups.set(id, resource);
      continue;
    }
    items.set(id, resource);
    types.add(type);
    track(id, resource);
    if (type.split("/").length === 2 && subscription) {
      push(byType, `/subscriptions/${subscription}|${type}`, resource);
      if (resourceGroup)
        push(byType, `/subscriptions/${subscription}/resourcegroups/${resourceGroup}|${type}`, resource);
    } else push(collections, parentOf(id), resource);
  }

  // Subnets are in the body of their network, and are read by themselves too.
  for (const network of resourcesOf(world, "microsoft.network/virtualnetworks")) {
    for (const subnet of list(network, "properties", "subnets").filter(isBody)) {
      const id = `${network.id}/subnets/${text(subnet, "name")}`.toLowerCase();
      if (items.has(id)) continue;
      items.set(id, subnet);
      push(collections, parentOf(id), subnet);
    }
  }

  for (const [path, bodies] of Object.entries(world.children)) {
    const collection = path.toLowerCase();
    if (!collections.has(collection)) collections.set(collection, []);
    types.add(typeOf(`${collection}/x`));
    for (const body of bodies) {
      const name = text(body, "name") ?? nameOf(text(body, "id") ?? "");
      const id = `${collection}/${name.slice(name.lastIndexOf("/") + 1).toLowerCase()}`;
      if (items.has(id)) continue;
      const complete = completeChild(path, name, body);
      items.set(id, complete);
      collections.get(collection)?.push(complete);
      if (trackedChildren.has(typeOf(id))) track(id, complete);
    }
  }

  const subscriptions = new Map<string, Body>();
  for (const body of world.subscriptions) {
    const id = body.subscriptionId.toLowerCase();
    subscriptions.set(id, completeSubscription(world, body));
  }
  for (const resource of world.resources) addResourceGroup(resourceGroups, resource);

  const managementGroups = createManagementGroups(world);
  const directory = createDirectory(world);
  const publishers = world.graph.applications.map((application) => text(application, "publisherDomain"));
  const domain = publishers.find((publisher) => publisher !== undefined) ?? "contoso.onmicrosoft.com";
  const [label = ""] = domain.split(".");
  return {
    world,
    id: world.tenantId,
    domain,
    displayName: label.charAt(0).toUpperCase() + label.slice(1),
    subscriptions,
    resourceGroups,
    items,
    collections,
    byType,
    tracked,
    types,
    managementGroups,
    directory,
    roles: createRoleIndex(world, managementGroups, directory),
  };
}

function resourcesOf({ resources }: World, type: string): World["resources"] {
  return resources.filter(({ id }) => typeOf(id.toLowerCase()) === type);
}

/** A child may be written down without what its place says already; what has no name, such as a usage, stays as it is. */
function completeChild(collection: string, name: string, body: Body): Body {
  if (name === "" || "id" in body || collection.toLowerCase().endsWith("/listusages")) return body;
  const provider = collection.toLowerCase().lastIndexOf("/providers/") + "/providers/".length;
  const parts = collection.slice(provider).split("/");
  const type = parts.filter((_, index) => index === 0 || index % 2 === 1).join("/");
  return { id: `${collection}/${name}`, name, type, ...body };
}

function completeSubscription(world: World, body: World["subscriptions"][number]): Body {
  const { subscriptionId } = body;
  return {
    id: `/subscriptions/${subscriptionId}`,
    authorizationSource: "RoleBased",
    managedByTenants: [],
    tenantId: world.tenantId,
    displayName: subscriptionId,
    state: "Enabled",
    subscriptionPolicies: {
      locationPlacementId: "Public_2014-09-01",
      quotaId: "EnterpriseAgreement_2014-09-01",
      spendingLimit: "Off",
    },
    ...body,
  };
}

function addResourceGroup(groups: Map<string, Body>, resource: World["resources"][number]): void {
  const id = /^\/subscriptions\/[^/]+\/resourcegroups\/([^/]+)/i.exec(resource.id);
  if (!id?.[1] || groups.has(id[0].toLowerCase())) return;
  groups.set(id[0].toLowerCase(), {
    id: id[0].replace(/resourcegroups/i, "resourceGroups"),
    name: id[1],
    type: "Microsoft.Resources/resourceGroups",
    location: text(resource, "location") ?? "westeurope",
    properties: { provisioningState: "Succeeded" },
  });
}

function push(map: Map<string, Body[]>, key: string, body: Body): void {
  const bodies = map.get(key);
  if (bodies) bodies.push(body);
  else map.set(key, [body]);
}

/** A GUID that is the same in every run, for what Azure names by a GUID and the world does not mention. */
export function stableGuid(seed: string): string {
  const hex = createHash("sha256").update(seed).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The login servers of the registries of the world. */
export function loginServers(tenant: Tenant): ReadonlyMap<string, Body> {
  const servers = new Map<string, Body>();
  for (const resource of tenant.world.resources) {
    if (typeOf(resource.id) !== "microsoft.containerregistry/registries") continue;
    const server = text(resource, "properties", "loginServer");
    if (server) servers.set(server.toLowerCase(), resource);
    for (const host of list(child(resource, "properties"), "dataEndpointHostNames"))
      if (typeof host === "string") servers.set(host.toLowerCase(), resource);
  }
  return servers;
}
