import { defineCause } from "../core/cause.ts";

export const imageMissing = defineCause({
  id: "image-missing",
  title: "The image or tag does not exist; the login is fine",
  rank: 1,
  severity: "info",
  incident: false,
  needs: [],
  message:
    "<identity> asks <registry> for what it does not have, since <since>: <missing>. This is no failure of authentication.",
  remediation: {
    text: "Compare the image reference with what the registry holds.",
    cli: "az acr repository list --subscription <subscriptionId> --name <registry>",
  },
  references: ["https://learn.microsoft.com/azure/container-registry/container-registry-troubleshoot-access"],

  rulesOut: ({ status }) => (status === "404" ? undefined : `status ${status || "unknown"} is not "not found"`),
  weigh: ({ repository }) => ({
    verdict: repository === undefined ? "likely" : "confirmed",
    evidence: { missing: repository?.repositories ?? "an image or tag" },
  }),
});
