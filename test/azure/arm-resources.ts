import { isKnownType, resourceProviders } from "./api-versions.ts";
import {
  apiVersionOf,
  apiVersionProblem,
  armList,
  forbidden,
  invalidNamespace,
  notSupported,
  resourceGroupNotFound,
} from "./arm-reply.ts";
import { azureError } from "./azure-error.ts";
import { text } from "./body.ts";
import type { Context } from "./context.ts";
import type { AuthorizedRequest, Reply } from "./exchange.ts";
import { registryBody, registryUsages } from "./registry-body.ts";
import { isSecretAction } from "./secret-actions.ts";
import { siteConfig } from "./site-config.ts";
import type { Tenant } from "./tenant.ts";
import type { Body } from "./world.ts";

interface Target {
  /** The whole path in lower case. */
  readonly key: string;
  /** The path before `/providers/…`, in lower case. */
  readonly parent: string;
  readonly namespace: string;
  /** In Azure's spelling where it is known. */
  readonly type: string;
  readonly fullType: string;
  readonly isItem: boolean;
  /** Below which the type is nested: `…/registries/contoso` for `…/registries/contoso/tokens`. */
  readonly container: string | undefined;
}

/** Any resource, child or list of them: what is there comes from the world, what is not gets Azure's own answer. */
export function answerResource(request: AuthorizedRequest, context: Context, provider: number): Reply {
  const { tenant } = context;
  const target = readTarget(request, provider);
  const secret = secretAction(request, target, provider);
  if (secret) return secret;
  if (request.method !== "GET" && request.method !== "HEAD") return notSupported(request);

  const known = typeProblem(request, target, tenant);
  if (known) return known;
  if (!request.caller.mayRead(target.parent === "" ? "/" : target.isItem ? target.key : target.parent))
    return forbidden(request.caller, `${target.namespace}/${target.type}/read`, scopeOf(request, target, provider));
  return target.isItem ? showItem(request, context, target) : listItems(request, context, target);
}

function readTarget(request: AuthorizedRequest, provider: number): Target {
  const given = request.segments.slice(provider + 1);
  const isItem = given.length % 2 === 1;
  const names = given.filter((_, index) => index % 2 === 1);
  const fullType = [given[0], ...names].join("/").toLowerCase();
  const known = resourceProviders.get((given[0] ?? "").toLowerCase());
  const type = [...(known?.types.keys() ?? [])].find(
    (candidate) => `${known?.namespace}/${candidate}`.toLowerCase() === fullType,
  );
  const segments = request.segments.map((segment) => segment.toLowerCase());
  const join = (count: number) => `/${segments.slice(0, count).join("/")}`;
  return {
    key: join(segments.length),
    parent: provider === 0 ? "" : join(provider),
    namespace: known?.namespace ?? given[0] ?? "",
    type: type ?? names.join("/"),
    fullType,
    isItem,
    container: names.length > 1 ? join(segments.length - (isItem ? 2 : 1)) : undefined,
  };
}

/** Scopes in Azure's messages have the client's own case. */
function scopeOf(request: AuthorizedRequest, target: Target, provider: number): string {
  return `/${request.segments.slice(0, target.isItem || target.container ? undefined : provider).join("/")}`;
}

function secretAction(request: AuthorizedRequest, target: Target, provider: number): Reply | undefined {
  const names = request.segments.slice(provider + 2);
  if (!isSecretAction(request.method, names)) return undefined;
  const action = `${target.namespace}/${names.filter((_, index) => index % 2 === 0).join("/")}/action`;
  const scope = `/${request.segments.slice(0, -1).join("/")}`;
  return { ...forbidden(request.caller, action, scope), secretCall: true };
}

function typeProblem(request: AuthorizedRequest, target: Target, tenant: Tenant): Reply | undefined {
  const location = target.isItem ? text(tenant.items.get(target.key), "location") : undefined;
  const namespace = target.fullType.split("/")[0] ?? "";
  const inWorld = tenant.types.has(target.fullType);
  if (!inWorld && !resourceProviders.has(namespace)) return invalidNamespace(target.namespace);
  if (!inWorld && !isKnownType(target.fullType))
    return azureError(
      404,
      "InvalidResourceType",
      `The resource type '${target.type}' could not be found in the namespace '${target.namespace}' for api version '${apiVersionOf(request)}'. The supported api-versions are ''.`,
      { unknownRoute: true },
    );
  return apiVersionProblem(request, target.namespace, target.type, location);
}

