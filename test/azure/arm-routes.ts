import { resourceProviders } from "./api-versions.ts";
import { answerAuthorization } from "./arm-authorization.ts";
import {
  apiVersionProblem,
  armList,
  forbidden,
  invalidNamespace,
  notFound,
  notSupported,
  resourceGroupNotFound,
} from "./arm-reply.ts";
import { answerResource } from "./arm-resources.ts";
import { azureError } from "./azure-error.ts";
import { without } from "./body.ts";
import type { Context } from "./context.ts";
import { type AuthorizedRequest, queryParameter, type Reply } from "./exchange.ts";
import { answerManagedServices } from "./managed-services.ts";
import { answerManagementGroups } from "./management-groups.ts";
import { answerResourceGraph } from "./resource-graph.ts";
import type { Body } from "./world.ts";

/** Finds who answers a path of Azure Resource Manager. */
export function answerArm(request: AuthorizedRequest, context: Context): Reply {
  const segments = request.segments.map((segment) => segment.toLowerCase());
  const [first, second, third] = segments;
  if (queryParameter(request.query, "api-version") === undefined)
    return azureError(
      400,
      "MissingApiVersionParameter",
      "The api-version query parameter (?api-version=) is required for all requests.",
    );
  const provider = segments.lastIndexOf("providers");
  const namespace = provider < 0 ? undefined : segments[provider + 1];

  if (first === "subscriptions" && second !== undefined) {
    const problem = subscriptionProblem(request, context, second);
    if (problem) return problem;
  }
  if (namespace === "microsoft.resourcegraph" && segments[provider + 2] === "resources")
    return answerResourceGraph(request, context);
  if (namespace === "microsoft.authorization") {
    const reply = answerAuthorization(request, context, provider);
    if (reply) return reply;
  }
  if (namespace === "microsoft.managedservices") {
    const reply = answerManagedServices(request, context, provider);
    if (reply) return reply;
  }
  if (first === "providers" && second === "microsoft.management" && provider === 0)
    return answerManagementGroups(request, context);
  // Clients register a provider before they use it; here all of them always are.
  if (request.method === "POST" && first === "subscriptions" && provider === 2 && segments[4] === "register")
    return showProvider(request, namespace ?? "", second);
  if (provider >= 0 && namespace !== undefined && segments.length > provider + 2)
    return answerResource(request, context, provider);
  if (request.method !== "GET" && request.method !== "HEAD") return notSupported(request);
  if (segments.length === 1 && first === "subscriptions") return listSubscriptions(request, context);
  if (segments.length === 1 && first === "tenants") return listTenants(request, context);
  if (provider >= 0 && provider === segments.length - 1) return listProviders(request, second);
  if (provider >= 0 && provider === segments.length - 2) return showProvider(request, namespace ?? "", second);
  if (first !== "subscriptions" || second === undefined) return notFound(request);
  if (segments.length === 2) return showSubscription(request, context, second);
  if (third === "resourcegroups") return answerResourceGroups(request, context, segments);
  if (third === "resources" && segments.length === 3)
    return listResources(request, context, `/subscriptions/${second}`);
  if (third === "locations" && segments.length === 3) return listLocations(request, second);
  if (third === "tagnames" && segments.length === 3) return armList(request, context, [], 1000);
  return notFound(request);
}

function subscriptionProblem(
  { segments, caller }: AuthorizedRequest,
  { tenant }: Context,
  id: string,
): Reply | undefined {
  const given = segments[1] ?? "";
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id))
    return azureError(
      400,
      "InvalidSubscriptionId",
      `The provided subscription identifier '${given}' is malformed or invalid.`,
    );
  if (tenant.subscriptions.has(id)) return undefined;
  if (caller.readsAll)
    return azureError(404, "SubscriptionNotFound", `The subscription '${given}' could not be found.`);
  return forbidden(caller, "Microsoft.Resources/subscriptions/read", `/subscriptions/${given}`);
}

