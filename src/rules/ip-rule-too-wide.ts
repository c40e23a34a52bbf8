import { counted } from "../core/counted.ts";
import { isNotPublic, parseIpv4, sizeOf } from "../core/network/ipv4.ts";
import { defineRule, type Judgement } from "../core/rule.ts";

/** A /16 holds 65,536 addresses; what is wider is hardly one company's. */
const widest = 2 ** 16;

const remove = "az acr network-rule remove --subscription <subscriptionId> --name <registry> --ip-address <rule>";

const failures = {
  wide: {
    message: "<registry> allows <rule>, which is <addresses> addresses.",
    remediation: { text: "Add rules for the addresses that are yours, then remove the wide one.", cli: remove },
  },
  useless: {
    message: "<registry> allows <rule>, which no client on the internet has as its address.",
    remediation: {
      text: "Allow the public address that the network goes out by, or use a private endpoint; then remove the rule.",
      cli: remove,
    },
  },
} as const;

const statements = {
  open: "<registry> lets everyone or nobody in, so its IP rules decide nothing.",
  narrow: "<registry> has <rules>, none too wide.",
} as const;

export const ipRuleTooWide = defineRule({
  id: "ip-rule-too-wide",
  title: "IP rule allows too much or nothing",
  subject: "registry",
  severity: "medium",
  category: "network",
  needs: ["registry", "network"],

  why: "A rule for a whole provider or for everyone makes Deny by default a word on paper. A rule for private addresses allows nobody, because the registry sees the public address that traffic comes from.",
  failures,
  statements,
  references: ["https://learn.microsoft.com/azure/container-registry/container-registry-access-selected-networks"],

  evaluate: ({ registry, network }) => {
    const shared = { registry: registry.name, subscriptionId: registry.subscriptionId };
    const decides = network.publicNetworkAccess.value === "Enabled" && network.defaultAction.value === "Deny";
    if (!decides) return [{ outcome: "notApplicable", statement: "open", evidence: shared }];
    const found = [...new Set(network.ipRules)].flatMap((rule): Judgement<typeof failures, typeof statements>[] => {
      const range = parseIpv4(rule);
      const evidence = { ...shared, rule, addresses: range ? sizeOf(range) : 0 };
      if (range === undefined || isNotPublic(range)) {
        return [{ outcome: "fail", failure: "useless", about: rule, severity: "low", evidence }];
      }
      return sizeOf(range) > widest ? [{ outcome: "fail", failure: "wide", about: rule, evidence }] : [];
    });
    const evidence = { ...shared, rules: counted(network.ipRules.length, "IP rule"), ipRules: network.ipRules };
    return found.length > 0 ? found : [{ outcome: "pass", statement: "narrow", evidence }];
  },
});
