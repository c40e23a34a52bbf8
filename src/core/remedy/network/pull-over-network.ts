import type { RemedyInput, Template } from "../remedy.ts";
import { siteType } from "../site-names.ts";

/** Leads the pulls of a web app through the network that it is integrated with, or through one that it is to be. */
export function pullOverNetwork({ puller, facts }: RemedyInput): Template {
  const type = siteType(puller);
  return facts.unusedSubnetId === undefined ? integrate(type) : useIntegration(type);
}

function useIntegration(type: string): Template {
  return {
    text: "Pull over the virtual network that the app is integrated with, so that it resolves the private endpoint.",
    cli: "az resource update --ids <pullerId> --set properties.outboundVnetRouting.imagePullTraffic=true",
    bicep: `resource app '${type}@2024-11-01' = {
  name: '<site>'
  // … as it is
  properties: {
    outboundVnetRouting: { imagePullTraffic: true }
  }
}`,
  };
}

function integrate(type: string): Template {
  return {
    text: "Integrate the app with a virtual network that resolves the private endpoint, and pull over that.",
    cli: "az resource update --ids <pullerId> --set properties.virtualNetworkSubnetId=<integrationSubnet> properties.outboundVnetRouting.imagePullTraffic=true",
    bicep: `resource app '${type}@2024-11-01' = {
  name: '<site>'
  // … as it is
  properties: {
    virtualNetworkSubnetId: '<integrationSubnet>'
    outboundVnetRouting: { imagePullTraffic: true }
  }
}`,
  };
}
