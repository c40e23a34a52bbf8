import type { Vantage } from "../../network/vantage.ts";
import { evidenceList } from "../evidence-list.ts";
import { registrySetting } from "../registry-bicep.ts";
import type { RemedyInput, Template } from "../remedy.ts";
import { createEndpoint } from "./create-endpoint.ts";

/** Every address of a workload is refused or allowed by itself, and it may pull from any of them: all in one change. */
export function allowAddresses(input: RemedyInput): Template {
  const { facts, vantage } = input;
  const refused = evidenceList(facts.refusedAddresses);
  const addresses = refused.length > 0 ? refused : evidenceList(facts.outboundAddresses);
  if (addresses.length === 0 && vantage && hasNoAddress(vantage)) return createEndpoint(input);
  if (addresses.length <= 1) return { ...allowAddress, evidence: { address: addresses[0] ?? "IP_ADDRESS" } };
  const each = addresses.map((_, index) => `<address${index}>`);
  const adds = each.map((one) => `--add properties.networkRuleSet.ipRules action=Allow value=${one}`).join(" ");
  return {
    text: allowAddress.text,
    cli: `az resource update --ids <registryId> --api-version 2025-11-01 ${adds}`,
    bicep: rulesFor(each),
    evidence: Object.fromEntries(addresses.map((address, index) => [`address${index}`, address])),
  };
}

/**
 * A cluster that has no way out, and a task outside of agent pools: that runs on machines of Azure, whose addresses are
 * nobody's to allow. https://learn.microsoft.com/azure/container-registry/tasks-agent-pools
 */
function hasNoAddress({ outboundType, service }: Vantage): boolean {
  return outboundType === "none" || service === "task";
}

export const allowAddress = {
  text: "Allow each of the addresses that the traffic comes from while they are fixed ones of yours; else give the workload's network a private endpoint.",
  cli: "az acr network-rule add --subscription <registrySubscription> --name <registry> --ip-address <address>",
  bicep: rulesFor(["<address>"]),
} as const satisfies Template;

function rulesFor(addresses: readonly string[]): string {
  return registrySetting(`networkRuleSet: {
      defaultAction: 'Deny'
      ipRules: [
        // … those that it has
${addresses.map((one) => `        { action: 'Allow', value: '${one}' }\n`).join("")}      ]
    }`);
}
