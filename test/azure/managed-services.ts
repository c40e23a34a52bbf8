import { apiVersionProblem, armList, forbidden, notSupported } from "./arm-reply.ts";
import { azureError } from "./azure-error.ts";
import { isBody, text, without } from "./body.ts";
import type { Context } from "./context.ts";
import { type AuthorizedRequest, queryParameter, type Reply } from "./exchange.ts";
import { placeOf } from "./resource-id.ts";
import type { Body } from "./world.ts";

const collections: Readonly<Record<string, "registrationAssignments" | "registrationDefinitions">> = {
  registrationassignments: "registrationAssignments",
  registrationdefinitions: "registrationDefinitions",
};

/**
 * Delegations by Azure Lighthouse and their definitions; `undefined` for what else the namespace has. Unverified: that the
 * list of a subscription leaves out what was delegated of its resource groups.
 */
export function answerManagedServices(
  request: AuthorizedRequest,
  context: Context,
  provider: number,
): Reply | undefined {
  const type = collections[request.segments[provider + 2]?.toLowerCase() ?? ""];
  const [name, ...more] = request.segments.slice(provider + 3);
  if (!type || more.length > 0) return undefined;
  if (request.method !== "GET" && request.method !== "HEAD") return notSupported(request);
  const problem = apiVersionProblem(request, "Microsoft.ManagedServices", type);
  if (problem) return problem;

  const given = `/${request.segments.slice(0, provider).join("/")}`;
  const scope = given.toLowerCase();
  if (!request.caller.mayRead(scope)) return forbidden(request.caller, `Microsoft.ManagedServices/${type}/read`, given);
  const { subscription, resourceGroup } = placeOf(scope);
  const group = `/subscriptions/${subscription}/resourcegroups/${resourceGroup}`;
  if (resourceGroup && !context.tenant.resourceGroups.has(group))
    return azureError(404, "ResourceGroupNotFound", `Resource group '${given.split("/")[4]}' could not be found.`);

  const prefix = `${scope}/providers/microsoft.managedservices/${type}/`.toLowerCase();
  const bodies = context.tenant.world[type].filter(({ id }) => id.toLowerCase().startsWith(prefix));
  const shape = (body: Body) => (type === "registrationAssignments" ? shaped(request, context, body) : body);
  if (name === undefined) return armList(request, context, bodies, 100, {}, shape);
  const found = bodies.find(({ id }) => id.toLowerCase() === prefix + name.toLowerCase());
  if (found) return { status: 200, body: shape(found) };
  return azureError(404, "ResourceNotFound", `The resource '${name}' of type '${type}' was not found.`);
}

/** An assignment names its definition, and holds it where that is asked for. */
function shaped(request: AuthorizedRequest, { tenant }: Context, body: Body): Body {
  const { properties } = body;
  if (!isBody(properties)) return body;
  const bare = without(properties, "registrationDefinition");
  if (queryParameter(request.query, "$expandRegistrationDefinition")?.toLowerCase() !== "true")
    return { ...body, properties: bare };
  const id = text(properties, "registrationDefinitionId")?.toLowerCase();
  const definition = tenant.world.registrationDefinitions.find((one) => one.id.toLowerCase() === id);
  return { ...body, properties: { ...bare, registrationDefinition: definition ?? properties.registrationDefinition } };
}
