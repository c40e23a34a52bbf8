import type { Api } from "./exchange.ts";

const exact: Readonly<Record<string, Api>> = {
  "management.azure.com": "arm",
  "management.core.windows.net": "arm",
  "management.usgovcloudapi.net": "arm",
  "management.chinacloudapi.cn": "arm",
  "graph.microsoft.com": "graph",
  "graph.microsoft.us": "graph",
  "dod-graph.microsoft.us": "graph",
  "microsoftgraph.chinacloudapi.cn": "graph",
  "login.microsoftonline.com": "entra",
  "login.microsoft.com": "entra",
  "login.windows.net": "entra",
  "sts.windows.net": "entra",
  "login.microsoftonline.us": "entra",
  "login.partner.microsoftonline.cn": "entra",
  "login.chinacloudapi.cn": "entra",
  "api.loganalytics.io": "logs",
  "api.loganalytics.azure.com": "logs",
  "api.loganalytics.us": "logs",
  "api.loganalytics.azure.cn": "logs",
};

const suffixes: readonly (readonly [string, Api])[] = [
  [".management.azure.com", "arm"],
  [".azurecr.io", "registry"],
  [".azurecr.us", "registry"],
  [".azurecr.cn", "registry"],
  [".eventgrid.azure.net", "eventGrid"],
  [".eventgrid.azure.us", "eventGrid"],
];

/** Which service of Azure a host belongs to. `loginServers` are the registry hosts that exist in the world. */
export function apiOf(host: string, loginServers: ReadonlyMap<string, unknown>): Api {
  const name = host.toLowerCase().replace(/:443$/, "");
  if (loginServers.has(name)) return "registry";
  return exact[name] ?? suffixes.find(([suffix]) => name.endsWith(suffix))?.[1] ?? "foreign";
}

/** Registries that the world does not have are not in the DNS. */
export function resolves(host: string, loginServers: ReadonlyMap<string, unknown>): boolean {
  return apiOf(host, loginServers) !== "registry" || loginServers.has(host.toLowerCase());
}
