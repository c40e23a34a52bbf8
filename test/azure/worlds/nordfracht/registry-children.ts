import type { Body } from "../../world.ts";
import { daysAfter } from "../days-after.ts";
import { diagnosticSettingBody } from "../diagnostic-setting.ts";
import { ids } from "../ids.ts";
import { registryUsages } from "../registry-usages.ts";
import { repositoryTokenBody } from "../repository-token.ts";
import { scopeMapBody } from "../scope-map.ts";
import { systemScopeMaps } from "../system-scope-maps.ts";
import { registries } from "./registries.ts";

/** What ARM lists below each registry, by `<registry id>/<collection>`. */
export function registryChildren(now: Date): Record<string, Body[]> {
  const tokens = repositoryTokens(now);
  const children = registries.map(({ id, sku, properties }) => {
    const own = tokens.filter((token) => token.id.startsWith(`${id}/`));
    const maps = [...systemScopeMaps(id), ...scopeMaps.filter((map) => map.id.startsWith(`${id}/`))];
    return {
      [`${id}/tokens`]: own,
      [`${id}/scopeMaps`]: maps,
      [`${id}/privateEndpointConnections`]: [...properties.privateEndpointConnections],
      [`${id}/providers/Microsoft.Insights/diagnosticSettings`]: diagnosticSettings(id),
      [`${id}/listUsages`]: registryUsages({
        sku: sku.name,
        // A Basic registry that is nearly full.
        size: id === ids.registries.archive ? 10_200_547_328 : 3_612_884_992,
        tokens: own.length,
        scopeMaps: maps.length,
      }),
    };
  });
  return Object.assign({}, ...children);
}

const scopeMaps = [
  scopeMapBody({
    registryId: ids.registries.tracking,
    name: "edge-depots",
    description: "Depots pull the tracking agent",
    actions: ["repositories/tracking/agent/content/read", "repositories/tracking/agent/metadata/read"],
  }),
  // Wider than its name says: every repository may be deleted.
  scopeMapBody({
    registryId: ids.registries.tools,
    name: "ci-runner",
    actions: ["repositories/*/content/read", "repositories/*/content/write", "repositories/*/content/delete"],
  }),
];

function repositoryTokens(now: Date) {
  const created = (days: number) => daysAfter(now, days).replace("Z", ".4471820+00:00");
  return [
    repositoryTokenBody({
      registryId: ids.registries.tracking,
      name: "depot-hamburg",
      scopeMap: "edge-depots",
      createdAt: created(-62),
      passwords: [{ name: "password1", creationTime: created(-62), expiry: created(118) }],
    }),
    // Expires in 9 days.
    repositoryTokenBody({
      registryId: ids.registries.tracking,
      name: "depot-rotterdam",
      scopeMap: "edge-depots",
      createdAt: created(-171),
      passwords: [{ name: "password1", creationTime: created(-171), expiry: created(9) }],
    }),
    // Both passwords never expire, as `az acr token create` makes them.
    repositoryTokenBody({
      registryId: ids.registries.tools,
      name: "ci-runner",
      scopeMap: "ci-runner",
      createdAt: created(-540),
      passwords: [
        { name: "password1", creationTime: created(-540) },
        { name: "password2", creationTime: created(-540) },
      ],
    }),
    // Disabled, yet not deleted.
    repositoryTokenBody({
      registryId: ids.registries.billing,
      name: "auditor-2024",
      scopeMap: "_repositories_pull",
      status: "disabled",
      createdAt: created(-400),
    }),
  ];
}

/** Production registries log to the workspace, but for `nftools`, and `nfbilling` forgot the logins. */
function diagnosticSettings(registryId: string) {
  const workspaceId = ids.workspace.id;
  if (registryId === ids.registries.tools || registryId.includes(ids.subscriptions.appsDev)) return [];
  if (registryId === ids.registries.billing) {
    return [diagnosticSettingBody({ registryId, workspaceId, categories: ["ContainerRegistryRepositoryEvents"] })];
  }
  return [diagnosticSettingBody({ registryId, workspaceId })];
}
