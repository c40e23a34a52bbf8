/** What an error text tells of a failure that is none of a login: no status of the registry stands for it. */
export type Told = "name" | "certificate" | "connection" | "tool" | "platform" | "subscription" | "fallback";

/**
 * How docker, containerd, the kubelet and the Azure CLI word it.
 * https://learn.microsoft.com/azure/container-registry/container-registry-health-error-reference
 * https://learn.microsoft.com/troubleshoot/azure/azure-kubernetes/extensions/cannot-pull-image-from-acr-to-aks-cluster
 */
const wordings: readonly (readonly [RegExp, Told])[] = [
  [/\b(?:DOCKER|HELM|NOTARY)_\w+_ERROR\b|cannot connect to the docker daemon/i, "tool"],
  [
    /no such host|dial tcp: lookup|CONNECTIVITY_DNS_ERROR|(?:could not|failed to) resolve host|unresolvable host|host is not reachable|name or service not known|name resolution|getaddrinfo|server misbehaving/i,
    "name",
  ],
  [/x509:|CONNECTIVITY_SSL_ERROR|certificate[ _]verify[ _]failed|SSLError/i, "certificate"],
  [
    /i\/o timeout|Client\.Timeout|context deadline exceeded|proxyconnect|TLS handshake timeout|connection (?:refused|reset|timed out)|no route to host|network is unreachable|could not connect to the registry login server/i,
    "connection",
  ],
  [/no match(?:ing manifest)? for (?:platform|\w+\/\w+)/i, "platform"],
  [/could not be found in subscription/i, "subscription"],
];

/** What failed before `az acr login` tried the admin account may stand in the same text. */
const toldBefore = /\b40[13]\b|unauthorized|AADSTS/i;

export function toldBy(error: string): Told | undefined {
  if (isFirewall(error)) return undefined;
  const told = wordings.find(([pattern]) => pattern.test(error))?.[1];
  return told ?? (triedAdmin(error) && !toldBefore.test(error) ? "fallback" : undefined);
}

/** `az acr login` tried the admin account, and found it disabled. */
export function triedAdmin(error: string): boolean {
  return /admin user is disabled/i.test(error);
}

/** The registry itself says that its network rules refuse the address. https://aka.ms/acr/firewall */
function isFirewall(error: string): boolean {
  return /is not allowed access|aka\.ms\/acr\/firewall/i.test(error);
}
