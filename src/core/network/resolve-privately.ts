import type { Gap, Gaps } from "../collected.ts";
import type { Registry } from "../facts.ts";
import { answeringZones, holdersOf, type LinkedZone, recordOf } from "./answering-zones.ts";
import { privateNamesOf, zoneNameOf } from "./host-names.ts";
import { isApproved, type NetworkSettings, type RegistryNetwork, unseenOf } from "./registry-network.ts";
import { forwards } from "./ruleset.ts";
import type { VantageNetwork } from "./vantage.ts";

/** What a name of a registry resolves to for clients of one virtual network that uses the DNS of Azure. */
export type Resolution =
  /** To addresses of approved endpoints. */
  | { readonly to: "endpoint"; readonly zoneIds: readonly string[]; readonly endpointIds: readonly string[] }
  /**
   * To the public address, because no zone is linked, or because those that are (`zoneIds`) fall back to it; `holders` are
   * zones that would know better, if there are any, those first that lead to an approved endpoint.
   */
  | { readonly to: "public"; readonly zoneIds: readonly string[]; readonly holders: readonly string[] }
  /** To nothing: a linked zone answers, and has no such record. */
  | { readonly to: "nothing"; readonly zoneIds: readonly string[] }
  /** To addresses of which at least one is not an approved endpoint's. */
  | {
      readonly to: "wrong";
      readonly zoneIds: readonly string[];
      /** Those alone that are no approved endpoint's. */
      readonly addresses: readonly string[];
      readonly expected: readonly string[];
      /** The endpoint that it belongs to is there, but not approved. */
      readonly unapproved: boolean;
    }
  | {
      readonly to: "unknown";
      readonly reason: "zones-not-known" | "endpoint-not-visible" | "custom-dns";
      readonly gaps: Gaps;
    };

export interface ResolutionQuestion {
  readonly registry: Pick<Registry, "id" | "loginServer">;
  readonly settings: NetworkSettings;
  readonly network: Pick<RegistryNetwork, "endpoints" | "zones" | "keptZones">;
}

/**
 * Follows a name as the DNS of Azure does. A zone that is linked to the network and that the name lies in answers alone,
 * even when it has no such record; after the zones come the rulesets that are linked to the network; then the public name
 * of a registry with endpoints leads to `<name>.privatelink.<suffix>`, which is looked for in the same way.
 * https://learn.microsoft.com/azure/private-link/private-endpoint-dns
 * https://learn.microsoft.com/azure/dns/dns-private-resolver-overview
 */
export function resolvePrivately(
  host: string,
  from: Pick<VantageNetwork, "id" | "rulesets">,
  question: ResolutionQuestion,
): Resolution {
  const { registry, network } = question;
  if (!network.zones.known) return { to: "unknown", reason: "zones-not-known", gaps: [network.zones.gap] };
  for (const name of privateNamesOf(host, registry.loginServer)) {
    const linked = answeringZones(name, from.id, network.zones.value);
    if (linked.length > 0) return inZones(host, name, linked, question);
    const ruleset = from.rulesets?.find((one) => forwards(one, name));
    if (ruleset) {
      const detail = `${ruleset.id}, which is linked to ${from.id}, ${
        ruleset.domains.known
          ? `sends ${name} to other DNS servers, which may or may not ask a private zone`
          : `may send ${name} to other DNS servers: ${ruleset.domains.gap.detail}`
      }`;
      return { to: "unknown", reason: "custom-dns", gaps: [{ fact: "dns", reason: "notFound", detail }] };
    }
  }
  return withoutLink(host, question);
}

