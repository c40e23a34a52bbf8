export const apis = ["resourceManager", "resourceGraph", "graph", "logs", "eventGrid"] as const;
/** Whose API a request went to. */
export type Api = (typeof apis)[number];

export interface ApiUsage {
  /** Requests that went over the wire, repeated ones included. */
  readonly requests: number;
  /** Answers that said 429. */
  readonly throttled: number;
  /** Milliseconds spent waiting for Azure to take requests again. */
  readonly waitedMs: number;
}

/** What a run asked of Azure. */
export type Usage = Readonly<Record<Api, ApiUsage>>;

const nothing: ApiUsage = { requests: 0, throttled: 0, waitedMs: 0 };

export const noUsage: Usage = usageOf(() => nothing);

export function usageOf(of: (api: Api) => ApiUsage): Usage {
  return {
    resourceManager: of("resourceManager"),
    resourceGraph: of("resourceGraph"),
    graph: of("graph"),
    logs: of("logs"),
    eventGrid: of("eventGrid"),
  };
}

export function addUsage(a: Usage, b: Usage): Usage {
  return usageOf((api) => ({
    requests: a[api].requests + b[api].requests,
    throttled: a[api].throttled + b[api].throttled,
    waitedMs: a[api].waitedMs + b[api].waitedMs,
  }));
}
