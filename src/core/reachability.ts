import { type Gap, type Gaps, known } from "./collected.ts";
import type { Registry } from "./facts.ts";
import { bypassesProxy, dataHostsOf, dataRegionOf } from "./network/host-names.ts";
import { type Ipv4Range, isCovered, overlaps, parseIpv4 } from "./network/ipv4.ts";
import { type ReachabilityAnswer, type ReasonOf, reasons, unchecked } from "./network/reason.ts";
import {
  isApproved,
  type NetworkSettings,
  networkOfSubnet,
  type PrivateEndpoint,
  type RegistryNetwork,
  type Setting,
} from "./network/registry-network.ts";
import { type Resolution, resolvePrivately } from "./network/resolve-privately.ts";
import {
  hasOwnDns,
  hasServiceEndpoint,
  type Vantage,
  type VantageNetwork,
  type VantageSubnet,
} from "./network/vantage.ts";
import { sameId } from "./resource-id.ts";
import type { Evidence } from "./rule.ts";

/** One question: does the traffic of a puller get to a registry? */
export interface ReachabilityQuestion {
  readonly registry: Pick<Registry, "id" | "loginServer" | "location">;
  readonly network: RegistryNetwork;
  readonly vantage: Vantage;
}

/** An answer; one that is not certain says what would have to be known. */
export type Reachability = Found & (Certain | Uncertain);

interface Found {
  readonly evidence: Evidence;
  /** What speaks against the answer, in sentences. */
  readonly contradicting: readonly string[];
  /** What could still be in the way. */
  readonly notChecked: readonly string[];
}

type Certain = { readonly gaps: readonly [] } & (
  | { readonly answer: "reachable"; readonly reason: ReasonOf<"reachable"> }
  | { readonly answer: "refused" | "unreachable"; readonly reason: BlockedReason }
);

interface Uncertain {
  readonly answer: "unknown";
  readonly reason: ReasonOf<"unknown">;
  readonly gaps: Gaps;
}

/** Why traffic does not get to a registry. */
export type BlockedReason = ReasonOf<"refused" | "unreachable">;

/**
 * Decides from configuration alone, in the order in which the registry and the DNS of Azure decide: an approved
 * endpoint that the puller's network resolves; else the trusted services bypass; else public access; else the default
 * action; else the rules. The worst of a puller's networks and subnets is its answer.
 * docs/decisions/0005-reachability-from-configuration.md
 */
export function reach(question: ReachabilityQuestion): Reachability {
  const { network } = question;
  if (!network.settings.known) return unknown("settings-not-known", [network.settings.gap], {});
  const asked: Asked = { ...question, settings: network.settings.value, ...ownOf(question, network.settings.value) };
  const found = decide(asked);
  return { ...found, notChecked: [...found.notChecked, ...notKnownOf(asked, found)] };
}

/** What Microsoft's pages leave open about some services. */
function notKnownOf({ vantage, settings }: Asked, found: Reachability): readonly string[] {
  if (vantage.service === "containerApp" && isRestricted(settings)) return [unchecked.tokenExchange];
  return vantage.perhapsTrusted && found.answer === "refused" ? [unchecked.userAssignedTask] : [];
}

function decide(asked: Asked): Reachability {
  const trusted = asTrustedService(asked);
  if (trusted) return trusted;
  if (isProxied(asked)) return throughProxy(asked);

  const { vantage, settings } = asked;
  if (settings.connections.length === 0) {
    return { ...publicly(asked, subnetsOf(vantage)), contradicting: leftRecords(asked) };
  }
  if (!vantage.networks.known) return eitherWay(asked, "network-not-known", [vantage.networks.gap]);
  if (vantage.networks.value.length === 0) return publicly(asked, []);
  return worst(vantage.networks.value.map((one) => from(one, asked)));
}

/**
 * Records of endpoints that are gone: a host may not resolve until the zone's link is removed.
 * https://learn.microsoft.com/azure/container-registry/container-registry-private-link
 */
