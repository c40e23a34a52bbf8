import type { Connection } from "./connection.ts";
import { listJson } from "./json-pipeline.ts";

/**
 * Every subscription that the identity may see, whatever it may read there. Resource Graph lists only those that it can
 * read, without a word on the others. https://learn.microsoft.com/rest/api/resources/subscriptions/list
 */
export function listSubscriptions(connection: Connection): Promise<readonly unknown[]> {
  return listJson(connection, {
    api: "resourceManager",
    endpoint: connection.cloud.resourceManager,
    path: "/subscriptions?api-version=2022-12-01",
    name: "list subscriptions",
  });
}
