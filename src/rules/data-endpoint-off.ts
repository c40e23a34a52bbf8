import { known } from "../core/collected.ts";
import { dataHostsOf } from "../core/network/host-names.ts";
import { isApproved } from "../core/network/registry-network.ts";
import { defineRule } from "../core/rule.ts";

export const dataEndpointOff = defineRule({
  id: "data-endpoint-off",
  title: "Layers come from any storage account",
  subject: "registry",
  severity: "low",
  category: "network",
  needs: ["registry", "network", "replicas"],

  why: "Without dedicated data endpoints a firewall has to let pulls out to all of *.blob.core.windows.net, the way by which data can leave to anybody's storage account.",
  failures: {
    off: {
      message: "<registry> has no dedicated data endpoint, so clients behind firewalls need *.blob.core.windows.net.",
      remediation: {
        text: "Allow <hosts> in the firewalls of all clients first, then turn the data endpoint on; clients that may reach only storage fail from that moment.",
        cli: "az acr update --subscription <subscriptionId> --name <registry> --data-endpoint-enabled true",
      },
    },
  },
  statements: {
    on: "<registry> serves layers from hosts of its own.",
    notPremium: "<registry> is <sku>; only Premium has dedicated data endpoints.",
  },
  references: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-dedicated-data-endpoints",
    "https://learn.microsoft.com/azure/container-registry/container-registry-firewall-access-rules",
  ],

  evaluate: ({ registry, network, replicas }) => {
    const evidence = {
      registry: registry.name,
      subscriptionId: registry.subscriptionId,
      sku: registry.sku,
      hosts: dataHostsOf(registry, { settings: known(network), replicas: known(replicas) }, []),
    };
    if (registry.sku.toLowerCase() !== "premium") {
      return [{ outcome: "notApplicable", statement: "notPremium", evidence }];
    }
    // A private endpoint brings data endpoints with it.
    return network.dataEndpointEnabled || network.connections.some(isApproved)
      ? [{ outcome: "pass", statement: "on", evidence }]
      : [{ outcome: "fail", failure: "off", evidence }];
  },
});