function leftRecords({ registry, settings, network, vantage }: Asked): readonly string[] {
  if (!vantage.networks.known) return [];
  return vantage.networks.value.flatMap((one) => {
    const found = resolvePrivately(registry.loginServer, one, { registry, settings, network });
    if (found.to !== "wrong") return [];
    return `${one.id} is linked to ${found.zoneIds.join(", ")}, which has ${found.addresses.join(", ")} for ${registry.loginServer}, left from an endpoint that is gone; its name may still lead there.`;
  });
}

interface Asked extends ReachabilityQuestion, Own {
  readonly settings: NetworkSettings;
}

/** What follows from a registry alone, for the many pullers that ask for it. */
interface Own {
  readonly registryId: string;
  readonly dataHosts: readonly string[];
  readonly rules: Evidence;
  readonly ranges: readonly Ipv4Range[];
}

const owns = new WeakMap<RegistryNetwork, Own>();

function ownOf({ registry, network }: ReachabilityQuestion, settings: NetworkSettings): Own {
  const kept = owns.get(network);
  if (kept?.registryId === registry.id) return kept;
  const dataHosts = settings.connections.length > 0 ? dataHostsOf(registry, network, endpointsOf(network)) : [];
  const ranges = settings.ipRules.flatMap((rule) => parseIpv4(rule) ?? []);
  const own = { registryId: registry.id, dataHosts, rules: rulesOf(registry, settings), ranges };
  owns.set(network, own);
  return own;
}

/** Services that a registry lets past its rules; App Service, Container Apps and hosted build agents are not among them. */
const trustedWithIdentity: readonly Vantage["service"][] = ["containerGroup", "machineLearning"];

function canBeTrusted({ service, managedIdentity }: Vantage): boolean {
  if (service === "cacheRule") return true; // it is the registry itself that fetches
  return managedIdentity && (trustedWithIdentity.includes(service) || service === "task");
}

function letsTrustedPast({ vantage, settings }: Asked): boolean {
  return settings.trustedServices.value && (vantage.service !== "task" || settings.trustedTasks.value);
}

/**
 * The bypass holds where public access is off as well, but not for registries with virtual network rules.
 * https://learn.microsoft.com/azure/container-registry/allow-access-trusted-services
 */
function asTrustedService(asked: Asked): Reachability | undefined {
  const { settings, network } = asked;
  if (!canBeTrusted(asked.vantage) || !letsTrustedPast(asked)) return undefined;
  if (!isRestricted(settings)) return reached("public-open", asked.rules); // it is in no network whose zones or proxy could lead it elsewhere
  if (!network.virtualNetworkRules.known) {
    return unknown("subnet-rules-not-known", [network.virtualNetworkRules.gap], asked.rules);
  }
  return network.virtualNetworkRules.value.length === 0 ? reached("trusted-service", asked.rules) : undefined;
}

/** Not everyone on the internet gets through. */
export function isRestricted({ publicNetworkAccess, defaultAction }: NetworkSettings): boolean {
  return publicNetworkAccess.value === "Disabled" || defaultAction.value === "Deny";
}

function isProxied({ vantage, registry, dataHosts }: Asked): boolean {
  const { proxy } = vantage;
  if (proxy === undefined) return false;
  return [registry.loginServer, ...dataHosts].some((host) => !bypassesProxy(host, proxy.noProxy));
}

function throughProxy(asked: Asked): Reachability {
  const { settings, vantage } = asked;
  const evidence = { ...asked.rules, noProxy: [...(vantage.proxy?.noProxy ?? [])] };
  const notChecked = [unchecked.proxy];
  if (!isRestricted(settings)) return reached("public-open", evidence, { notChecked });
  const approved = settings.connections.some(isApproved);
  if (!approved && letsNobodyIn(asked)) {
    const fromProxy = { ...vantage, outboundType: "other", outboundAddresses: known([]) } as const;
    return publicly({ ...asked, vantage: fromProxy }, []);
  }
  const detail = "how the proxy resolves the registry's name, and from which address it asks, is not known";
  const gap = { fact: "proxy", reason: "notFound", detail } as const;
  return unknown(approved ? "proxy-bypass-missing" : "behind-proxy", [gap], evidence, { notChecked });
}

