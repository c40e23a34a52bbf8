import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { EventSchema, PublishedEvent } from "./event-grid.ts";
import type { SimulatedAzure } from "./simulate-azure.ts";
import type { Body } from "./world.ts";

export interface EventSubscriptionOptions {
  /** Where the service posts to. */
  readonly endpoint: string;
  readonly name?: string;
  /** In which schema it delivers; that of the topic otherwise. */
  readonly schema?: EventSchema;
  /** How much of the pauses between attempts is really waited: all of them without it. */
  readonly timeScale?: number;
  /** Milliseconds that an endpoint has to answer. */
  readonly answerTimeoutMs?: number;
  readonly maxDeliveryAttempts?: number;
  readonly timeToLiveMinutes?: number;
  /** How often an event is delivered even though it was acknowledged, by its place among all events. */
  readonly copies?: (place: number) => number;
  /** Milliseconds that a copy is held back, so that later events overtake it. */
  readonly delay?: (place: number, copy: number) => number;
  readonly onAttempt?: (attempt: DeliveryAttempt) => void;
}

interface DeliveryAttempt {
  readonly eventId: string;
  /** From 1; each copy of an event counts for itself. */
  readonly attempt: number;
  /** Missing: nothing was answered in time. */
  readonly status?: number;
  readonly outcome: "delivered" | "retried" | "deadLettered";
}

/** A subscription of a custom topic, delivering as Event Grid does: at least once, in no order, for a day. */
export interface EventSubscription extends AsyncDisposable {
  readonly attempts: readonly DeliveryAttempt[];
  /** What could not be delivered, with what the service says of it. */
  readonly deadLetters: readonly Body[];
  /** Returns when every event that was published so far is delivered or a dead letter. */
  readonly idle: () => Promise<void>;
}

/** Shakes hands with the endpoint, then delivers what is published from now on. Throws when it is not understood. */
export async function subscribeToEvents(
  azure: Pick<SimulatedAzure, "onPublished">,
  options: EventSubscriptionOptions,
): Promise<EventSubscription> {
  await shakeHands(options);
  const attempts: DeliveryAttempt[] = [];
  const deadLetters: Body[] = [];
  const open = new Set<Promise<void>>();
  const stop = new AbortController();
  let place = 0;

  const take = (published: PublishedEvent) => {
    const copies = options.copies?.(place) ?? 1;
    for (let copy = 0; copy < copies; copy++) {
      const heldBack = options.delay?.(place, copy) ?? 0;
      const delivery = deliver(published, options, heldBack, stop.signal, (attempt, deadLetter) => {
        attempts.push(attempt);
        if (deadLetter) deadLetters.push(deadLetter);
        options.onAttempt?.(attempt);
      });
      const done = delivery.catch((error: unknown) => {
        if (!stop.signal.aborted) throw error;
      });
      open.add(done);
      void done.then(() => open.delete(done));
    }
    place++;
  };
  const listening = azure.onPublished(take);

  return {
    attempts,
    deadLetters,
    idle: async () => {
      while (open.size > 0) await Promise.all(open);
    },
    [Symbol.asyncDispose]: async () => {
      listening[Symbol.dispose]();
      stop.abort();
      await Promise.all(open);
    },
  };
}

