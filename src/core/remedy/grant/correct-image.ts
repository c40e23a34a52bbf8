import type { Template } from "../remedy.ts";

export const correctImage: Template = {
  text: "Correct the image reference: it names <loginServer>, and this workload is known to pull from <elsewhere>. Only if <loginServer> is meant, grant it.",
  cli: "az acr repository list --subscription <registrySubscription> --name <registry> --output table",
  bicep: "// nothing is granted on <loginServer>: the image reference is corrected where the workload is deployed from",
};
