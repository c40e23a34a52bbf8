import type { Puller } from "../../facts.ts";
import type { RemedyInput, Template } from "../remedy.ts";
import { siteType } from "../site-names.ts";

/** Leads the pulls of a web app through the network that it is integrated with, or through one that it is to be. */
export function pullOverNetwork({ puller, facts }: RemedyInput): Template {
  return facts.unusedSubnetId === undefined ? integrate(puller) : useIntegration(puller);
}

export const throughIntegration = {
  text: "Pull over the virtual network that the app is integrated with, so that it resolves the private endpoint.",
  cli: "az resource update --ids <pullerId> --set properties.outboundVnetRouting.imagePullTraffic=true",
} as const;

function useIntegration(puller: Puller): Template {
  return {
    ...throughIntegration,
    bicep: `resource app '${siteType(puller)}@2024-11-01' = {
  name: '<site>'
  // … as it is
  properties: {
    outboundVnetRouting: { imagePullTraffic: true }
  }
}`,
  };
}

export const newIntegration = {
  text: "Integrate the app with a virtual network that resolves a private endpoint of the registry, and pull over that.",
  cli: "az resource update --ids <pullerId> --set properties.virtualNetworkSubnetId=<integrationSubnet> properties.outboundVnetRouting.imagePullTraffic=true",
} as const;

export function integrate(puller: Puller): Template {
  return {
    ...newIntegration,
    bicep: `resource app '${siteType(puller)}@2024-11-01' = {
  name: '<site>'
  // … as it is
  properties: {
    virtualNetworkSubnetId: '<integrationSubnet>'
    outboundVnetRouting: { imagePullTraffic: true }
  }
}`,
  };
}
