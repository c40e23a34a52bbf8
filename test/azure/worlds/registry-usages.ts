/** What `GET {registryId}/listUsages` lists: the registry's use of its SKU's limits. */
export function registryUsages({ sku, size, tokens = 0, scopeMaps = 5 }: RegistryUsagesOptions) {
  const limits = limitsOf[sku];
  const count = (name: string, limit: number, currentValue: number) => ({ name, limit, currentValue, unit: "Count" });
  return [
    { name: "Size", limit: limits.size, currentValue: size, unit: "Bytes" },
    count("Webhooks", limits.webhooks, 0),
    ...(sku === "Premium"
      ? [
          count("Geo-replications", -1, 0),
          count("IPRules", 200, 0),
          count("VNetRules", 100, 0),
          count("PrivateEndpointConnections", 200, 0),
        ]
      : []),
    count("ScopeMaps", limits.scopeMaps, scopeMaps),
    count("Tokens", limits.scopeMaps, tokens),
  ];
}

export interface RegistryUsagesOptions {
  readonly sku: "Basic" | "Standard" | "Premium";
  /** Bytes. */
  readonly size: number;
  readonly tokens?: number;
  readonly scopeMaps?: number;
}

const gibibyte = 1024 ** 3;

const limitsOf = {
  Basic: { size: 10 * gibibyte, webhooks: 2, scopeMaps: 100 },
  Standard: { size: 100 * gibibyte, webhooks: 10, scopeMaps: 500 },
  Premium: { size: 500 * gibibyte, webhooks: 500, scopeMaps: 50_000 },
} as const;
