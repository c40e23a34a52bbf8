import { z } from "zod";
import type { Connection } from "../azure/connection.ts";
import { type QueryScope, queryResourceGraph, type Rows } from "../azure/resource-graph.ts";
import { listSubscriptions } from "../azure/subscriptions.ts";
import type { Gap } from "../core/collected.ts";
import type { Collector } from "./collector.ts";

export interface Subscription {
  readonly id: string;
  readonly name: string;
  readonly tenantId: string;
  /** Names of the management groups above it; absent where Resource Graph does not say them. */
  readonly ancestors?: readonly string[];
}

export interface SubscriptionInventory {
  /** Everything was asked for, not named subscriptions or management groups. */
  readonly whole: boolean;
  readonly subscriptions: readonly Subscription[];
  /** Subscriptions that exist for the identity but that it cannot read. */
  readonly gaps: readonly Gap[];
}

const Row = z.object({
  subscriptionId: z.string(),
  name: z.string(),
  tenantId: z.string(),
  ancestors: z.array(z.object({ name: z.string() })).nullish(),
});

const Listed = z.object({ subscriptionId: z.string() });

/** The subscriptions to sweep, with the management groups above them. */
export const subscriptions: Collector<QueryScope, SubscriptionInventory> = {
  id: "subscriptions",
  permissions: {
    actions: ["Microsoft.Resources/subscriptions/read", "Microsoft.ResourceGraph/resources/read"],
  },
  read: async (connection, scope) => {
    const items = (await listSubscriptions(connection)).map((item) => Listed.safeParse(item));
    const listed = items.flatMap(({ data }) => (data ? [data.subscriptionId.toLowerCase()] : []));
    const wanted = scope.subscriptions?.map((id) => id.toLowerCase());
    const visible = wanted?.filter((id) => listed.includes(id));
    // Resource Graph refuses a query over subscriptions none of which it knows
    const { rows, malformed } =
      visible?.length === 0
        ? { rows: [], malformed: [] }
        : await queryRows(connection, visible ? { subscriptions: visible } : scope);
    const readable = new Set(rows.map(({ subscriptionId }) => subscriptionId.toLowerCase()));
    const expected = wanted ?? (scope.managementGroups ? [] : listed);
    const unreadable = [...new Set(expected)].filter((id) => !readable.has(id));
    return {
      whole: scope.subscriptions === undefined && scope.managementGroups === undefined,
      subscriptions: rows.map(({ subscriptionId, name, tenantId, ancestors }) => ({
        id: subscriptionId.toLowerCase(),
        name,
        tenantId,
        ...(ancestors && { ancestors: ancestors.map((ancestor) => ancestor.name) }),
      })),
      gaps: [
        ...items.flatMap(({ error }): Gap[] =>
          error
            ? [{ fact: "subscription", reason: "malformed", detail: `one that is listed: ${z.prettifyError(error)}` }]
            : [],
        ),
        ...malformed.map(
          ({ id, detail }): Gap => ({ fact: "subscription", reason: "malformed", detail: `${id}: ${detail}` }),
        ),
        ...unreadable.map(
          (id): Gap => ({
            fact: "subscription",
            reason: listed.includes(id) ? "forbidden" : "notFound",
            detail: listed.includes(id)
              ? `subscription ${id}: Resource Graph shows nothing of it; the identity needs to read it`
              : `subscription ${id}: does not exist, or the identity has no role in it`,
          }),
        ),
      ],
    };
  },
};

function queryRows(connection: Connection, scope: QueryScope): Promise<Rows<z.infer<typeof Row>>> {
  return queryResourceGraph(connection, {
    ...scope,
    name: "subscriptions",
    query: `resourcecontainers
| where type =~ 'microsoft.resources/subscriptions'
| project id, subscriptionId, name, tenantId, ancestors = properties.managementGroupAncestorsChain
| order by id asc`,
    row: Row,
  });
}