/** The public way is shut to every address, also to that of a proxy. */
function letsNobodyIn({ settings, network: { virtualNetworkRules } }: Asked): boolean {
  if (settings.publicNetworkAccess.value === "Disabled") return true;
  return settings.ipRules.length === 0 && virtualNetworkRules.known && virtualNetworkRules.value.length === 0;
}

/**
 * Where it cannot be told what a name resolves to: certain when it comes to the same. A zone or network that is not
 * there to be seen is taken to answer with an address that works; one that could not be read is not.
 */
function eitherWay(asked: Asked, reason: ReasonOf<"unknown">, gaps: Gaps): Reachability {
  const open = publicly(asked, subnetsOf(asked.vantage));
  const unseen = gaps.every((gap) => gap.reason === "notFound");
  if (open.answer === "reachable" && unseen)
    return { ...open, notChecked: [...open.notChecked, unchecked.hiddenZones] };
  if (open.answer !== "reachable" && !asked.settings.connections.some(isApproved)) return open;
  return unknown(reason, gaps, open.evidence, { notChecked: open.notChecked });
}

function from(one: VantageNetwork, asked: Asked): Reachability {
  const { registry, network, settings } = asked;
  if (hasOwnDns(one)) {
    const detail = `${one.id} asks the DNS servers ${one.dnsServers.join(", ")}, which may or may not ask a private zone`;
    const decided = eitherWay(asked, "custom-dns", [{ fact: "dns", reason: "notFound", detail }]);
    return { ...decided, notChecked: [...decided.notChecked, unchecked.ownDns] };
  }
  const resolve = (host: string) => resolvePrivately(host, one, { registry, settings, network });
  const login = resolve(registry.loginServer);
  if (login.to === "public") {
    return at(one, publicly(asked, one.subnets, login));
  }
  if (login.to === "unknown" && login.reason !== "endpoint-not-visible")
    return at(one, eitherWay(asked, login.reason, login.gaps));
  const evidence = { ...asked.rules, networkId: one.id, host: registry.loginServer, ...resolutionEvidence(login) };
  if (login.to === "unknown") return unknown(login.reason, login.gaps, evidence, { notChecked: ways.private });
  if (login.to !== "endpoint" && !settings.connections.some(isApproved)) {
    const open = publicly(asked, one.subnets);
    if (open.answer !== "refused") return eitherName(login.zoneIds, evidence, asked);
    if (login.to === "nothing") return at(one, open);
  }
  if (login.to === "nothing") return blocked("record-missing", evidence, { notChecked: ways.private });
  if (login.to === "wrong") {
    const reason = login.unapproved ? "record-of-unapproved-endpoint" : "record-wrong-address";
    return blocked(reason, evidence, { notChecked: ways.private });
  }
  return withData(asked, resolve, { login, from: one, evidence });
}

function at({ id }: VantageNetwork, found: Reachability): Reachability {
  return { ...found, evidence: { ...found.evidence, networkId: id } };
}

/**
 * Azure documents that the public name leads to the private zone where a registry has endpoint connections, and not whether
 * one counts that waits for approval, is rejected or has lost its endpoint.
 */
function eitherName(zoneIds: readonly string[], evidence: Evidence, { registry }: Asked): Reachability {
  const detail = `no endpoint of ${registry.loginServer} is approved; whether the name still leads to ${zoneIds.join(", ")} instead of the public address is not known`;
  const notChecked = [...ways.private, ...ways.public];
  return unknown("name-not-known", [{ fact: "dns", reason: "notFound", detail }], evidence, { notChecked });
}

