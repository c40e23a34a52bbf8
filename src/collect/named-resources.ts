import { z } from "zod";
import { AzureError } from "../azure/error.ts";
import { type QueryScope, queryResourceGraph } from "../azure/resource-graph.ts";
import type { Collector } from "./collector.ts";

export interface NamedResource {
  readonly id: string;
  readonly name: string;
  /** In lower case. */
  readonly type: string;
  readonly subscriptionId: string;
  /** A registry's; empty for others. */
  readonly loginServer: string;
}

const Row = z.object({
  id: z.string(),
  name: z.string(),
  type: z.string().transform((text) => text.toLowerCase()),
  subscriptionId: z.string().transform((text) => text.toLowerCase()),
  loginServer: z.string(),
});

/**
 * What names, ids and login servers are made of: nothing that could end a string in a query, and no step to another path.
 * Names of resource groups may have letters and digits of any script.
 * https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftresources
 */
export function isResourceText(text: string): boolean {
  return /^[\p{L}\p{M}\p{N}_./() -]{1,600}$/u.test(text) && !/(?:^|\/)\.{1,2}(?:\/|$)/.test(text);
}

/** Resources of some types by name, id or login server, which people and pipelines use alike. */
export const namedResources: Collector<
  { readonly scope: QueryScope; readonly texts: readonly string[]; readonly types: readonly string[] },
  readonly NamedResource[]
> = {
  id: "named-resources",
  permissions: { actions: ["Microsoft.ResourceGraph/resources/read"] },
  read: async (connection, { scope, texts, types }) => {
    const odd = texts.find((text) => !isResourceText(text));
    if (odd !== undefined)
      throw new AzureError("malformed", "find resources", `${JSON.stringify(odd)} is no name, id or login server`);
    const wanted = [...new Set(texts)].map((text) => `'${text}'`).join(", ");
    const { rows } = await queryResourceGraph(connection, {
      ...scope,
      name: "resources by name",
      query: `resources
| where type in~ (${types.map((type) => `'${type}'`).join(", ")})
| extend loginServer = tostring(properties.loginServer)
| where id in~ (${wanted}) or name in~ (${wanted}) or loginServer in~ (${wanted})
| project id, name, type, subscriptionId, loginServer
| order by id asc`,
      row: Row,
    });
    return rows;
  },
};
