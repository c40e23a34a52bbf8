import { defineCause } from "../core/cause.ts";
import { toldBy } from "../core/told.ts";

export const clientToolFailing = defineCause({
  id: "client-tool-failing",
  title: "A tool on the client fails; the registry was not asked",
  rank: 7,
  severity: "info",
  incident: false,
  needs: [],
  message:
    "<tool> on the client's own machine fails, before <registry> is asked. This is no failure of authentication.",
  remediation: {
    text: "Install or start the tool there. Without Docker, `az acr login --expose-token` still shows whether the login works; Helm and Notary are not needed for it.",
    cli: "az acr check-health --subscription <subscriptionId> --name <registry> --ignore-errors --yes",
  },
  references: ["https://learn.microsoft.com/azure/container-registry/container-registry-health-error-reference"],

  rulesOut: ({ error }) => (toldBy(error) === "tool" ? undefined : "no text tells of a tool on the client"),
  weigh: ({ error }) => ({
    verdict: "likely",
    evidence: { tool: /\b(DOCKER|HELM|NOTARY)_\w+_ERROR\b/i.exec(error)?.[0] ?? "Docker" },
  }),
});