function inZones(host: string, name: string, linked: readonly LinkedZone[], question: ResolutionQuestion): Resolution {
  const zoneIds = linked.map(({ zone }) => zone.id);
  const [gap, ...gaps] = linked.flatMap(({ zone: { records } }) => (records.known ? [] : [records.gap]));
  if (gap) return { to: "unknown", reason: "zones-not-known", gaps: [gap, ...gaps] };
  const records = linked.flatMap(({ zone }) => recordOf(name, zone) ?? []);
  const alias = records.find((record) => record.alias !== undefined)?.alias;
  if (alias !== undefined) {
    const detail = `${zoneIds.join(", ")} leads ${name} on to ${alias}, and what that resolves to is not looked for`;
    return { to: "unknown", reason: "zones-not-known", gaps: [{ fact: "zones", reason: "notFound", detail }] };
  }
  const addresses = records.flatMap((record) => record.addresses);
  if (addresses.length > 0) return compare(host, addresses, zoneIds, question);
  return linked.every(({ fallsBack }) => fallsBack)
    ? { to: "public", zoneIds, holders: [] }
    : { to: "nothing", zoneIds };
}

/**
 * A zone that cannot be seen may be linked. A name is taken for public where the zone that has it is seen, and where the
 * registry's endpoints keep no records in any zone: zones written by hand in subscriptions that nobody shows stay
 * unchecked, and the answer says so.
 */
function withoutLink(host: string, question: ResolutionQuestion): Resolution {
  const { loginServer } = question.registry;
  const { keptZones: kept, zones } = question.network;
  const { holders: entries, unread } = holdersOf(host, loginServer, zones.known ? zones.value : []);
  const right = entries.filter(
    ({ record: { addresses } }) => addresses.length > 0 && compare(host, addresses, [], question).to === "endpoint",
  );
  const holders = [...new Set([...right, ...entries])];
  if (holders.length > 0) return { to: "public", zoneIds: [], holders: holders.map(({ zone }) => zone.id) };
  const [gap, ...gaps] = unread;
  if (gap) return { to: "unknown", reason: "zones-not-known", gaps: [gap, ...gaps] };
  if (kept?.known === false) return { to: "unknown", reason: "zones-not-known", gaps: [kept.gap] };
  if (kept?.value.length === 0) return { to: "public", zoneIds: [], holders: [] };
  const detail = `no zone ${zoneNameOf(loginServer)} with a record of ${host} is visible; ${
    kept
      ? `its endpoints keep their records in ${kept.value.join(", ")}, which the identity cannot read`
      : "it may be in a subscription that the identity cannot read, or not exist"
  }`;
  return { to: "unknown", reason: "zones-not-known", gaps: [{ fact: "zones", reason: "notFound", detail }] };
}

function compare(
  host: string,
  addresses: readonly string[],
  zoneIds: readonly string[],
  { settings, network, registry }: ResolutionQuestion,
): Resolution {
  const endpoints = network.endpoints.known ? network.endpoints.value : [];
  const connections = settings.connections.filter(isApproved);
  const approved = connections.map(({ endpointId }) => endpointId.toLowerCase());
  const of = (wanted: boolean) =>
    endpoints
      .filter(({ id }) => approved.includes(id.toLowerCase()) === wanted)
      .flatMap((endpoint) =>
        endpoint.addresses
          .filter((one) => one.host.toLowerCase() === host.toLowerCase())
          .map(({ address }) => ({ address, endpointId: endpoint.id })),
      );
  const right = of(true);
  const wrong = addresses.filter((address) => !right.some((one) => one.address === address));
  if (wrong.length === 0) {
    const endpointIds = right.filter(({ address }) => addresses.includes(address)).map(({ endpointId }) => endpointId);
    return { to: "endpoint", zoneIds, endpointIds: [...new Set(endpointIds)] };
  }
  const unseen = unseenOf(connections, endpoints);
  const unseenGap = (gap: Gap): Resolution => ({ to: "unknown", reason: "endpoint-not-visible", gaps: [gap] });
  if (!network.endpoints.known) return unseenGap(network.endpoints.gap);
  if (unseen.length > 0) {
    const detail = `the addresses of ${unseen.join(", ")}, an endpoint of ${registry.id}, are not visible`;
    return unseenGap({ fact: "endpoints", reason: "notFound", detail });
  }
  return {
    to: "wrong",
    zoneIds,
    addresses: wrong,
    expected: right.map(({ address }) => address),
    unapproved: wrong.every((address) => of(false).some((one) => one.address === address)),
  };
}
