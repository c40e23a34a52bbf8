import { defineCause } from "../core/cause.ts";
import { toldBy } from "../core/told.ts";

export const wrongSubscription = defineCause({
  id: "wrong-subscription",
  title: "The registry was looked for in another subscription",
  rank: 8,
  severity: "info",
  incident: false,
  needs: [],
  message:
    "The Azure CLI looked for <registry> where it is not, or where the caller may not read it: it is in subscription <subscriptionId>. No login was tried, so none was refused.",
  remediation: {
    text: "Name the subscription. A caller who may only pull names the login server instead, which no subscription is needed for.",
    cli: "az acr login --subscription <subscriptionId> --name <registry>",
  },
  references: ["https://learn.microsoft.com/azure/container-registry/container-registry-troubleshoot-login"],

  rulesOut: ({ error }) => (toldBy(error) === "subscription" ? undefined : "no text tells of a subscription"),
  weigh: () => ({ verdict: "likely", evidence: {} }),
});
