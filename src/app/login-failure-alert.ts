import { z } from "zod";
import type { LoginFailuresDetected } from "../core/login-failures-event.ts";
import { printable } from "../core/printable.ts";
import { parseResourceId, registryType } from "../core/resource-id.ts";
import { passOn } from "./publish-login-failures.ts";
import type { Runtime } from "./runtime.ts";

/** Azure Monitor sends no more than this. */
export const alertLimitInBytes = 256 * 1024;
const registriesLimit = 300; // as many alerts as one evaluation of a rule fires

export type AlertAnswer =
  | { readonly kind: "passedOn"; readonly registries: readonly string[] }
  | { readonly kind: "ignored"; readonly why: string }
  | { readonly kind: "refused"; readonly why: string };

const time = z.iso.datetime({ offset: true });

/** The common alert schema of Log Alerts V2, as far as it is read. Links in it are never followed. */
const Alert = z.object({
  schemaId: z.literal("azureMonitorCommonAlertSchema"),
  data: z.object({
    essentials: z.object({
      alertId: z.string().optional(),
      alertRule: z.string(),
      monitorCondition: z.string(),
      monitoringService: z.string(),
      alertTargetIDs: z.array(z.string()).nullish(),
    }),
    alertContext: z
      .object({
        condition: z
          .object({
            windowStartTime: time.optional(),
            windowEndTime: time.optional(),
            allOf: z
              .array(
                z.object({
                  dimensions: z.array(z.object({ name: z.string(), value: z.unknown() })).nullish(),
                }),
              )
              .nullish(),
          })
          .nullish(),
      })
      .nullish(),
  }),
});

/** Takes what an action group sends: which registries, and when. Everything else in it is the sender's word alone. */
export async function takeAlert(runtime: Runtime, body: string): Promise<AlertAnswer> {
  const size = Buffer.byteLength(body);
  if (size > alertLimitInBytes)
    return { kind: "refused", why: `the alert has ${size} bytes; ${alertLimitInBytes} are taken` };
  const parsed = Alert.safeParse(jsonOf(body));
  if (!parsed.success) {
    const why = z.prettifyError(parsed.error).replace(/\s*\n\s*/g, "; ");
    return { kind: "refused", why: printable(`this is no alert in the common alert schema: ${why}`).slice(0, 1000) };
  }
  const { essentials, alertContext } = parsed.data.data;
  if (/^test[-_ ]?/i.test(essentials.alertRule) || essentials.alertId?.includes(sampleSubscription))
    return { kind: "ignored", why: "this is the sample that an action group sends as a test" };
  if (essentials.monitorCondition !== "Fired") return { kind: "ignored", why: "the alert has not fired" };
  if (!/^log alerts v2$/i.test(essentials.monitoringService))
    return { kind: "refused", why: "this is no log search alert (Log Alerts V2)" };

  const condition = alertContext?.condition;
  const dimensions = (condition?.allOf ?? []).flatMap((one) => one.dimensions ?? []);
  const named = [
    ...(essentials.alertTargetIDs ?? []),
    ...dimensions.filter(({ name }) => /^_?ResourceId$/i.test(name)).map(({ value }) => String(value)),
  ];
  const registries = [...new Map(named.filter(isRegistry).map((id) => [id.toLowerCase(), id])).values()];
  if (registries.length === 0) return { kind: "refused", why: "the alert names no container registry" };
  const { windowStartTime, windowEndTime } = condition ?? {};
  if (windowStartTime === undefined || windowEndTime === undefined || windowStartTime >= windowEndTime)
    return { kind: "refused", why: "the alert does not say its window of time" };

  const events = registries.slice(0, registriesLimit).map(
    (registryId): LoginFailuresDetected => ({
      source: "log-alert",
      registryId: registryId.toLowerCase(), // the alert's target and its dimension differ in case
      windowStart: new Date(windowStartTime).toISOString(),
      windowEnd: new Date(windowEndTime).toISOString(),
    }),
  );
  await passOn(runtime, events);
  return { kind: "passedOn", registries: events.map(({ registryId }) => registryId) };
}

/** The subscription in Azure Monitor's own sample alerts. */
const sampleSubscription = "11111111-1111-1111-1111-111111111111";

function isRegistry(id: string): boolean {
  return id.length <= 500 && parseResourceId(id)?.type === registryType;
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
