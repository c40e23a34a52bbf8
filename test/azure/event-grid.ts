import { z } from "zod";
import { readBearer } from "./bearer.ts";
import { child, text } from "./body.ts";
import type { Context } from "./context.ts";
import type { AzureRequest, Reply } from "./exchange.ts";
import { typeOf } from "./resource-id.ts";
import type { Body, World } from "./world.ts";

export type EventSchema = "EventGridSchema" | "CloudEventSchemaV1_0";

/** An event that a custom topic took, in the topic's own schema. */
export interface PublishedEvent {
  /** ARM id of the topic. */
  readonly topic: string;
  readonly schema: EventSchema;
  readonly event: Body;
}

/** A custom topic of Event Grid: takes events from identities, in the topic's own schema, and hands them on. */
export function eventGrid(request: AzureRequest, context: Context): Reply {
  const bearer = readBearer(request, context, ["https://eventgrid.azure.net", "https://eventgrid.azure.net/"]);
  if (request.path.toLowerCase() !== "/api/events" || request.method !== "POST")
    return { status: 404, body: "", unknownRoute: true };
  const topic = topicAt(request.host, context.tenant.world);
  if (!topic) return failure(404, "ResourceNotFound", "The specified topic was not found.");
  if (!bearer.ok)
    return failure(401, "Unauthorized", "The request authorization key is not authorized for this topic.");

  const schema = schemaOf(topic);
  const isCloudEvent = (request.headers["content-type"] ?? "").toLowerCase().startsWith("application/cloudevents");
  if (isCloudEvent !== (schema === "CloudEventSchemaV1_0"))
    return failure(400, "BadRequest", "This resource is configured for the other event schema.");
  if (Buffer.byteLength(request.body) > sizeLimit)
    return failure(413, "RequestEntityTooLarge", "The maximum size (1048576) has been exceeded.");
  const events = readEvents(request.body, schema, topic.id);
  if (typeof events === "string") return failure(400, "BadRequest", events);
  for (const event of events) context.publish({ topic: topic.id, schema, event });
  return { status: 200, body: "" };
}

const sizeLimit = 1_048_576; // the service's, for one event and for one request

function topicAt(host: string, world: World): World["resources"][number] | undefined {
  return world.resources.find(
    (resource) =>
      typeOf(resource.id) === "microsoft.eventgrid/topics" &&
      text(resource, "properties", "endpoint")?.toLowerCase().includes(`//${host.toLowerCase()}`),
  );
}

function schemaOf(topic: Body): EventSchema {
  const schema = text(child(topic, "properties"), "inputSchema")?.toLowerCase() ?? "";
  return schema.startsWith("cloudevent") ? "CloudEventSchemaV1_0" : "EventGridSchema";
}

const Word = z.string().min(1);
const Time = z.iso.datetime({ offset: true });

// https://learn.microsoft.com/azure/event-grid/event-schema: the topic, where it is given, has to be this one
const EventGridEvents = z.array(
  z.looseObject({
    id: Word,
    topic: z.string().optional(),
    subject: Word,
    eventType: Word,
    eventTime: Time,
    dataVersion: z.string().optional(),
    metadataVersion: z.literal("1").optional(),
  }),
);
const CloudEvent = z.looseObject({
  specversion: z.literal("1.0"),
  id: Word,
  source: Word,
  type: Word,
  time: Time.optional(),
});
const CloudEvents = z.union([z.array(CloudEvent), CloudEvent.transform((event) => [event])]);

/** The events of a request, with what the service adds; or why it takes none of them. */
function readEvents(body: string, schema: EventSchema, topic: string): readonly Body[] | string {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return "Invalid JSON in the request body.";
  }
  if (schema === "CloudEventSchemaV1_0") {
    const events = CloudEvents.safeParse(json);
    return events.success ? events.data : complaint(events.error);
  }
  const events = EventGridEvents.safeParse(json);
  if (!events.success) return complaint(events.error);
  if (events.data.some((event) => event.topic !== undefined && event.topic !== topic))
    return "The topic of an event has to be the id of this topic, or to be left out.";
  return events.data.map((event) => ({ dataVersion: "", ...event, topic, metadataVersion: "1" }));
}

function complaint(error: z.ZodError): string {
  return `This resource is configured to receive another event schema, or an event is not valid: ${z.prettifyError(error)}`;
}

function failure(status: number, code: string, message: string): Reply {
  return { status, body: { error: { code, message, details: [{ code, message }] } } };
}