interface ResolvedLogin {
  readonly login: Extract<Resolution, { readonly to: "endpoint" }>;
  readonly from: VantageNetwork;
  readonly evidence: Evidence;
}

/** The login server resolves to an endpoint; the layers come from the data endpoint of one of the regions. */
function withData(
  asked: Asked,
  resolve: (host: string) => Resolution,
  { login, from: one, evidence }: ResolvedLogin,
): Reachability {
  const { dataHosts, vantage } = asked;
  const resolved = dataHosts.map((host) => ({ host, way: wayOf(resolve(host), () => publicly(asked, one.subnets)) }));
  const broken = resolved.filter(({ way }) => way.answer === "refused" || way.answer === "unreachable");
  const open = resolved.flatMap(({ way }) => (way.answer === "unknown" ? [way] : []));
  const hosts = broken.map(({ host }) => host);
  const near = resolved.find(({ host }) => dataRegionOf(host) === vantage.location.toLowerCase().replaceAll(" ", ""));
  const more = { notChecked: ways.private };

  if (near?.way.answer === "reachable" || broken.length + open.length === 0) {
    const contradicting = [
      ...severalEndpoints(asked, login, one),
      ...resolved
        .filter(({ way }) => way.answer === "reachable" && way.reason !== "private-endpoint")
        .map(({ host }) => `${host} resolves to the public address, which lets it in.`),
      ...hosts.map((host) => `${host} does not resolve to an endpoint; clients sent there would fail.`),
    ];
    return reached("private-endpoint", evidence, { ...more, contradicting });
  }
  // of what has no right record, the zones that answer for it and not for the login
  const zoneIds = broken.flatMap(({ way }) => way.zoneIds);
  const failing = { ...evidence, ...(zoneIds.length > 0 && { zoneIds: [...new Set(zoneIds)] }), dataHosts: hosts };
  if (broken.length > 0 && (broken.length === resolved.length || (near && near.way.answer !== "unknown"))) {
    return blocked("data-record-missing", failing, more);
  }
  const [first] = open;
  if (broken.length === 0 && first) {
    const [gap, ...gaps] = first.gaps;
    const others = open.slice(1).flatMap((way) => way.gaps);
    return unknown(first.reason, [gap, ...gaps, ...others], failing, more);
  }
  const detail = `which region serves ${vantage.location} is not known, and ${hosts.join(", ")} cannot be reached`;
  const gap = { fact: "dataRegion", reason: "notFound", detail } as const;
  return unknown("data-region-not-known", [gap, ...open.flatMap((way) => way.gaps)], failing, more);
}

/** Whether a data endpoint is reached, and the zones that answer for it. */
type Way = (Certain | Uncertain) & { readonly zoneIds: readonly string[] };

/** `publicWay` says it where a link falls back to the public name. */
function wayOf(found: Resolution, publicWay: () => Reachability): Way {
  if (found.to === "endpoint") return { answer: "reachable", reason: "private-endpoint", gaps: [], zoneIds: [] };
  if (found.to === "public") return { ...publicWay(), zoneIds: found.zoneIds };
  if (found.to === "unknown") return { answer: "unknown", reason: found.reason, gaps: found.gaps, zoneIds: [] };
  return { answer: "unreachable", reason: "data-record-missing", gaps: [], zoneIds: found.zoneIds };
}

/**
 * Endpoints of several networks must not share a record: clients get the address of either, or of one in another network.
 * https://learn.microsoft.com/azure/container-registry/container-registry-private-link
 */
function severalEndpoints(
  { registry: { loginServer }, settings, network }: Asked,
  { endpointIds }: ResolvedLogin["login"],
  { id }: VantageNetwork,
): readonly string[] {
  const nearer = endpointsOf(network).find(
    (endpoint) =>
      sameId(networkOfSubnet(endpoint.subnetId), id) &&
      settings.connections.some((one) => isApproved(one) && sameId(one.endpointId, endpoint.id)) &&
      !endpointIds.includes(endpoint.id),
  );
  return [
    ...(endpointIds.length > 1
      ? [
          `${loginServer} resolves to ${endpointIds.length} endpoints; clients get either, whether they can route to it or not.`,
        ]
      : []),
    ...(nearer
      ? [
          `${loginServer} resolves to ${endpointIds.join(", ")} in another network, though ${nearer.id} stands in ${id} itself; clients depend on a route to the other.`,
        ]
      : []),
  ];
}