/** The endpoint proves that it wants the events, by repeating a code. CloudEvents carry it as text in `data`. */
async function shakeHands({ endpoint, schema = "EventGridSchema", name = "sub" }: EventSubscriptionOptions) {
  const validationCode = randomUUID().toUpperCase();
  const data = { validationCode, validationUrl: `https://rp-westeurope.eventgrid.azure.net/validate?id=${name}` };
  const common = { id: randomUUID(), subject: "", data };
  const body =
    schema === "EventGridSchema"
      ? [
          {
            ...common,
            topic: "/subscriptions/…",
            eventType: "Microsoft.EventGrid.SubscriptionValidationEvent",
            eventTime: new Date().toISOString(),
            dataVersion: "2",
            metadataVersion: "1",
          },
        ]
      : {
          ...common,
          specversion: "1.0",
          type: "Microsoft.EventGrid.SubscriptionValidationEvent",
          source: "/subscriptions/…",
          time: new Date().toISOString(),
          data: JSON.stringify(data),
        };
  const response = await fetch(endpoint, {
    method: "POST",
    headers: headersOf(schema, "SubscriptionValidation", name, 0),
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (response.status === 200 && text.includes(validationCode)) return;
  throw new Error(
    `URL validation: the attempt to validate the endpoint ${new URL(endpoint).pathname} failed: it answered ${response.status} ${text.slice(0, 200)}`,
  );
}

function headersOf(schema: EventSchema, type: string, name: string, count: number): Record<string, string> {
  const contentType = schema === "EventGridSchema" ? "application/json" : "application/cloudevents+json";
  return {
    "content-type": `${contentType}; charset=utf-8`,
    "aeg-event-type": type,
    "aeg-subscription-name": name.toUpperCase(),
    "aeg-delivery-count": String(count),
    "aeg-data-version": "1.0",
    "aeg-metadata-version": "1",
  };
}

type Report = (attempt: DeliveryAttempt, deadLetter?: Body) => void;

async function deliver(
  published: PublishedEvent,
  options: EventSubscriptionOptions,
  heldBack: number,
  signal: AbortSignal,
  report: Report,
): Promise<void> {
  const { timeScale = 1, maxDeliveryAttempts = 30, timeToLiveMinutes = 1440 } = options;
  const schema = options.schema ?? published.schema;
  const event = schema === published.schema ? published.event : asCloudEvent(published);
  const eventId = String(event.id);
  const publishTime = new Date();
  if (heldBack > 0) await sleep(heldBack, undefined, { signal });
  let waited = 0; // milliseconds of the service's time

  for (let attempt = 1; ; attempt++) {
    const status = await post(options, schema, event, attempt, signal);
    signal.throwIfAborted();
    const about = { eventId, attempt, ...(status !== undefined && { status }) };
    if (status !== undefined && status >= 200 && status <= 204) return report({ ...about, outcome: "delivered" });

    const pause = Math.max(minutes[Math.min(attempt, minutes.length) - 1] ?? 0, leastPause(status)) * 60_000;
    waited += pause;
    const reason = notRetried.has(status ?? 0)
      ? "NotRetriedAfterThisStatus"
      : attempt >= maxDeliveryAttempts
        ? "MaxDeliveryAttemptsExceeded"
        : waited > timeToLiveMinutes * 60_000
          ? "TimeToLiveExceeded"
          : undefined;
    if (reason !== undefined) {
      return report(
        { ...about, outcome: "deadLettered" },
        {
          ...event,
          deadLetterReason: reason,
          deliveryAttempts: attempt,
          lastDeliveryOutcome: status === undefined ? "TimedOut" : `Status ${status}`,
          publishTime: publishTime.toISOString(),
          lastDeliveryAttemptTime: new Date().toISOString(),
        },
      );
    }
    report({ ...about, outcome: "retried" });
    await sleep(pause * timeScale, undefined, { signal });
  }
}

// https://learn.microsoft.com/azure/event-grid/delivery-and-retry
const minutes = [10 / 60, 0.5, 1, 5, 10, 30, 60, 180, 360, 720];
const notRetried: ReadonlySet<number> = new Set([400, 401, 413]);

/** In minutes: after some answers the service waits longer than its schedule says. */
function leastPause(status: number | undefined): number {
  if (status === 403 || status === 404) return 5;
  if (status === 408) return 2;
  return status === 503 ? 0.5 : 0;
}

async function post(
  { endpoint, name = "sub", answerTimeoutMs = 30_000 }: EventSubscriptionOptions,
  schema: EventSchema,
  event: Body,
  attempt: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    const response = await fetch(endpoint, {
      method: "POST",
      headers: headersOf(schema, "Notification", name, attempt - 1),
      body: JSON.stringify(schema === "EventGridSchema" ? [event] : event),
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerTimeoutMs)]),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return undefined; // nobody there, or too late
  }
}

function asCloudEvent({ topic, schema, event }: PublishedEvent): Body {
  if (schema === "CloudEventSchemaV1_0") throw new Error("Event Grid delivers CloudEvents as CloudEvents alone.");
  const { id, subject, eventType, eventTime, data } = event;
  return {
    specversion: "1.0",
    id,
    source: topic,
    type: eventType,
    subject,
    time: eventTime,
    datacontenttype: "application/json",
    data,
  };
}
