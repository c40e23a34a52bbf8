import { LogsQueryClient, LogsQueryResultStatus } from "@azure/monitor-query";
import { z } from "zod";
import { type Connection, clientOptions, guardOptions } from "./connection.ts";
import { AzureError } from "./error.ts";
import { operation } from "./operation.ts";
import { perConnection } from "./per-connection.ts";

export interface LogsQuery<Row> {
  readonly name: string;
  /** The workspace's own GUID (`customerId`), not its ARM id. */
  readonly workspaceId: string;
  readonly kql: string;
  /** Values for the query, which reads them from `p`. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly from: Date;
  readonly to: Date;
  readonly row: z.ZodType<Row>;
  readonly timeoutMs: number;
}

export interface LogRows<Row> {
  readonly rows: readonly Row[];
  /** Why rows may be missing. A partial result proves nothing by what is not in it. */
  readonly partial?: string;
}

/**
 * Rows of a query of one Log Analytics workspace.
 *
 * The API takes no parameters, so values go in as base64 of JSON, whose alphabet cannot leave a string literal: names
 * in logs are chosen by whoever tries to log in. https://learn.microsoft.com/azure/azure-monitor/logs/api/overview
 */
export async function queryLogs<Row>(connection: Connection, query: LogsQuery<Row>): Promise<LogRows<Row>> {
  const { name, workspaceId, from, to, timeoutMs } = query;
  const client = clientOf(connection);
  const timeout = AbortSignal.timeout(timeoutMs);
  const abortSignal = connection.signal ? AbortSignal.any([timeout, connection.signal]) : timeout;
  const kql = withParameters(query.kql, query.parameters);
  const options = { abortSignal, serverTimeoutInSeconds: Math.max(1, Math.floor(timeoutMs / 1000)) };
  const ask = () => client.queryWorkspace(workspaceId, kql, { startTime: from, endTime: to }, options);
  const result = await operation(`query logs: ${name}`, ask, "tables");
  if (result.status === LogsQueryResultStatus.Success) return { rows: rowsOf(query, result.tables[0]) };
  const { code, message } = result.partialError;
  return { rows: rowsOf(query, result.partialTables[0]), partial: `${code}: ${message}` };
}

/** The query as it is sent: its values first, as data. */
export function withParameters(kql: string, parameters: Readonly<Record<string, unknown>>): string {
  const data = Buffer.from(JSON.stringify(parameters)).toString("base64");
  return `let p = parse_json(base64_decode_tostring("${data}"));\n${kql}`;
}

interface Table {
  readonly columnDescriptors: readonly { readonly name?: string | undefined }[];
  readonly rows: readonly (readonly unknown[])[];
}

function rowsOf<Row>({ name, row }: LogsQuery<Row>, table: Table | undefined): readonly Row[] {
  const names = table?.columnDescriptors.map((column) => column.name ?? "") ?? [];
  return (table?.rows ?? []).map((cells) => {
    const parsed = row.safeParse(Object.fromEntries(names.map((column, index) => [column, cells[index]])));
    if (parsed.success) return parsed.data;
    throw new AzureError("malformed", `query logs: ${name}`, z.prettifyError(parsed.error));
  });
}

const clientOf = perConnection((connection) => {
  const { logs } = connection.cloud;
  return new LogsQueryClient(connection.credential, {
    ...clientOptions(connection),
    ...guardOptions(connection, "logs", logs),
    endpoint: `${logs}/v1`,
    audience: logs, // the client adds `/.default`
  });
});
