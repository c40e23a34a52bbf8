import { z } from "zod";
import { type Collected, known, missing } from "../core/collected.ts";
import type { NetworkSettings, Setting } from "../core/network/registry-network.ts";

/** The part of a registry's body that is about its network, as the official client hands it on. */
const Body = z.object({
  publicNetworkAccess: z.string().nullish(),
  networkRuleSet: z
    .object({
      defaultAction: z.string(),
      ipRules: z.array(z.object({ action: z.string().nullish(), iPAddressOrRange: z.string() })).nullish(),
    })
    .nullish(), // only Premium has rules
  networkRuleBypassOptions: z.string().nullish(),
  networkRuleBypassAllowedForTasks: z.boolean().nullish(),
  dataEndpointEnabled: z.boolean().nullish(),
  dataEndpointHostNames: z.array(z.string()).nullish(),
  privateEndpointConnections: z
    .array(
      z.object({
        id: z.string(),
        name: z.string().nullish(),
        privateEndpoint: z.object({ id: z.string().nullish() }).nullish(),
        privateLinkServiceConnectionState: z
          .object({ status: z.string().nullish(), description: z.string().nullish() })
          .nullish(),
      }),
    )
    .nullish(),
  policies: z.object({ exportPolicy: z.object({ status: z.string().nullish() }).nullish() }).nullish(),
});

/**
 * What a registry says of its network. What it leaves out is what the API documents as the default, and is marked so; a
 * word that the API does not document makes all of it a gap.
 * https://learn.microsoft.com/rest/api/containerregistry/registries/get
 */
export function networkSettingsOf(body: unknown): Collected<NetworkSettings> {
  const parsed = Body.safeParse(body);
  if (!parsed.success) return malformed(`the network settings have another shape: ${z.prettifyError(parsed.error)}`);
  const { networkRuleSet, policies, ...given } = parsed.data;
  const publicNetworkAccess = setting(given.publicNetworkAccess, ["Enabled", "Disabled"], "Enabled");
  const defaultAction = setting(networkRuleSet?.defaultAction, ["Allow", "Deny"], "Allow");
  const bypass = setting(given.networkRuleBypassOptions, ["AzureServices", "None"], "AzureServices");
  const exportPolicy = setting(policies?.exportPolicy?.status, ["enabled", "disabled"], "enabled");
  if (!publicNetworkAccess || !defaultAction || !bypass || !exportPolicy) {
    const words = [
      given.publicNetworkAccess,
      networkRuleSet?.defaultAction,
      given.networkRuleBypassOptions,
      policies?.exportPolicy?.status,
    ];
    return malformed(`the network settings hold a word that is not documented: ${words.join(", ")}`);
  }
  return known({
    publicNetworkAccess,
    defaultAction,
    ipRules: (networkRuleSet?.ipRules ?? []).map(({ iPAddressOrRange }) => iPAddressOrRange),
    trustedServices: { value: bypass.value === "AzureServices", said: bypass.said },
    trustedTasks: {
      value: given.networkRuleBypassAllowedForTasks ?? false,
      said: typeof given.networkRuleBypassAllowedForTasks === "boolean",
    },
    dataEndpointEnabled: given.dataEndpointEnabled ?? false,
    dataEndpointHostNames: given.dataEndpointHostNames ?? [],
    connections: (given.privateEndpointConnections ?? []).map((connection) => ({
      id: connection.id,
      name: connection.name ?? connection.id.split("/").at(-1) ?? "",
      endpointId: connection.privateEndpoint?.id ?? "",
      status: connection.privateLinkServiceConnectionState?.status ?? "not said",
      description: connection.privateLinkServiceConnectionState?.description ?? "",
    })),
    exportAllowed: { value: exportPolicy.value === "enabled", said: exportPolicy.said },
  });
}

/** Azure's words differ in case between APIs. */
function setting<Word extends string>(
  text: string | null | undefined,
  words: readonly Word[],
  byDefault: Word,
): Setting<Word> | undefined {
  if (text === null || text === undefined || text === "") return { value: byDefault, said: false };
  const value = words.find((word) => word.toLowerCase() === text.toLowerCase());
  return value && { value, said: true };
}

function malformed(detail: string) {
  return missing({ fact: "network", reason: "malformed", detail });
}