function listSubscriptions(request: AuthorizedRequest, context: Context): Reply {
  const problem = apiVersionProblem(request, "Microsoft.Resources", "subscriptions");
  if (problem) return problem;
  const seen = [...context.tenant.subscriptions].filter(([id]) => request.caller.sees(id));
  const count = { type: "Total", value: seen.length };
  return armList(
    request,
    context,
    seen.map(([, body]) => armSubscription(body)),
    1000,
    { count },
  );
}

function showSubscription(request: AuthorizedRequest, context: Context, id: string): Reply {
  const problem = apiVersionProblem(request, "Microsoft.Resources", "subscriptions");
  if (problem) return problem;
  const body = context.tenant.subscriptions.get(id) ?? {};
  if (request.caller.sees(id)) return { status: 200, body: armSubscription(body) };
  return forbidden(request.caller, "Microsoft.Resources/subscriptions/read", `/subscriptions/${request.segments[1]}`);
}

/** `properties` is how Resource Graph tells where the subscription is; Azure Resource Manager does not have it. */
function armSubscription(body: Body): Body {
  return without(body, "properties", "managementGroupAncestorsChain", "name", "type");
}

function listTenants(request: AuthorizedRequest, context: Context): Reply {
  const problem = apiVersionProblem(request, "Microsoft.Resources", "tenants");
  if (problem) return problem;
  const { id: tenantId, domain, displayName } = context.tenant;
  const body = {
    id: `/tenants/${tenantId}`,
    tenantId,
    countryCode: "NL",
    displayName,
    domains: [domain],
    tenantCategory: "Home",
    defaultDomain: domain,
    tenantType: "AAD",
  };
  return armList(request, context, [body], 1000);
}

function answerResourceGroups(request: AuthorizedRequest, context: Context, segments: readonly string[]): Reply {
  const problem = apiVersionProblem(request, "Microsoft.Resources", "subscriptions/resourceGroups");
  if (problem) return problem;
  const { tenant } = context;
  const { caller } = request;
  const [, subscription, , name, last] = segments;
  if (name === undefined) {
    const prefix = `/subscriptions/${subscription}/`;
    const groups = [...tenant.resourceGroups].filter(([id]) => id.startsWith(prefix));
    if (!caller.sees(subscription ?? ""))
      return forbidden(caller, "Microsoft.Resources/subscriptions/resourceGroups/read", prefix.slice(0, -1));
    return armList(
      request,
      context,
      groups.filter(([id]) => caller.mayRead(id)).map(([, body]) => body),
      1000,
    );
  }
  const id = `/subscriptions/${subscription}/resourcegroups/${name}`;
  if (!caller.mayRead(id))
    return forbidden(caller, "Microsoft.Resources/subscriptions/resourceGroups/read", request.path);
  const group = tenant.resourceGroups.get(id);
  if (!group) return resourceGroupNotFound(request.segments[3] ?? "");
  if (segments.length === 4) return { status: 200, body: group };
  if (segments.length === 5 && last === "resources") return listResources(request, context, id);
  return notFound(request);
}

const listed = ["id", "name", "type", "kind", "managedBy", "sku", "location", "plan", "zones", "identity", "tags"];

function listResources(request: AuthorizedRequest, context: Context, scope: string): Reply {
  const problem = apiVersionProblem(request, "Microsoft.Resources", "resources");
  if (problem) return problem;
  const filter = queryParameter(request.query, "$filter") ?? "";
  const matches = resourceFilter(filter);
  if (!matches)
    return azureError(400, "InvalidFilterInQueryString", `Invalid $filter '${filter}' specified in the query string.`);
  const expand = (queryParameter(request.query, "$expand") ?? "").split(",").map((name) => name.trim());
  const names = [...listed, ...expand];
  const bodies = (context.tenant.tracked.get(scope) ?? []).filter(
    (body) => matches(body) && request.caller.mayRead(String(body.id).toLowerCase()),
  );
  return armList(request, context, bodies, Number(queryParameter(request.query, "$top") ?? 1000), {}, (body) =>
    Object.fromEntries(names.filter((name) => body[name] != null).map((name) => [name, body[name]])),
  );
}

