/** An image as workloads name it: `contoso.azurecr.io/shop/cart:1.4`. */
export interface ImageReference {
  /** In lower case and without the port of HTTPS; Docker Hub's where none is said. */
  readonly host: string;
  readonly repository: string;
}

/** What an image reference names. Docker takes the first part for a host when it looks like one. */
export function parseImage(text: string): ImageReference {
  const reference = text.trim().replace(/^https?:\/\//i, "");
  const slash = reference.indexOf("/");
  const first = slash < 0 ? "" : reference.slice(0, slash);
  const hosted = /[.:]/.test(first) || first === "localhost";
  const host = hosted ? first.toLowerCase().replace(/:443$/, "") : "docker.io";
  const path = hosted ? reference.slice(slash + 1) : reference;
  return {
    host: withoutRegion(host),
    repository: withoutVersion(path).toLowerCase(),
  };
}

/**
 * Whether the host or the repository of an image has capital letters. Microsoft asks for login servers in lower case alone,
 * and the grammar of image references knows no others in a repository.
 * https://learn.microsoft.com/azure/container-registry/container-registry-troubleshoot-login
 */
export function hasCapitals(text: string): boolean {
  const named = withoutVersion(text.trim());
  return named !== named.toLowerCase();
}

function withoutVersion(reference: string): string {
  return reference.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
}

/**
 * The login server of a registry's endpoint in one region: `contoso.azurecr.io` of `contoso.westeurope.geo.azurecr.io`.
 * https://learn.microsoft.com/azure/container-registry/container-registry-geo-replication
 */
export function withoutRegion(host: string): string {
  return host.replace(/^([^.]+)\.[^.]+\.geo\.(?=azurecr\.)/i, "$1.");
}

/**
 * Suffixes of login servers in the clouds of Azure.
 * https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure
 * https://learn.microsoft.com/azure/china/resources-developer-guide
 */
const suffixes = ["azurecr.io", "azurecr.us", "azurecr.cn"];

export function isLoginServer(host: string): boolean {
  return suffixes.some((suffix) => host.toLowerCase().endsWith(`.${suffix}`));
}

/**
 * A login server that a host may have been meant to be: the same name under a misspelt domain (`contoso.azureacr.io`), or
 * the name without the hash that Azure puts behind it (`contoso-a1b2c3.azurecr.io`).
 */
export function nearestLoginServer(host: string, loginServers: readonly string[]): string | undefined {
  const name = labelOf(host);
  const misspelt = !isLoginServer(host) && /(?:^|\.)[a-z]*(?:acr|azurec)[a-z]*\./.test(host.slice(name.length));
  const same = loginServers.find((server) => labelOf(server) === name);
  if (same !== undefined && (misspelt || isLoginServer(host))) return same;
  if (!isLoginServer(host)) return undefined;
  return loginServers.find(
    (server) => labelOf(server).startsWith(`${name}-`) || name.startsWith(`${labelOf(server)}-`),
  );
}

function labelOf(host: string): string {
  return host.toLowerCase().split(".")[0] ?? "";
}
