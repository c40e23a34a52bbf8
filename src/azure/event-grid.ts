import { EventGridPublisherClient } from "@azure/eventgrid";
import { type Connection, clientOptions, guardOptions } from "./connection.ts";
import { operation } from "./operation.ts";

export interface TopicEvent {
  readonly id: string;
  readonly subject: string;
  readonly eventType: string;
  readonly eventTime: Date;
  readonly data: object;
}

/**
 * Publishes to a custom topic in the schema of Event Grid, with the app's identity (`EventGrid Data Sender`).
 * https://learn.microsoft.com/azure/event-grid/post-to-custom-topic
 */
export async function publishEvents(
  connection: Connection,
  endpoint: string,
  events: readonly TopicEvent[],
): Promise<void> {
  const client = new EventGridPublisherClient(endpoint, "EventGrid", connection.credential, {
    ...clientOptions(connection),
    ...guardOptions(connection, "eventGrid", endpoint),
  });
  for (let start = 0; start < events.length; start += batchSize) {
    const batch = events.slice(start, start + batchSize).map((event) => ({ ...event, dataVersion: "1.0" }));
    await operation(`publish to ${new URL(endpoint).host}`, () => client.send(batch));
  }
}

const batchSize = 100; // far below the service's 1 MB for one array
