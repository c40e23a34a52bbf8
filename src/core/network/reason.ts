/** Whether a puller's traffic gets to a registry, and why, each in one word. The list is closed. */
export const reasons = {
  "public-open": ["reachable", "Public access is on and every address is allowed."],
  "ip-allowed": ["reachable", "Every address that the traffic comes from is allowed by an IP rule."],
  "subnet-allowed": ["reachable", "The subnet has the service endpoint and is allowed by a virtual network rule."],
  "private-endpoint": ["reachable", "All names resolve to an approved private endpoint."],
  "trusted-service": ["reachable", "The service is let past the network rules as a trusted service of Azure."],

  "public-disabled": ["refused", "Public access is off, and nothing leads the puller to a private endpoint."],
  "private-endpoint-pending": [
    "refused",
    "No private endpoint of the registry is approved, and the public way is shut.",
  ],
  "zone-not-linked": ["refused", "The private zone is not linked to the puller's network: it asks the public address."],
  "zone-missing": [
    "refused",
    "No private zone has a record of the registry's endpoint, so its name leads to the public address, which is shut.",
  ],
  "default-deny-no-rule": ["refused", "The default action is Deny and there is no rule at all."],
  "ip-not-allowed": ["refused", "No IP rule allows the addresses that the traffic comes from."],
  "ip-partly-allowed": ["refused", "IP rules allow some, not all, of the addresses that the traffic comes from."],
  "service-endpoint-missing": [
    "refused",
    "The subnet is allowed by a rule, but has no service endpoint for registries.",
  ],
  "service-endpoint-hides-address": [
    "refused",
    "The subnet's service endpoint sends private addresses, which no IP rule can allow, and no rule names the subnet.",
  ],
  "trusted-services-off": ["refused", "The service depends on the trusted services bypass, which is off."],
  "trusted-services-barred": [
    "refused",
    "Virtual network rules shut out trusted services, on whose bypass the service depends.",
  ],
  "tasks-bypass-off": ["refused", "Tasks are not let past the network rules since June 2025 unless that is allowed."],

  "record-missing": ["unreachable", "A linked private zone has no record of the registry, so the name does not exist."],
  "record-wrong-address": ["unreachable", "The record leads to an address that no approved endpoint has."],
  "record-of-unapproved-endpoint": ["unreachable", "The record leads to an endpoint that is not approved."],
  "data-record-missing": [
    "unreachable",
    "The registry resolves, but a data endpoint does not: layers cannot be fetched.",
  ],
  "no-public-egress": ["unreachable", "The cluster blocks all egress and has no private way to the registry."],

  "settings-not-known": ["unknown", "The registry's network settings could not be read."],
  "network-not-known": ["unknown", "The puller's virtual network could not be read."],
  "zones-not-known": ["unknown", "The private zone that answers could not be read, or leads on to another name."],
  "name-not-known": [
    "unknown",
    "No private endpoint is approved, and whether the name still leads to the linked private zone is not known.",
  ],
  "endpoint-not-visible": ["unknown", "An approved endpoint or its addresses could not be read."],
  "subnet-rules-not-known": [
    "unknown",
    "The virtual network rules, which only preview versions show, could not be read.",
  ],
  "egress-not-known": ["unknown", "The public addresses that the traffic comes from are not known."],
  "custom-dns": [
    "unknown",
    "The network or a forwarding ruleset asks DNS servers of its own; what they answer cannot be seen from Azure.",
  ],
  "proxy-bypass-missing": ["unknown", "The registry's names go through a proxy instead of to the private endpoint."],
  "behind-proxy": ["unknown", "Traffic goes through a proxy whose address and DNS are not known."],
  "data-region-not-known": [
    "unknown",
    "Some regions' data endpoints do not resolve, and which one is used is not known.",
  ],
} as const satisfies Record<string, readonly [ReachabilityAnswer, string]>;

export type ReachabilityAnswer = "reachable" | "refused" | "unreachable" | "unknown";
export type ReachabilityReason = keyof typeof reasons;
/** Reasons of some answers alone. */
export type ReasonOf<Answer extends ReachabilityAnswer> = {
  [Reason in ReachabilityReason]: (typeof reasons)[Reason][0] extends Answer ? Reason : never;
}[ReachabilityReason];

/** What no configuration tells. */
export const unchecked = {
  routing: "routes and peerings between the puller's network and the endpoint",
  securityGroups: "network security groups",
  firewalls: "firewalls on the way out",
  pullSetting:
    "the secret application setting WEBSITE_PULL_IMAGE_OVER_VNET, which also makes a web app pull over its network",
  hiddenZones: "private zones in subscriptions that the identity cannot read",
  ownDns: "the network's own DNS servers",
  ipv6: "whether the registry answers IPv6, by which the traffic can come too and which no IP rule can allow",
  tokenExchange:
    "whether Container Apps exchanges its token from addresses of Azure's own, which the registry may refuse",
  userAssignedTask:
    "whether tasks with a user-assigned identity are let past the network rules, on which Microsoft's pages are not clear",
  proxy: "what the proxy allows, and how it resolves names",
} as const;