/** The comparisons of `GET …/resources` that people use, joined by `and` or `or`. */
function resourceFilter(filter: string): ((body: Body) => boolean) | undefined {
  if (filter.trim() === "") return () => true;
  const alternatives = filter.split(/\s+or\s+/i).map((alternative) => alternative.split(/\s+and\s+/i).map(comparison));
  if (alternatives.some((all) => all.includes(undefined))) return undefined;
  return (body) => alternatives.some((all) => all.every((test) => test?.(body)));
}

function comparison(expression: string): ((body: Body) => boolean) | undefined {
  const part =
    /^\(?\s*(resourceType|name|location|resourceGroup|tagName|tagValue)\s+(eq|ne)\s+'((?:[^']|'')*)'\s*\)?$/i.exec(
      expression.trim(),
    );
  if (!part) return undefined;
  const [, property = "", operator, quoted = ""] = part;
  const value = quoted.replaceAll("''", "'").toLowerCase();
  const read = (body: Body): readonly unknown[] => {
    switch (property.toLowerCase()) {
      case "resourcetype":
        return [body.type];
      case "resourcegroup":
        return [String(body.id).split("/")[4]];
      case "tagname":
        return Object.keys(body.tags ?? {});
      case "tagvalue":
        return Object.values(body.tags ?? {});
      default:
        return [body[property.toLowerCase()]];
    }
  };
  const equal = (body: Body) => read(body).some((found) => String(found).toLowerCase() === value);
  return operator?.toLowerCase() === "eq" ? equal : (body) => !equal(body);
}

function listLocations(request: AuthorizedRequest, subscription: string): Reply {
  const locations = {
    westeurope: "West Europe",
    northeurope: "North Europe",
    eastus: "East US",
    germanywestcentral: "Germany West Central",
  };
  const value = Object.entries(locations).map(([name, displayName]) => ({
    id: `/subscriptions/${subscription}/locations/${name}`,
    name,
    type: "Region",
    displayName,
    regionalDisplayName: displayName,
    metadata: { regionType: "Physical", regionCategory: "Recommended", geography: displayName, pairedRegion: [] },
  }));
  return (
    apiVersionProblem(request, "Microsoft.Resources", "subscriptions/locations") ?? { status: 200, body: { value } }
  );
}

function listProviders(request: AuthorizedRequest, subscription: string | undefined): Reply {
  const value = [...resourceProviders.keys()].map((namespace) => providerBody(namespace, subscription));
  return apiVersionProblem(request, "Microsoft.Resources", "providers") ?? { status: 200, body: { value } };
}

function showProvider(request: AuthorizedRequest, namespace: string, subscription: string | undefined): Reply {
  const problem = apiVersionProblem(request, "Microsoft.Resources", "providers");
  if (problem) return problem;
  const body = providerBody(namespace, subscription);
  return body ? { status: 200, body } : invalidNamespace(namespace);
}

function providerBody(key: string, subscription: string | undefined): Body | undefined {
  const provider = resourceProviders.get(key);
  if (!provider) return undefined;
  return {
    ...(subscription && { id: `/subscriptions/${subscription}/providers/${provider.namespace}` }),
    namespace: provider.namespace,
    resourceTypes: [...provider.types].map(([resourceType, { versions }]) => ({
      resourceType,
      locations: ["West Europe", "North Europe", "East US", "Germany West Central"],
      apiVersions: versions,
      defaultApiVersion: versions.find((version) => !version.includes("-preview")) ?? versions[0],
      capabilities: "SupportsTags, SupportsLocation",
    })),
    registrationState: "Registered",
    registrationPolicy: "RegistrationRequired",
  };
}
