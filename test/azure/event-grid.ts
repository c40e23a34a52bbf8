import { readBearer } from "./bearer.ts";
import { child, text } from "./body.ts";
import type { Context } from "./context.ts";
import type { AzureRequest, Reply } from "./exchange.ts";
import { typeOf } from "./resource-id.ts";

/** A custom topic of Event Grid: takes events from identities, in the topic's own schema, and keeps them in the request log. */
export function eventGrid(request: AzureRequest, context: Context): Reply {
  const bearer = readBearer(request, context, ["https://eventgrid.azure.net", "https://eventgrid.azure.net/"]);
  if (request.path.toLowerCase() !== "/api/events" || request.method !== "POST")
    return { status: 404, body: "", unknownRoute: true };
  const topic = context.tenant.world.resources.find(
    (resource) =>
      typeOf(resource.id) === "microsoft.eventgrid/topics" &&
      text(resource, "properties", "endpoint")?.toLowerCase().includes(`//${request.host.toLowerCase()}`),
  );
  if (!topic) return failure(404, "ResourceNotFound", "The specified topic was not found.");
  if (!bearer.ok)
    return failure(401, "Unauthorized", "The request authorization key is not authorized for this topic.");
  const schema = text(child(topic, "properties"), "inputSchema")?.toLowerCase() ?? "eventgridschema";
  const isCloudEvent = (request.headers["content-type"] ?? "").toLowerCase().startsWith("application/cloudevents");
  if (isCloudEvent !== schema.startsWith("cloudevent"))
    return failure(400, "BadRequest", "This resource is configured for the other event schema.");
  return { status: 200, body: "" };
}

function failure(status: number, code: string, message: string): Reply {
  return { status, body: { error: { code, message, details: [{ code, message }] } } };
}
