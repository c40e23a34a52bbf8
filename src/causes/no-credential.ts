import { defineCause, excluded } from "../core/cause.ts";
import { notACredential } from "../core/refusal.ts";

export const noCredential = defineCause({
  id: "no-credential",
  title: "The client has no credential for the registry",
  rank: 45,
  severity: "high",
  incident: true,
  needs: ["registry"],
  message:
    "A client asks <registry> for a token as nobody since <since>, and the registry lets nobody pull without a login. <history>",
  remediation: {
    text: "Compare the image's host with <loginServer>, and see that the workload names an identity for it. AKS nodes ask as nobody too after they got no credential: the kubelet identity is not on the node, or has no grant.",
    cli: "az acr show --subscription <subscriptionId> --name <registry> --query loginServer",
  },
  references: [
    "https://learn.microsoft.com/troubleshoot/azure/azure-kubernetes/extensions/cannot-pull-image-from-acr-to-aks-cluster",
  ],

  rulesOut: (symptom) =>
    /anonymous token/i.test(symptom.error) ? notACredential(symptom) : "no text tells of a login as nobody",
  weigh: (_symptom, { registry: { anonymousPull, loginServer } }) =>
    anonymousPull
      ? excluded("the registry lets everybody pull")
      : { verdict: "likely", evidence: { loginServer }, notChecked: ["which identity the workload is to pull with"] },
});
