import { text } from "./body.ts";
import type { ColumnType, Table } from "./resource-graph-tables.ts";
import type { Body, World } from "./world.ts";

const common = {
  TenantId: "string",
  Type: "string",
  SourceSystem: "string",
  _ResourceId: "string",
  _SubscriptionId: "string",
  _IsBillable: "string",
  _BilledSize: "real",
} as const;

const registryEvents = {
  TimeGenerated: "datetime",
  OperationName: "string",
  LoginServer: "string",
  Identity: "string",
  CallerIpAddress: "string",
  ResultType: "string",
  ResultDescription: "string",
  CorrelationId: "string",
  DurationMs: "string",
  Region: "string",
  UserAgent: "string",
  Category: "string",
} as const;

/** The documented columns of the tables that an auditor of registries queries. */
const documented: Readonly<Record<string, Record<string, ColumnType>>> = {
  ContainerRegistryLoginEvents: { ...registryEvents, JwtId: "string", ...common },
  ContainerRegistryRepositoryEvents: {
    ...registryEvents,
    Repository: "string",
    Tag: "string",
    Digest: "string",
    MediaType: "string",
    ArtifactType: "string",
    Size: "int",
    UserTenantId: "string",
    ...common,
  },
};

/** The tables of one workspace as they are now: rows that were not ingested yet, and other workspaces' rows, are not there. */
export function logTables(
  world: World,
  workspace: Workspace,
  timespan: Timespan | undefined,
  now: Date,
): Record<string, Table> {
  const tables: Record<string, Table> = {};
  for (const name of new Set([...Object.keys(documented), ...Object.keys(world.logs)])) {
    if (workspace.tables?.has(name) === false) continue;
    const bodies = world.logs[name] ?? [];
    tables[name] = {
      columns: documented[name] ?? columnsOf(bodies),
      get rows() {
        return bodies
          .filter((row) => isVisible(row, workspace, timespan, now))
          .map((row) => asRow(row, name, workspace));
      },
    };
  }
  return tables;
}

export interface Workspace {
  readonly customerId: string | undefined;
  /** In lower case, for a query that is scoped to a resource: only rows of that resource and what is below it. */
  readonly resourceId?: string;
  /** The only tables that it has; all when left out. */
  readonly tables?: ReadonlySet<string>;
}

export interface Timespan {
  readonly from: Date;
  readonly to: Date;
}

function isVisible(row: Body, workspace: Workspace, timespan: Timespan | undefined, now: Date): boolean {
  const home = text(row, "_workspaceId");
  if (
    home !== undefined &&
    workspace.customerId !== undefined &&
    home.toLowerCase() !== workspace.customerId.toLowerCase()
  )
    return false;
  if (workspace.resourceId !== undefined && !text(row, "_ResourceId")?.toLowerCase().startsWith(workspace.resourceId))
    return false;
  const ingested = text(row, "_ingestedAt");
  if (ingested !== undefined && Date.parse(ingested) > now.getTime()) return false;
  const generated = Date.parse(text(row, "TimeGenerated") ?? "");
  if (!timespan || Number.isNaN(generated)) return true;
  return generated >= timespan.from.getTime() && generated <= timespan.to.getTime();
}

function asRow(row: Body, table: string, workspace: Workspace): Record<string, unknown> {
  const { _ingestedAt, _workspaceId, ...columns } = row;
  return {
    Type: table,
    TenantId: workspace.customerId ?? "",
    ...columns,
    $IngestionTime: _ingestedAt ?? row.TimeGenerated,
  };
}

/** Of a table that is not documented here, the columns are what its rows hold. */
function columnsOf(rows: readonly Body[]): Record<string, ColumnType> {
  const columns: Record<string, ColumnType> = { TimeGenerated: "datetime", ...common };
  for (const row of rows)
    for (const [name, value] of Object.entries(row))
      if (!(name in columns) && name !== "_ingestedAt" && name !== "_workspaceId") columns[name] = typeOfValue(value);
  return columns;
}

function typeOfValue(value: unknown): ColumnType {
  switch (typeof value) {
    case "boolean":
      return "bool";
    case "number":
      return Number.isInteger(value) ? "long" : "real";
    case "string":
      return /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(value) ? "datetime" : "string";
    default:
      return "dynamic";
  }
}
