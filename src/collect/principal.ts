import { findApplication, findServicePrincipal } from "../azure/graph.ts";
import type { Collected } from "../core/collected.ts";
import type { Credential } from "../core/facts.ts";
import type { Collector } from "./collector.ts";
import { applicationOf, type DirectoryEntry, entryOf } from "./directory.ts";

/** One service principal with what carries its credentials; null: Microsoft Graph does not know the id. */
export interface FoundPrincipal extends DirectoryEntry {
  /** Absent where another tenant owns the application. */
  readonly application?: Collected<readonly Credential[]>;
}

/** Who an object id or application id belongs to, asked for by itself: a tenant can hold many thousands. */
export const principal: Collector<string, FoundPrincipal | null> = {
  id: "principal",
  permissions: { actions: [], graph: ["Application.Read.All"] },
  read: async (connection, id) => {
    const body = await findServicePrincipal(connection, id);
    const [entry] = body === undefined ? [] : entryOf(body);
    if (entry === undefined) return null;
    const [, found] = entry;
    if (found.principal.type.toLowerCase() === "managedidentity") return found;
    const application = await findApplication(connection, found.principal.appId);
    const [own] = application === undefined ? [] : applicationOf(application);
    return { ...found, ...(own && { application: own[1].credentials }) };
  },
};
