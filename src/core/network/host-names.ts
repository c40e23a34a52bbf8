import type { Registry } from "../facts.ts";
import type { PrivateEndpoint, RegistryNetwork } from "./registry-network.ts";

type Named = Pick<Registry, "loginServer" | "location">;

/** `azurecr.io` of `contoso.azurecr.io`. */
function suffixOf(loginServer: string): string {
  return loginServer.slice(loginServer.indexOf(".") + 1).toLowerCase();
}

/** The private zone that a zone group keeps for a registry's hosts. */
export function zoneNameOf(loginServer: string): string {
  return `privatelink.${suffixOf(loginServer)}`;
}

/**
 * The names that are looked for, one after the other: a host's own, and the one that the public name of a registry with
 * private endpoints leads to, `contoso.westeurope.data.privatelink.azurecr.io` of `contoso.westeurope.data.azurecr.io`.
 * https://learn.microsoft.com/azure/private-link/private-endpoint-dns-integration
 */
export function privateNamesOf(host: string, loginServer: string): readonly string[] {
  const name = host.toLowerCase();
  const suffix = `.${suffixOf(loginServer)}`;
  return name.endsWith(suffix) ? [name, `${name.slice(0, -suffix.length)}.${zoneNameOf(loginServer)}`] : [name];
}

/** `westeurope` of `contoso.westeurope.data.azurecr.io`, and nothing of a host that serves no data. */
export function dataRegionOf(host: string): string | undefined {
  return /^[^.]+\.([^.]+)\.data\./i.exec(host)?.[1]?.toLowerCase();
}

/**
 * The hosts that serve a registry's layers to clients on its private endpoints, one per region. A registry with an
 * endpoint has them whatever its setting says. Where the replicas are known no client is led to any other region: the
 * endpoint of a replica may be turned off and still have its address.
 */
export function dataHostsOf(
  { loginServer, location }: Named,
  { settings, replicas }: Pick<RegistryNetwork, "settings" | "replicas">,
  endpoints: readonly PrivateEndpoint[],
): readonly string[] {
  const [label = ""] = loginServer.toLowerCase().split(".");
  const suffix = suffixOf(loginServer);
  const regions = [location, ...(replicas.known ? replicas.value : [])].map((region) =>
    region.toLowerCase().replaceAll(" ", ""),
  );
  const hosts = [
    ...regions.map((region) => `${label}.${region}.data.${suffix}`),
    ...(settings.known ? settings.value.dataEndpointHostNames : []),
    ...endpoints.flatMap(({ addresses }) => addresses.map(({ host }) => host)),
  ].map((host) => host.toLowerCase());
  return [...new Set(hosts)].filter((host) => {
    const region = dataRegionOf(host);
    return region !== undefined && (!replicas.known || regions.includes(region));
  });
}

/**
 * Whether a proxy is left out for a host's HTTPS port. What pulls is written in Go: `azurecr.io` is that host and all below
 * it, `.azurecr.io` and `*.azurecr.io` what is below it alone, a port counts, and addresses do not match names.
 * https://pkg.go.dev/golang.org/x/net/http/httpproxy
 */
export function bypassesProxy(host: string, noProxy: readonly string[]): boolean {
  const name = host.toLowerCase();
  return noProxy
    .flatMap((entry) => entry.split(","))
    .some((entry) => {
      const text = entry.trim().toLowerCase().replace(/:443$/, "");
      if (text === "*") return true;
      const domain = text.replace(/^\*?\./, "");
      return domain !== "" && (name.endsWith(`.${domain}`) || name === text);
    });
}