/** Steps 2 to 4: the registry's public address; `login` where that is what the puller's network resolves its name to. */
function publicly(asked: Asked, subnets: readonly VantageSubnet[], login?: PublicName): Reachability {
  const { settings, vantage } = asked;
  const zoneIds = login ? [...login.zoneIds, ...login.holders] : [];
  const past = pullsPast(asked);
  const evidence = { ...asked.rules, ...(zoneIds.length > 0 && { zoneIds }) };
  const more = {
    notChecked: [
      ...ways.public,
      ...(login ? [unchecked.hiddenZones] : []),
      ...(past.unusedSubnetId === undefined ? [] : [unchecked.pullSetting]),
    ],
  };
  const approved = settings.connections.some(isApproved);
  const refuse: Refuse = (reason, found = {}) =>
    blocked(betterReason(asked, reason, login), { ...evidence, ...found, ...past }, more);

  if (settings.publicNetworkAccess.value === "Disabled") {
    return refuse(!approved && settings.connections.length > 0 ? "private-endpoint-pending" : "public-disabled");
  }
  if (vantage.outboundType === "block") return refuse("no-public-egress");
  if (settings.defaultAction.value === "Deny") return byRules(asked, subnets, evidence, refuse, more);
  const addressed = vantage.outboundAddresses.known && vantage.outboundAddresses.value.length > 0;
  if (vantage.outboundType === "none" && !addressed) return egressUnknown(asked, evidence, more);
  return reached("public-open", evidence, more);
}

/**
 * Why an approved endpoint does not help a web app: it pulls over the internet unless it is integrated with a network and
 * set to pull over that. https://learn.microsoft.com/azure/app-service/configure-vnet-integration-routing
 */
function pullsPast({ vantage, settings }: Asked): Evidence {
  const { service, networks, unusedSubnetId } = vantage;
  const outside = service === "webApp" && networks.known && networks.value.length === 0;
  if (!outside || !settings.connections.some(isApproved)) return {};
  return { imagePull: "not over a virtual network", ...(unusedSubnetId !== undefined && { unusedSubnetId }) };
}

type PublicName = Extract<Resolution, { readonly to: "public" }>;
type Refuse = (reason: BlockedReason, found?: Evidence) => Reachability;

/** Step 4: the default is Deny. */
function byRules(
  asked: Asked,
  subnets: readonly VantageSubnet[],
  evidence: Evidence,
  refuse: Refuse,
  more: More,
): Reachability {
  const { network, vantage } = asked;
  const byIp = byIpRules(asked, evidence, refuse, more);
  if (!hasServiceEndpoints(asked.registry)) return byIp;
  if (!["aks", "virtualMachine"].includes(vantage.service)) return besideServiceEndpoint(asked, subnets, byIp);
  if (!vantage.networks.known) {
    const blind =
      byIp.answer === "refused" && network.virtualNetworkRules.known && network.virtualNetworkRules.value.length === 0;
    return blind ? byIp : unknown("network-not-known", [vantage.networks.gap], evidence, more);
  }
  if (subnets.length === 0) return byIp;
  return worst(
    subnets.map((subnet) => {
      const rules = network.virtualNetworkRules;
      const found = { ...evidence, subnetId: subnet.id };
      const named = rules.known && rules.value.some((id) => sameId(id, subnet.id));
      if (!hasServiceEndpoint(subnet)) {
        return named && byIp.answer !== "reachable" ? refuse("service-endpoint-missing", found) : byIp;
      }
      if (!rules.known) return unknown("subnet-rules-not-known", [rules.gap], found, more);
      return named ? reached("subnet-allowed", found, more) : refuse("service-endpoint-hides-address", found);
    }),
  );
}

