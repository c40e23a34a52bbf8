import { z } from "zod";
import { listResources } from "../azure/resource.ts";
import type { Collector } from "./collector.ts";
import { shaped } from "./shaped.ts";

/** A registry's logs in one Log Analytics workspace. */
export interface LogDestination {
  /** ARM id of the workspace. */
  readonly workspaceId: string;
  readonly logins: boolean;
  readonly repositories: boolean;
}

export const loginCategory = "ContainerRegistryLoginEvents";
export const repositoryCategory = "ContainerRegistryRepositoryEvents";

const Setting = z.object({
  properties: z.object({
    workspaceId: z.string().nullish(),
    logs: z
      .array(z.object({ category: z.string().nullish(), categoryGroup: z.string().nullish(), enabled: z.boolean() }))
      .nullish(),
  }),
});

/** Where a registry's logs go. Without a diagnostic setting nothing is logged, which is not the same as no failures. */
export const logWorkspaces: Collector<string, readonly LogDestination[]> = {
  id: "log-workspaces",
  permissions: { actions: ["Microsoft.Insights/diagnosticSettings/read"] },
  read: async (connection, registryId) => {
    const path = `${registryId}/providers/Microsoft.Insights/diagnosticSettings`;
    const bodies = await listResources(connection, path, "2021-05-01-preview");
    const settings = shaped(z.array(Setting), bodies, `list diagnostic settings of ${registryId}`);
    const found = settings.flatMap(({ properties: { workspaceId, logs } }): LogDestination[] => {
      if (!workspaceId) return [];
      const sends = (wanted: string) =>
        (logs ?? []).some(
          ({ category, categoryGroup, enabled }) =>
            enabled &&
            (category?.toLowerCase() === wanted.toLowerCase() || groups.has(categoryGroup?.toLowerCase() ?? "")),
        );
      return [{ workspaceId, logins: sends(loginCategory), repositories: sends(repositoryCategory) }];
    });
    return [...Map.groupBy(found, ({ workspaceId }) => workspaceId.toLowerCase()).values()].flatMap((group) => {
      const [first] = group;
      if (!first) return [];
      const logins = group.some((one) => one.logins);
      const repositories = group.some((one) => one.repositories);
      return logins || repositories ? [{ workspaceId: first.workspaceId, logins, repositories }] : [];
    });
  },
};

/** Both groups hold both categories. */
const groups = new Set(["alllogs", "audit"]);
