import type { HttpAnswer } from "./http-call.ts";
import type { Host, LogLine } from "./start-host.ts";
import { triggerOf } from "./trigger-of.ts";

export interface EventGridCall {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * The webhook of the Event Grid extension. It shakes hands by itself, calls the function once for each event, and says
 * 500 when one of them failed, so that all of them come again.
 */
export async function answerEventGrid(
  host: Host,
  { url, headers, body }: EventGridCall,
  log: (line: LogLine) => void,
): Promise<HttpAnswer> {
  const wanted = url.searchParams.get("functionName") ?? "";
  const metadata = host.functions.find(({ name }) => name === wanted);
  if (!metadata || triggerOf(metadata).type !== "eventGridTrigger")
    return answer(404, `cannot find function: '${wanted}'`);

  const type = headers["aeg-event-type"]?.toLowerCase();
  if (type === "unsubscribe") return answer(202);
  if (type !== "subscriptionvalidation" && type !== "notification") return answer(400);
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return answer(500); // the extension does not expect this, and throws
  }
  if (type === "subscriptionvalidation") return handshake(json);

  const events: readonly unknown[] = Array.isArray(json) ? json : [json];
  const done = await Promise.allSettled(events.map((event) => host.eventGrid(metadata.name, event)));
  const failed = done.find((one) => one.status === "rejected");
  if (!failed) return answer(202);
  const message = failed.reason instanceof Error ? failed.reason.message : String(failed.reason);
  log({ functionName: metadata.name, level: "error", message: `Exception while executing function: ${message}` });
  return answer(500, message);
}

/** In CloudEvents the data is JSON in a text. */
function handshake(json: unknown): HttpAnswer {
  const event = Object(Array.isArray(json) ? json[0] : json) as { readonly data?: unknown };
  const data = Object(typeof event.data === "string" ? JSON.parse(event.data) : event.data) as {
    readonly validationCode?: unknown;
  };
  return answer(200, JSON.stringify({ validationResponse: data.validationCode }));
}

function answer(status: number, body = ""): HttpAnswer {
  return { status, headers: body === "" ? {} : { "content-type": "text/plain; charset=utf-8" }, body };
}
