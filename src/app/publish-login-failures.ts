import { publishEvents } from "../azure/event-grid.ts";
import { createMeter } from "../azure/meter.ts";
import { eventIdOf, type LoginFailuresDetected, loginFailuresEventType } from "../core/login-failures-event.ts";
import { mapBounded } from "./map-bounded.ts";
import { type Reaction, reactToLoginFailures } from "./react.ts";
import type { Runtime } from "./runtime.ts";

const concurrency = 4;

/**
 * Passes on that logins failed: to the topic, which tells it again until somebody has listened, or straight to the
 * reaction where there is no topic. Throws an AzureError when it was not passed on whole.
 */
export async function passOn(
  runtime: Runtime,
  events: readonly LoginFailuresDetected[],
): Promise<readonly { readonly event: LoginFailuresDetected; readonly reaction: Reaction | "published" }[]> {
  const { ACRAUDIT_EVENT_TOPIC_ENDPOINT: topic } = runtime.settings;
  if (events.length === 0) return [];
  if (topic === undefined) {
    return mapBounded(events, concurrency, async (event) => ({
      event,
      reaction: await reactToLoginFailures(runtime, event),
    }));
  }
  const eventTime = runtime.now();
  await publishEvents(
    runtime.connect(createMeter()),
    topic,
    events.map((event) => ({
      id: eventIdOf(event),
      subject: event.registryId,
      eventType: loginFailuresEventType,
      eventTime,
      data: event,
    })),
  );
  return events.map((event) => ({ event, reaction: "published" }));
}