function showItem(request: AuthorizedRequest, context: Context, target: Target): Reply {
  const { tenant } = context;
  const body = tenant.items.get(target.key) ?? siteConfig(target.key, target.fullType, tenant);
  if (body) return { status: 200, headers: providerHeaders(target), body: shapeOf(request, target)(body) };
  return groupProblem(request, tenant) ?? resourceNotFound(request, target);
}

function listItems(request: AuthorizedRequest, context: Context, target: Target): Reply {
  const { tenant } = context;
  const problem = groupProblem(request, tenant);
  if (problem) return problem;
  if (target.container && !exists(target.container, tenant))
    return azureError(
      404,
      "ParentResourceNotFound",
      `Failed to perform 'read' on resource(s) of type '${target.type}', because the parent resource '/${request.segments.slice(0, -1).join("/")}' could not be found.`,
    );
  if (target.parent !== "" && !exists(target.parent, tenant)) return resourceNotFound(request, target);
  if (target.fullType === "microsoft.containerregistry/registries/listusages")
    return { status: 200, headers: providerHeaders(target), body: registryUsages(target.key, tenant) };

  const bodies =
    recordSets(target, tenant) ??
    tenant.collections.get(target.key) ??
    tenant.byType.get(`${target.parent}|${target.fullType}`) ??
    siteConfigs(target, tenant);
  const visible = request.caller.readsAll ? bodies : bodies.filter((body) => isVisible(request, body));
  const reply = armList(request, context, visible, 100, {}, shapeOf(request, target));
  return { ...reply, headers: { ...reply.headers, ...providerHeaders(target) } };
}

/** `ALL` of a private zone stands for its record sets of every type, each of which is a collection of its own, and for what was recorded of itself. */
function recordSets({ key, fullType }: Target, tenant: Tenant): readonly Body[] | undefined {
  if (fullType !== "microsoft.network/privatednszones/all") return undefined;
  const zone = key.slice(0, -"all".length);
  const recorded = tenant.collections.get(key) ?? [];
  const typed = ["a", "aaaa", "cname", "mx", "ptr", "soa", "srv", "txt"].flatMap(
    (type) => tenant.collections.get(`${zone}${type}`) ?? [],
  );
  return [...recorded, ...typed];
}

function isVisible({ caller }: AuthorizedRequest, body: Body): boolean {
  const id = text(body, "id");
  return id === undefined || caller.mayRead(id.toLowerCase());
}

function siteConfigs(target: Target, tenant: Tenant): readonly Body[] {
  const body = siteConfig(`${target.key}/web`, target.fullType, tenant);
  return body ? [body] : [];
}

function exists(path: string, tenant: Tenant): boolean {
  const parts = path.split("/");
  if (parts.length === 3 && parts[1] === "subscriptions") return true;
  if (parts[1] === "providers") return tenant.items.has(path) || tenant.managementGroups.all.has(parts.at(-1) ?? "");
  return tenant.items.has(path) || tenant.resourceGroups.has(path);
}

function groupProblem(request: AuthorizedRequest, tenant: Tenant): Reply | undefined {
  const [first, subscription, third, group] = request.segments;
  if (first?.toLowerCase() !== "subscriptions" || third?.toLowerCase() !== "resourcegroups" || !group) return undefined;
  const id = `/subscriptions/${subscription}/resourcegroups/${group}`.toLowerCase();
  return tenant.resourceGroups.has(id) ? undefined : resourceGroupNotFound(group);
}

function resourceNotFound(request: AuthorizedRequest, target: Target): Reply {
  const group = request.segments[2]?.toLowerCase() === "resourcegroups" ? request.segments[3] : undefined;
  const names = request.segments.slice(request.segments.findIndex((part) => part.toLowerCase() === "providers") + 1);
  const where = group ? `under resource group '${group}'` : "under the scope of the request";
  return {
    ...azureError(
      404,
      "ResourceNotFound",
      `The Resource '${names.join("/")}' ${where} was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
    ),
    ...(target.parent === "" && { unknownRoute: true }),
  };
}

function shapeOf(request: AuthorizedRequest, target: Target): (body: Body) => Body {
  if (target.fullType !== "microsoft.containerregistry/registries") return (body) => body;
  const version = apiVersionOf(request);
  return (body) => registryBody(body, version);
}

const registryVersions = [
  ...(resourceProviders.get("microsoft.containerregistry")?.types.get("registries")?.versions ?? []),
]
  .reverse()
  .join(", ");

function providerHeaders(target: Target): Readonly<Record<string, string>> {
  return target.namespace === "Microsoft.ContainerRegistry" ? { "api-supported-versions": registryVersions } : {};
}
