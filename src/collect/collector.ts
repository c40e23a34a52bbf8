import type { Connection } from "../azure/connection.ts";
import { AzureError } from "../azure/error.ts";
import { type Collected, known, missing } from "../core/collected.ts";

/** What a collector's identity has to be allowed to do; docs/permissions.md lists the union. */
export interface RequiredPermissions {
  /** Azure RBAC actions. */
  readonly actions: readonly string[];
  /** Application permissions of Microsoft Graph. */
  readonly graph?: readonly string[];
}

/** Reads one fact, or one tenant-wide inventory. It returns it or throws an AzureError, which `collect` makes a gap. */
export interface Collector<Input, Output> {
  /** Also the file name. */
  readonly id: string;
  readonly permissions: RequiredPermissions;
  readonly read: (connection: Connection, input: Input) => Promise<Output>;
}

export async function collect<Input, Output>(
  collector: Collector<Input, Output>,
  connection: Connection,
  input: Input,
): Promise<Collected<Output>> {
  try {
    return known(await collector.read(connection, input));
  } catch (error) {
    if (!(error instanceof AzureError)) throw error; // a bug stays loud
    return missing({ fact: collector.id, reason: error.reason, detail: error.message });
  }
}
