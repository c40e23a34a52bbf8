import { z } from "zod";
import type { Connection } from "../azure/connection.ts";
import { getRegistry, listRegistries } from "../azure/container-registry.ts";
import { AzureError } from "../azure/error.ts";
import { type Collected, known, missing } from "../core/collected.ts";
import type { Registry, RoleAssignmentMode } from "../core/facts.ts";
import { parseResourceId } from "../core/resource-id.ts";
import type { Collector } from "./collector.ts";
import { networkSettingsOf } from "./network-settings.ts";

const Body = z.object({
  id: z.string(),
  name: z.string(),
  location: z.string(),
  loginServer: z.string(),
  sku: z.object({ name: z.string() }),
  adminUserEnabled: z.boolean(),
  anonymousPullEnabled: z.boolean().nullish(),
  policies: z
    .object({ azureADAuthenticationAsArmPolicy: z.object({ status: z.string().nullish() }).nullish() })
    .nullish(),
  roleAssignmentMode: z.string().optional(), // absent where the service did not say it: not the same as legacy
});

/** The details of all registries of a subscription, by lower-cased id. One that is malformed is a gap of its own. */
export const registriesOfSubscription: Collector<string, ReadonlyMap<string, Collected<Registry>>> = {
  id: "registry",
  permissions: { actions: ["Microsoft.ContainerRegistry/registries/read"] },
  read: async (connection, subscriptionId) => {
    const bodies = await listRegistries(connection, subscriptionId);
    return new Map(bodies.map((body) => [String(body.id).toLowerCase(), registryOf(body)]));
  },
};

/** The details of one registry. */
export const registry: Collector<string, Registry> = {
  id: "registry",
  permissions: { actions: ["Microsoft.ContainerRegistry/registries/read"] },
  read: async (connection: Connection, id) => {
    const parts = parseResourceId(id);
    if (!parts) throw new AzureError("malformed", `get registry ${id}`, "this is not a resource id");
    const collected = registryOf(await getRegistry(connection, parts));
    if (!collected.known) throw new AzureError("malformed", `get registry ${parts.name}`, collected.gap.detail);
    return collected.value;
  },
};

function registryOf(body: unknown): Collected<Registry> {
  const parsed = Body.safeParse(body);
  if (!parsed.success)
    return missing({
      fact: "registry",
      reason: "malformed",
      detail: `the answer has another shape: ${z.prettifyError(parsed.error)}`,
    });
  const { id, name, location, loginServer, sku, adminUserEnabled } = parsed.data;
  const mode = roleAssignmentModeOf(parsed.data.roleAssignmentMode ?? "");
  const subscriptionId = parseResourceId(id)?.subscriptionId;
  if (subscriptionId === undefined)
    return missing({ fact: "registry", reason: "malformed", detail: `${id} is not the id of a registry` });
  return known({
    id,
    name,
    location,
    loginServer,
    subscriptionId,
    sku: sku.name,
    adminUserEnabled,
    ...(mode && { roleAssignmentMode: mode }),
    anonymousPull: parsed.data.anonymousPullEnabled ?? false,
    takesArmTokens: armTokensOf(parsed.data.policies?.azureADAuthenticationAsArmPolicy?.status),
    network: networkSettingsOf(body),
  });
}

function armTokensOf(status: string | null | undefined): Registry["takesArmTokens"] {
  return { value: status?.toLowerCase() !== "disabled", said: (status ?? "") !== "" };
}

/** Azure's enums differ in case between APIs. */
export function roleAssignmentModeOf(text: string): RoleAssignmentMode | undefined {
  const modes: readonly RoleAssignmentMode[] = ["LegacyRegistryPermissions", "AbacRepositoryPermissions"];
  return modes.find((mode) => mode.toLowerCase() === text.toLowerCase());
}
