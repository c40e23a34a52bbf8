import type { PullerSettings } from "./cluster-entries.ts";
import type { Runtime } from "./runtime.ts";

/** What the settings say that clusters need; nothing where they do not say it. */
export function pullerSettings({
  ACRAUDIT_CLUSTER_REGISTRIES: clusterRegistries = {},
  ACRAUDIT_EXPECTED_SCOPES: expectedScopes = [],
}: Runtime["settings"]): PullerSettings {
  return { clusterRegistries, expectedScopes };
}
