import { registrySetting } from "../registry-bicep.ts";
import type { RemedyInput, Template } from "../remedy.ts";
import { upgradeNodeImages } from "./upgrade-node-images.ts";

/** Only old node images make clusters ask for tokens of Azure Resource Manager: the registry need not change. */
export function agreeOnAudience(input: RemedyInput): Template {
  return input.puller.kind === "aks" ? upgradeNodeImages(input) : takeArmTokens;
}

const takeArmTokens: Template = {
  text: "Let the registry take tokens made for Azure Resource Manager again, for as long as this <kind> pulls from it with a managed identity: it asks for no others.",
  cli: "az acr config authentication-as-arm update --subscription <registrySubscription> --registry <registry> --status enabled",
  bicep: registrySetting("policies: { azureADAuthenticationAsArmPolicy: { status: 'enabled' } }"),
};
