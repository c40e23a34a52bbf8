import { z } from "zod";
import { type LoginFailuresDetected, loginFailuresEventType } from "../core/login-failures-event.ts";

const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString());

const Data = z
  .object({
    source: z.string().max(50),
    registryId: z.string().max(500),
    windowStart: time,
    windowEnd: time,
  })
  .refine(({ windowStart, windowEnd }) => windowStart <= windowEnd, { error: "the window ends before it starts" });

/** The same event in both schemas. https://learn.microsoft.com/azure/event-grid/event-schema */
const CloudEvent = z.object({ specversion: z.literal("1.0"), type: z.literal(loginFailuresEventType), data: Data });
const GridEvent = z.object({ eventType: z.literal(loginFailuresEventType), data: Data });

/** What a delivery says, or why it says nothing. */
export function readLoginFailuresEvent(
  event: unknown,
): { readonly event: LoginFailuresDetected } | { readonly problem: string } {
  const isCloud = typeof event === "object" && event !== null && "specversion" in event;
  const parsed = (isCloud ? CloudEvent : GridEvent).safeParse(event);
  return parsed.success ? { event: parsed.data.data } : { problem: z.prettifyError(parsed.error) };
}
