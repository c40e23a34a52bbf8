import { defineCause } from "../core/cause.ts";

export const throttled = defineCause({
  id: "throttled",
  title: "The registry throttles the client",
  rank: 2,
  severity: "low",
  incident: true,
  needs: ["registry"],
  message: "<registry> (<sku>) answers <identity> with 429, too many requests, since <since>. <history>",
  remediation: {
    text: "Let clients honour Retry-After and pull less at once; Premium takes twice as many requests as the others.",
    cli: "az acr show-usage --subscription <subscriptionId> --name <registry>",
  },
  references: ["https://learn.microsoft.com/azure/container-registry/container-registry-skus"],

  rulesOut: ({ status }) => (status === "429" ? undefined : `status ${status || "unknown"} is not throttling`),
  weigh: (_symptom, { registry: { sku } }) => ({ verdict: "confirmed", evidence: { sku } }),
});
