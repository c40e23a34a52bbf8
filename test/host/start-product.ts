import type { RuntimeOptions } from "../../src/app/runtime.ts";
import { type ActionGroup, type AlertCall, createActionGroup } from "../azure/action-group.ts";
import { type AlertRule, createAlertRule } from "../azure/alert-rule.ts";
import {
  type EventSubscription,
  type EventSubscriptionOptions,
  subscribeToEvents,
} from "../azure/event-subscription.ts";
import type { SimulatedAzure } from "../azure/simulate-azure.ts";
import type { ListeningHost, ListenOptions } from "./listen.ts";
import { type Host, type HostOptions, startHost } from "./start-host.ts";

export interface ProductOptions {
  readonly azure: SimulatedAzure;
  /** Everything that differs from one installation to the next: storage, topic, webhooks. */
  readonly env: HostOptions["env"];
  readonly runtime?: RuntimeOptions;
  readonly listen?: ListenOptions;
  readonly events?: Omit<EventSubscriptionOptions, "endpoint">;
  readonly onLog?: NonNullable<HostOptions["onLog"]>;
  readonly onInvocation?: NonNullable<HostOptions["onInvocation"]>;
  readonly onAlertCall?: (call: AlertCall) => void;
  /** How much of the pauses of the action group and of Event Grid is really waited. */
  readonly timeScale?: number;
}

/** The product as it is deployed: the app, and what in Azure has been told to call it. */
export interface Product extends AsyncDisposable {
  readonly host: Host;
  readonly app: ListeningHost;
  readonly group: ActionGroup;
  readonly rule: AlertRule;
  readonly events: EventSubscription;
  /** The app as it is now dies, and another process takes its place at the same address. */
  readonly restart: (between?: () => Promise<void>) => Promise<void>;
}

export async function startProduct(options: ProductOptions): Promise<Product> {
  const { azure, env, runtime = {}, onLog, onInvocation, onAlertCall, timeScale } = options;
  const scale = timeScale === undefined ? {} : { timeScale };
  const start = async (listen: ListenOptions) => {
    const host = await startHost({ env, ...runtime, ...(onLog && { onLog }), ...(onInvocation && { onInvocation }) });
    return { host, app: await host.listen({ ...options.listen, ...listen }) };
  };
  let running = await start({});
  const { keys, url } = running.app;
  const group = createActionGroup({
    url: `${url}/api/alerts/login-failures?code=${keys.function}`,
    ...scale,
    ...(onAlertCall && { onCall: onAlertCall }),
  });
  const events = await subscribeToEvents(azure, {
    endpoint: running.app.eventGridUrl("loginFailures"),
    name: "login-failures",
    ...scale,
    ...options.events,
  });

  return {
    get host() {
      return running.host;
    },
    get app() {
      return running.app;
    },
    group,
    rule: createAlertRule(azure, { group }),
    events,
    restart: async (between) => {
      await running.app.kill();
      await running.app.settled();
      await between?.();
      running = await start({ port: Number(new URL(url).port), keys });
    },
    [Symbol.asyncDispose]: async () => {
      await events[Symbol.asyncDispose]();
      await running.app[Symbol.asyncDispose]();
    },
  };
}
