import { z } from "zod";
import { getRegistry } from "../azure/container-registry.ts";
import { AzureError } from "../azure/error.ts";
import type { RegistryDoors } from "../core/caller.ts";
import { parseResourceId } from "../core/resource-id.ts";
import type { Collector } from "./collector.ts";
import { networkSettingsOf } from "./network-settings.ts";

/** `azureADAuthenticationAsArmPolicy` as the official client names it; older registries leave it out and take them. */
const Policies = z.object({
  policies: z
    .object({ azureADAuthenticationAsArmPolicy: z.object({ status: z.string().nullish() }).nullish() })
    .nullish(),
});

/** The settings of one registry that refuse logins whoever asks. */
export const registryDoors: Collector<string, RegistryDoors> = {
  id: "registry-doors",
  permissions: { actions: ["Microsoft.ContainerRegistry/registries/read"] },
  read: async (connection, id) => {
    const name = `get registry ${id}`;
    const parts = parseResourceId(id);
    if (!parts) throw new AzureError("malformed", name, "this is not a resource id");
    const body = await getRegistry(connection, parts);
    const settings = networkSettingsOf(body);
    if (!settings.known) throw new AzureError(settings.gap.reason, name, settings.gap.detail);
    const policies = Policies.safeParse(body);
    if (!policies.success) throw new AzureError("malformed", name, z.prettifyError(policies.error));
    const { publicNetworkAccess, defaultAction, ipRules, connections } = settings.value;
    const armTokens = policies.data.policies?.azureADAuthenticationAsArmPolicy?.status ?? "enabled";
    return {
      publicNetworkAccess: publicNetworkAccess.value === "Enabled",
      deniesByDefault: defaultAction.value === "Deny",
      allowedRanges: ipRules,
      approvedEndpoints: connections.filter(({ status }) => status.toLowerCase() === "approved").length,
      takesArmTokens: armTokens.toLowerCase() !== "disabled",
    };
  },
};
