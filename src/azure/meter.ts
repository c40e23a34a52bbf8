import { type Api, type ApiUsage, apis, type Usage, usageOf } from "../core/usage.ts";

/** Counts what one run asks of Azure. */
export interface Meter {
  request(api: Api, status: number | undefined): void;
  wait(api: Api, milliseconds: number): void;
  usage(): Usage;
}

export function createMeter(): Meter {
  const counts = new Map<Api, ApiUsage>(apis.map((api) => [api, { requests: 0, throttled: 0, waitedMs: 0 }]));
  const of = (api: Api): ApiUsage => counts.get(api) ?? { requests: 0, throttled: 0, waitedMs: 0 };
  return {
    request: (api, status) => {
      const { requests, throttled, waitedMs } = of(api);
      counts.set(api, { requests: requests + 1, throttled: throttled + (status === 429 ? 1 : 0), waitedMs });
    },
    wait: (api, milliseconds) => {
      const count = of(api);
      counts.set(api, { ...count, waitedMs: Math.round(count.waitedMs + milliseconds) });
    },
    usage: () => usageOf(of),
  };
}
