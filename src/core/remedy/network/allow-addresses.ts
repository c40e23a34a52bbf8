import { evidenceList } from "../evidence-list.ts";
import { registrySetting } from "../registry-bicep.ts";
import type { RemedyInput, Template } from "../remedy.ts";

/** Every address of a workload is refused or allowed by itself, and it may pull from any of them: all in one change. */
export function allowAddresses({ facts }: RemedyInput): Template {
  const refused = evidenceList(facts.refusedAddresses);
  const addresses = refused.length > 0 ? refused : evidenceList(facts.outboundAddresses);
  const each = addresses.map((_, index) => `<address${index}>`);
  const adds = each.map((one) => `--add properties.networkRuleSet.ipRules action=Allow value=${one}`).join(" ");
  return {
    text: "Allow each of the addresses that the traffic comes from while they are fixed ones of yours; else give the workload's network a private endpoint.",
    cli:
      each.length > 1
        ? `az resource update --ids <registryId> --api-version 2025-11-01 ${adds}`
        : "az acr network-rule add --subscription <registrySubscription> --name <registry> --ip-address <address0>",
    bicep: registrySetting(`networkRuleSet: {
      defaultAction: 'Deny'
      ipRules: [
        // … those that it has
${each.map((one) => `        { action: 'Allow', value: '${one}' }\n`).join("")}      ]
    }`),
    evidence: Object.fromEntries(addresses.map((address, index) => [`address${index}`, address])),
  };
}
