import { AzureError } from "../azure/error.ts";
import { findApplication, findServicePrincipal } from "../azure/graph.ts";
import type { Collector } from "./collector.ts";
import { type Application, applicationOf, type DirectoryEntry, entryOf } from "./directory.ts";

/** One service principal with what carries its credentials; null: Microsoft Graph does not know the id. */
export interface FoundPrincipal extends DirectoryEntry {
  /** Absent where another tenant owns the application. */
  readonly application?: Application;
}

/** Who an object id or application id belongs to, asked for by itself: a tenant can hold many thousands. */
export const principal: Collector<string, FoundPrincipal | null> = {
  id: "principal",
  permissions: { actions: [], graph: ["Application.Read.All"] },
  read: async (connection, id) => {
    const body = await findServicePrincipal(connection, id);
    if (body === undefined) return null;
    const entry = entryOf(body);
    if (!entry.known) throw new AzureError(entry.gap.reason, `find service principal ${id}`, entry.gap.detail);
    const found = entry.value;
    if (found.principal.type.toLowerCase() === "managedidentity") return found;
    const application = await findApplication(connection, found.principal.appId);
    return { ...found, ...(application !== undefined && { application: applicationOf(application) }) };
  },
};