/** They are in no other cloud. https://learn.microsoft.com/azure/container-registry/container-registry-vnet */
function hasServiceEndpoints({ loginServer }: Pick<Registry, "loginServer">): boolean {
  return loginServer.toLowerCase().endsWith(".azurecr.io");
}

/**
 * Virtual network rules are for clusters and virtual machines alone; a service endpoint sends private addresses whoever
 * uses the subnet. Whether images are fetched through the subnet of another service, and whether a rule counts for an
 * agent pool, is not documented.
 * https://learn.microsoft.com/azure/container-registry/container-registry-vnet
 */
function besideServiceEndpoint(asked: Asked, subnets: readonly VantageSubnet[], byIp: Reachability): Reachability {
  const rules = asked.network.virtualNetworkRules;
  const subnet = subnets.find(hasServiceEndpoint);
  if (subnet === undefined) return byIp;
  const named = !rules.known || rules.value.some((id) => subnets.some((one) => sameId(one.id, id)));
  const perhaps = asked.vantage.service === "task" && named;
  if (byIp.answer !== "reachable" && !perhaps) return byIp;
  const detail = `${subnet.id} has the service endpoint for registries, which sends private addresses; whether the pull goes through it and counts as its subnet is not known`;
  const { notChecked } = byIp;
  const evidence = { ...byIp.evidence, subnetId: subnet.id };
  return unknown("egress-not-known", [{ fact: "egress", reason: "notFound", detail }], evidence, { notChecked });
}

function byIpRules(asked: Asked, evidence: Evidence, refuse: Refuse, given: More): Reachability {
  const { settings, vantage, network, ranges } = asked;
  const noOther = network.virtualNetworkRules.known && network.virtualNetworkRules.value.length === 0;
  const seen = vantage.outboundAddresses.known ? vantage.outboundAddresses.value : [];
  const addresses = seen.filter(isIpv4);
  const notChecked = [...(given.notChecked ?? []), ...(addresses.length < seen.length ? [unchecked.ipv6] : [])];
  const more = { ...given, notChecked };
  const refused = addresses.filter((address) => !isAllowed(address, ranges));
  const found = { outboundAddresses: addresses, refusedAddresses: refused };
  if (settings.ipRules.length === 0) return refuse(noOther ? "default-deny-no-rule" : "ip-not-allowed", found);
  if (vantage.outboundType !== "none" && isCovered(everyAddress, ranges))
    return reached("ip-allowed", { ...evidence, ...found }, more);
  if (addresses.length === 0) return egressUnknown(asked, evidence, more);
  if (refused.length === 0) return reached("ip-allowed", { ...evidence, ...found }, more);
  const partly = refused.length < addresses.length || refused.some((address) => isPartlyAllowed(address, ranges));
  return refuse(partly ? "ip-partly-allowed" : "ip-not-allowed", found);
}

const everyAddress: Ipv4Range = { first: 0, last: 2 ** 32 - 1 };

/** IP rules know no others; a registry answers IPv4 alone unless a setting that only preview versions show says more. */
function isIpv4(address: string): boolean {
  return !address.includes(":");
}

/** Whether IP rules cover an address or range. */
function isAllowed(address: string, ranges: readonly Ipv4Range[]): boolean {
  const inner = parseIpv4(address);
  return inner !== undefined && isCovered(inner, ranges);
}

function isPartlyAllowed(address: string, ranges: readonly Ipv4Range[]): boolean {
  const inner = parseIpv4(address);
  return inner !== undefined && ranges.some((range) => overlaps(range, inner));
}

function egressUnknown({ vantage }: Asked, evidence: Evidence, more: More): Reachability {
  const { outboundAddresses, outboundType } = vantage;
  const detail = `outbound type ${outboundType} does not say from which public addresses the traffic comes`;
  const gap: Gap = outboundAddresses.known ? { fact: "egress", reason: "notFound", detail } : outboundAddresses.gap;
  return unknown("egress-not-known", [gap], evidence, more);
}

