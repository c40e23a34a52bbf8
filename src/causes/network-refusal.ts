import { defineCause, excluded } from "../core/cause.ts";
import { contains, isNotPublic, parseIpv4 } from "../core/network/ipv4.ts";
import type { Severity } from "../core/rule.ts";
import type { Symptom } from "../core/symptom.ts";

export const networkRefusal = defineCause({
  id: "network-refusal",
  title: "The registry's network rules refuse the address",
  rank: 5,
  severity: "high",
  incident: true,
  needs: ["doors"],
  message:
    "<identity> is refused by the network of <registry> since <since>: <rule> does not let in <refused>. <history>",
  remediation: {
    text: "If the address is yours, allow it (public clients) or link the client's network to the registry's private DNS zone (clients with a private endpoint). If it is not yours, leave it refused.",
    cli: "az acr network-rule list --subscription <subscriptionId> --name <registry>",
  },
  references: ["https://learn.microsoft.com/azure/container-registry/container-registry-access-selected-networks"],

  rulesOut: ({ status, error }) => {
    if (status !== "403") return `status ${status || "unknown"} is not how a refusal by the network shows`;
    return /requested access to the resource is denied/i.test(error)
      ? "the text tells of access to a repository, not of an address"
      : undefined;
  },
  weigh: (symptom, { doors }) => {
    const { status, login, repository, error } = symptom;
    const { publicNetworkAccess, deniesByDefault, allowedRanges, approvedEndpoints } = doors;
    if (publicNetworkAccess && !deniesByDefault) return excluded("the registry lets in every address");
    if (login === undefined && repository !== undefined) return excluded("the login works, so the network lets it in");
    const rule = publicNetworkAccess ? "its list of allowed addresses" : "public network access, which is disabled,";
    const addresses = login?.addresses ?? addressesIn(error);
    const evidence = {
      rule,
      refused: addresses.length > 0 ? addresses : "the client",
      allowedRanges,
      approvedEndpoints,
    };
    if (addresses.length === 0) return { verdict: "likely", evidence, notChecked: ["the address of the client"] };

    const working = login?.workingAddresses ?? [];
    const refused = addresses.filter((address) => !working.includes(address) && isRefused(address, doors));
    if (refused.length === 0) return excluded(`${addresses.join(", ")} is let in`);
    const inside = refused.filter((address) => {
      const range = parseIpv4(address);
      return range === undefined || isNotPublic(range);
    });
    const contradicting = [
      ...(refused.length < addresses.length ? ["other addresses of the same identity are let in"] : []),
      ...(inside.length > 0 ? [`no rule for public addresses speaks of ${inside.join(", ")}`] : []),
    ];
    const notChecked = ["rules for virtual networks, which the service tells in preview versions alone"];
    const whole = { ...evidence, refused };
    const severity = severityOf(symptom);
    const certain = status === "403" && contradicting.length === 0;
    return { verdict: certain ? "confirmed" : "likely", evidence: whole, severity, contradicting, notChecked };
  },
});

/** Workloads are meant to get in, and so is whoever did before. That the rest is refused is what the rules are for. */
function severityOf({ identityKind, login }: Symptom): Severity {
  const workload = identityKind === "id" || identityKind === "name";
  return workload || login?.lastSuccess !== undefined ? "high" : "low";
}

function isRefused(
  address: string,
  {
    publicNetworkAccess,
    allowedRanges,
  }: { readonly publicNetworkAccess: boolean; readonly allowedRanges: readonly string[] },
): boolean {
  if (!publicNetworkAccess) return true;
  const client = parseIpv4(address);
  if (client === undefined) return true; // rules are for IPv4 alone
  return !allowedRanges.some((text) => {
    const range = parseIpv4(text);
    return range !== undefined && contains(range, client);
  });
}

/** `client with IP '203.0.113.18' is not allowed access` */
function addressesIn(error: string): readonly string[] {
  return [...error.matchAll(/client with IP '?([\da-f.:]*[\da-f])'?/gi)].map(([, address = ""]) => address);
}
