import type { Body } from "../../world.ts";
import { cacheRuleBody, credentialSetBody } from "../artifact-cache.ts";
import { connectedRegistryBody } from "../connected-registry.ts";
import { daysAfter } from "../days-after.ts";
import { diagnosticSettingBody } from "../diagnostic-setting.ts";
import { identityOf } from "../identity-of.ts";
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
      [`${id}/cacheRules`]: cacheRules.filter((rule) => rule.id.startsWith(`${id}/`)),
      [`${id}/credentialSets`]: credentialSets.filter((set) => set.id.startsWith(`${id}/`)),
      [`${id}/connectedRegistries`]: connectedRegistries.filter((one) => one.id.startsWith(`${id}/`)),
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

const cacheRules = [
  cacheRuleBody({
    registryId: ids.registries.mirror,
    name: nameOf(ids.registryParts.dockerHubRule),
    upstream: "docker.io/library/*",
    credentialSet: nameOf(ids.registryParts.dockerHubLogin),
  }),
];

const credentialSets = [
  // The access token in the key vault has ended: what the mirror holds is served, and nothing newer.
  credentialSetBody({
    registryId: ids.registries.mirror,
    name: nameOf(ids.registryParts.dockerHubLogin),
    loginServer: "docker.io",
    principalId: identityOf(ids.registryParts.dockerHubLogin).principalId,
    error: { errorCode: "UNAUTHORIZED", errorMessage: "incorrect username or password" },
  }),
];

const connectedRegistries = [
  connectedRegistryBody({
    registryId: ids.registries.tracking,
    name: nameOf(ids.registryParts.gdanskDepot),
    syncToken: "depotgdansk-sync",
  }),
];

function nameOf(id: string): string {
  return id.split("/").at(-1) ?? "";
}

const scopeMaps = [
  scopeMapBody({
    registryId: ids.registries.tracking,
    name: "edge-depots",
    description: "Depots pull the tracking agent",
    actions: ["repositories/tracking/agent/content/read", "repositories/tracking/agent/metadata/read"],
  }),
  // What Azure makes for a connected registry, with the repositories that it mirrors.
  scopeMapBody({
    registryId: ids.registries.tracking,
    name: "depotgdansk-sync",
    actions: [
      "repositories/tracking/agent/content/read",
      "repositories/tracking/agent/metadata/read",
      "gateway/depotgdansk/config/read",
      "gateway/depotgdansk/config/write",
      "gateway/depotgdansk/message/read",
      "gateway/depotgdansk/message/write",
    ],
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
    // With which a depot's connected registry synchronizes.
    repositoryTokenBody({
      registryId: ids.registries.tracking,
      name: "depotgdansk-sync",
      scopeMap: "depotgdansk-sync",
      createdAt: created(-27),
      passwords: [{ name: "password1", creationTime: created(-27), expiry: created(153) }],
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
    // Disabled, yet not deleted; a container group still logs in with it.
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