/** What would help most, where the public way is shut: the private zone, or the bypass that the service depends on. */
function betterReason(asked: Asked, reason: BlockedReason, login: PublicName | undefined): BlockedReason {
  const { vantage, settings, network } = asked;
  if (login && settings.connections.some(isApproved)) {
    return login.holders.length > 0 ? "zone-not-linked" : "zone-missing";
  }
  // a task whose agent pool stands in a network needs no bypass: https://learn.microsoft.com/azure/container-registry/tasks-agent-pools
  const pooled = vantage.service === "task" && subnetsOf(vantage).length > 0;
  const barred = network.virtualNetworkRules.known && network.virtualNetworkRules.value.length > 0;
  if (!canBeTrusted(vantage) || pooled) return reason;
  if (barred) return letsTrustedPast(asked) ? "trusted-services-barred" : reason;
  if (!settings.trustedServices.value) return "trusted-services-off";
  return letsTrustedPast(asked) ? reason : "tasks-bypass-off";
}

const ways = {
  private: [unchecked.routing, unchecked.securityGroups],
  public: [unchecked.securityGroups, unchecked.firewalls],
} as const;

type More = Partial<Pick<Found, "contradicting" | "notChecked">>;

function reached(reason: ReasonOf<"reachable">, evidence: Evidence, more: More = {}): Reachability {
  return { answer: "reachable", reason, evidence, contradicting: [], notChecked: [], gaps: [], ...more };
}

function blocked(reason: BlockedReason, evidence: Evidence, more: More = {}): Reachability {
  return { answer: reasons[reason][0], reason, evidence, contradicting: [], notChecked: [], gaps: [], ...more };
}

function unknown(reason: Uncertain["reason"], gaps: Gaps, evidence: Evidence, more: More = {}): Reachability {
  return { answer: "unknown", reason, evidence, contradicting: [], notChecked: [], gaps, ...more };
}

const badness: readonly ReachabilityAnswer[] = ["reachable", "unknown", "refused", "unreachable"];

function worst(answers: readonly Reachability[]): Reachability {
  const [first, ...rest] = answers;
  if (first === undefined) throw new Error("the worst of no answers was asked for");
  return rest.reduce(
    (one, other) => (badness.indexOf(other.answer) > badness.indexOf(one.answer) ? other : one),
    first,
  );
}

function endpointsOf({ endpoints }: RegistryNetwork): readonly PrivateEndpoint[] {
  return endpoints.known ? endpoints.value : [];
}

function subnetsOf({ networks }: Vantage): readonly VantageSubnet[] {
  return networks.known ? networks.value.flatMap(({ subnets }) => subnets) : [];
}

/** The settings that an answer rests on; what the service left out is marked as its documented default. */
function rulesOf(registry: Pick<Registry, "id">, settings: NetworkSettings): Evidence {
  return {
    registryId: registry.id,
    publicNetworkAccess: saidOf(settings.publicNetworkAccess),
    defaultAction: saidOf(settings.defaultAction),
    ipRules: [...settings.ipRules],
    trustedServices: saidOf(settings.trustedServices),
    connections: settings.connections.map(({ name, status }) => `${name} (${status})`),
  };
}

function saidOf({ value, said }: Setting<string | boolean>): string {
  return said ? String(value) : `${value} (not said; the documented default)`;
}

function resolutionEvidence(resolution: Resolution): Evidence {
  if (resolution.to === "endpoint") return { zoneIds: resolution.zoneIds, endpointIds: resolution.endpointIds };
  if (resolution.to === "nothing") return { zoneIds: resolution.zoneIds };
  if (resolution.to !== "wrong") return {};
  return { zoneIds: resolution.zoneIds, addresses: resolution.addresses, expected: resolution.expected };
}
