import { type QueryRequest, ResourceGraphClient } from "@azure/arm-resourcegraph";
import { z } from "zod";
import { type Connection, clientOptions, guard } from "./connection.ts";
import { AzureError } from "./error.ts";
import { operation } from "./operation.ts";
import { perConnection } from "./per-connection.ts";

/** Whom a query asks. Neither: every subscription that the identity can read. */
export interface QueryScope {
  readonly subscriptions?: readonly string[];
  readonly managementGroups?: readonly string[];
}

export interface Query<Row> extends QueryScope {
  readonly name: string;
  /** Has to project `id`, or the service does not page. */
  readonly query: string;
  readonly row: z.ZodType<Row>;
  /** Rows that are kept; all of them when left out. */
  readonly keep?: (row: Row) => boolean;
  /** Role assignments made above the scope are left out unless this asks for them. */
  readonly above?: boolean;
}

const Page = z.object({
  data: z.array(z.record(z.string(), z.unknown())),
  resultTruncated: z.string().optional(),
  skipToken: z.string().optional(),
});

const pageSize = 1000; // the service's maximum

/** Rows of a query, and those that are not what the query projects. */
export interface Rows<Row> {
  readonly rows: readonly Row[];
  readonly malformed: readonly { readonly id: string; readonly detail: string }[];
}

/**
 * Every row of a Resource Graph query.
 *
 * Throws an AzureError when rows were lost: the service then says `resultTruncated` and gives no token.
 * https://learn.microsoft.com/azure/governance/resource-graph/concepts/work-with-data
 */
export async function queryResourceGraph<Row>(connection: Connection, query: Query<Row>): Promise<Rows<Row>> {
  const rows: Row[] = [];
  const malformed: { id: string; detail: string }[] = [];
  const tokens = new Set<string>();
  let skipToken: string | undefined;
  do {
    const page = await readPage(connection, query, skipToken);
    for (const data of page.data) {
      const row = query.row.safeParse(data);
      if (row.success && (query.keep?.(row.data) ?? true)) rows.push(row.data);
      else if (!row.success)
        malformed.push({ id: String(data.id ?? "a row without id"), detail: z.prettifyError(row.error) });
    }
    skipToken = page.skipToken;
    if (skipToken === undefined && page.resultTruncated?.toLowerCase() === "true")
      throw notWhole(query, "the service cut the rows off and gave no token for the rest");
    if (skipToken !== undefined && tokens.has(skipToken))
      throw notWhole(query, "the answer's next page is a page that was read before");
    tokens.add(skipToken ?? "");
  } while (skipToken !== undefined);
  return { rows, malformed };
}

type Question = Omit<Query<never>, "row" | "keep">;

async function readPage(
  connection: Connection,
  query: Question,
  skipToken: string | undefined,
): Promise<z.infer<typeof Page>> {
  const client = clientOf(connection);
  const request: QueryRequest = {
    query: query.query,
    ...(query.subscriptions && { subscriptions: [...query.subscriptions] }),
    ...(query.managementGroups && { managementGroups: [...query.managementGroups] }),
    options: {
      top: pageSize,
      resultFormat: "objectArray",
      ...(query.above && { authorizationScopeFilter: "AtScopeAboveAndBelow" }),
      ...(skipToken !== undefined && { skipToken }),
    },
  };
  const page = Page.safeParse(await operation(operationOf(query), () => client.resources(request)));
  if (page.success) return page.data;
  throw notWhole(query, `the answer is not a page of rows: ${z.prettifyError(page.error)}`);
}

function notWhole(query: Question, detail: string): AzureError {
  return new AzureError("malformed", operationOf(query), detail);
}

function operationOf({ name }: Question): string {
  return `query ${name}`;
}

const clientOf = perConnection((connection) => {
  const { resourceManager } = connection.cloud;
  const client = new ResourceGraphClient(connection.credential, {
    ...clientOptions(connection),
    endpoint: resourceManager,
    credentials: { scopes: [`${resourceManager}/.default`] },
  });
  guard(client.pipeline, connection, "resourceGraph", resourceManager);
  return client;
});
