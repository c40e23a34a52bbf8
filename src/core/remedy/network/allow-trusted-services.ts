import { registrySetting } from "../registry-bicep.ts";
import type { Template } from "../remedy.ts";

export const allowTrustedServices = {
  text: "Let trusted services past the network rules, on which this service depends.",
  cli: "az acr update --subscription <registrySubscription> --name <registry> --allow-trusted-services true",
  bicep: registrySetting("networkRuleBypassOptions: 'AzureServices'"),
} as const satisfies Template;
