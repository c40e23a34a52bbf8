import type { RegistryDoors } from "../core/caller.ts";
import { defineCause } from "../core/cause.ts";
import { isNotPublic, parseIpv4 } from "../core/network/ipv4.ts";
import { toldBy } from "../core/told.ts";

export const registryNotReached = defineCause({
  id: "registry-not-reached",
  title: "The client does not reach the registry",
  rank: 4,
  severity: "high",
  incident: true,
  needs: ["doors"],
  message:
    "A client gets no answer on its way to <registry>: <why>. The registry's own network rules answer with 403, so they are not what stops it.",
  remediation: {
    text: "Look at <look>, as they are for the client, and run the command in the client's own network.",
    cli: "az acr check-health --subscription <subscriptionId> --name <registry> --ignore-errors --yes",
  },
  references: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-troubleshoot-access",
    "https://learn.microsoft.com/azure/container-registry/container-registry-firewall-access-rules",
  ],

  rulesOut: ({ error }) =>
    toldBy(error) === "connection" ? undefined : "no text tells of a connection that was not made",
  weigh: ({ error }, { doors }) => {
    const address = addressIn(error);
    const found = foundIn(error, address, doors);
    const evidence = {
      ...found,
      approvedEndpoints: doors.approvedEndpoints,
      ...(address !== undefined && { address }),
    };
    return { verdict: "likely", evidence, notChecked: ["routes, firewalls and security groups on the client's way"] };
  },
});

function foundIn(error: string, address: string | undefined, doors: RegistryDoors) {
  if (/proxyconnect/i.test(error))
    return { why: "its proxy does not connect it", look: "the proxy, and what goes past it" };
  const range = address === undefined ? undefined : parseIpv4(address);
  if (range === undefined || !isNotPublic(range)) {
    const why = `nothing answers at ${address ?? "the address of the registry"}`;
    return { why, look: doors.publicNetworkAccess ? outside : `${inside}, or ${outside}` };
  }
  const silent = `nothing answers at ${address}, a private address`;
  return doors.approvedEndpoints > 0
    ? { why: `${silent} such as the registry's private endpoints have`, look: inside }
    : { why: `${silent}, and the registry has no approved private endpoint`, look: gone };
}

const inside = "routes, virtual network peerings, security groups and firewalls on the way to the private endpoint";
const gone = "the DNS record that the name leads to, which may be of an endpoint that was removed";
const outside =
  "firewalls, security groups and routes for what goes out to port 443 of the registry and its data endpoints";

/** Where to: `dial tcp 10.20.0.5:443: i/o timeout`, `read tcp 10.240.0.7:51000->10.20.0.5:443: i/o timeout`. */
function addressIn(error: string): string | undefined {
  return /(?:dial tcp |->)(\d+\.\d+\.\d+\.\d+):\d+/i.exec(error)?.[1];
}
