import { registrySetting } from "../registry-bicep.ts";
import type { RemedyInput, Template } from "../remedy.ts";

/** https://learn.microsoft.com/azure/container-registry/allow-access-trusted-services */
export const withoutSubnetRules = {
  text: "Trusted services are let past network rules only where no subnet is allowed by a virtual network rule: lead those subnets to a private endpoint of the registry, then remove their rules.",
  cli: "az acr network-rule remove --subscription <registrySubscription> --name <registry> --subnet <allowedSubnet>",
  bicep: registrySetting(
    `networkRuleSet: {
      defaultAction: 'Deny'
      // … its ipRules
      virtualNetworkRules: []
    }`,
    "2026-03-01-preview",
  ),
} as const satisfies Template;

export function removeSubnetRules({ need }: RemedyInput): Template {
  const rules = need.network.virtualNetworkRules;
  const [allowedSubnet = "SUBNET_ID"] = rules.known ? rules.value : [];
  return { ...withoutSubnetRules, evidence: { allowedSubnet } };
}
