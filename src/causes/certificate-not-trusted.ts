import { defineCause } from "../core/cause.ts";
import { toldBy } from "../core/told.ts";

export const certificateNotTrusted = defineCause({
  id: "certificate-not-trusted",
  title: "The client does not trust the certificate that it is shown",
  rank: 6,
  severity: "high",
  incident: true,
  needs: [],
  message:
    "A client that connects to <registry> does not trust the certificate that it is shown: <why>. No login was tried, so none was refused.",
  remediation: {
    text: "Let TLS inspection leave out the login server and the data endpoints, or have the client trust the inspecting proxy's authority; never turn off the check.",
    cli: "az acr check-health --subscription <subscriptionId> --name <registry> --ignore-errors --yes",
  },
  references: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-health-error-reference",
    "https://learn.microsoft.com/azure/container-registry/container-registry-firewall-access-rules",
  ],

  rulesOut: ({ error }) =>
    toldBy(error) === "certificate" ? undefined : "no text tells of a certificate that was not trusted",
  weigh: ({ error }) => ({
    verdict: "likely",
    evidence: { why: whyIn(error) },
    notChecked: ["which certificate the client is shown"],
  }),
});

function whyIn(error: string): string {
  if (/certificate is (?:valid for|not valid for)/i.test(error))
    return "it is of another name, so something else answers in the registry's place";
  if (/expired or is not yet valid/i.test(error))
    return "its time is not now, so the client's clock is wrong or something else answers in the registry's place";
  return "mostly a proxy that inspects TLS shows one of its own";
}
