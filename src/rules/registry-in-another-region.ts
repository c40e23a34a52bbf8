import { defineRule } from "../core/rule.ts";

export const registryInAnotherRegion = defineRule({
  id: "registry-in-another-region",
  title: "Registry is in another region",
  subject: "puller",
  severity: "low",
  category: "network",
  needs: ["puller", "needs", "vantage"],

  why: "Every layer crosses regions: pulls are slower, traffic between regions is billed, and an outage of the registry's region stops new nodes and pods in this one too.",
  failures: {
    far: {
      message: "<puller> is in <location> and pulls from <registry>, which is in <regions>.",
      remediation: {
        text: "Replicate the registry to the puller's region; private endpoints need one more address each.",
        cli: "az acr replication create --subscription <subscriptionId> --registry <registry> --location <location>",
      },
    },
    farBelowPremium: {
      message:
        "<puller> is in <location> and pulls from <registry>, which is in <regions> and has no replicas as <sku>.",
      remediation: {
        text: "Move the registry to Premium and replicate it to the puller's region, or keep images in a registry there.",
        cli: "az acr update --subscription <subscriptionId> --name <registry> --sku Premium",
      },
    },
  },
  statements: {
    near: "<puller> and <registry> are in <location>.",
    noneNeeded: "<puller> is not known to need any registry.",
    outside: "<puller> stands outside of Azure, in none of its regions.",
  },
  references: ["https://learn.microsoft.com/azure/container-registry/container-registry-geo-replication"],

  evaluate: ({ puller, needs, vantage }) => {
    if (needs.length === 0) {
      return [{ outcome: "notApplicable", statement: "noneNeeded", evidence: { puller: puller.name } }];
    }
    if (puller.kind === "connectedRegistry") {
      return [{ outcome: "notApplicable", statement: "outside", evidence: { puller: puller.name } }];
    }
    if (vantage.location === "") {
      const detail = `${puller.id} does not say its region`;
      return [{ outcome: "unknown", gaps: [{ fact: "vantage", reason: "malformed", detail }] }];
    }
    return needs.map((need) => {
      const about = need.registryId.toLowerCase();
      if (!need.registry.known) {
        return { outcome: "unknown", ...(about !== "" && { about }), gaps: [need.registry.gap] };
      }
      const registry = need.registry.value;
      const { replicas } = need.network;
      const location = regionOf(vantage.location);
      const regions = [registry.location, ...(replicas.known ? replicas.value : [])].map(regionOf);
      const evidence = {
        puller: puller.name,
        registry: need.registryName,
        subscriptionId: registry.subscriptionId,
        sku: registry.sku,
        location,
        regions,
      };
      if (regions.includes(location)) return { outcome: "pass", statement: "near", about, evidence };
      if (!replicas.known) return { outcome: "unknown", about, gaps: [replicas.gap] };
      return registry.sku.toLowerCase() === "premium"
        ? { outcome: "fail", failure: "far", about, evidence }
        : { outcome: "fail", failure: "farBelowPremium", about, evidence };
    });
  },
});

/** Azure writes a region as `West Europe` and as `westeurope`. */
function regionOf(location: string): string {
  return location.toLowerCase().replaceAll(" ", "");
}
