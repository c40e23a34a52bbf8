import { bypassesProxy, dataHostsOf } from "../core/network/host-names.ts";
import { isApproved } from "../core/network/registry-network.ts";
import { parseResourceId } from "../core/resource-id.ts";
import { defineRule } from "../core/rule.ts";

export const proxyHidesPrivateEndpoint = defineRule({
  id: "proxy-hides-private-endpoint",
  title: "Proxy stands before a private endpoint",
  subject: "puller",
  severity: "medium",
  category: "network",
  needs: ["puller", "needs", "vantage"],

  why: "Nodes hand every name that noProxy leaves out to the proxy, which resolves it in another network: pulls go to the registry's public address, or end with EOF and timeouts, though the endpoint is in order.",
  failures: {
    notBypassed: {
      message: "<puller> sends <hosts> through its proxy, past the private endpoint of <registry>.",
      remediation: {
        text: "Add these hosts to noProxy in the proxy configuration, and apply the file; nodes are replaced by it.",
        cli: "az aks update --subscription <pullerSubscriptionId> --resource-group <pullerGroup> --name <puller> --http-proxy-config proxy.json",
      },
    },
  },
  statements: {
    bypassed: "<puller> asks <registry> past its proxy.",
    noProxy: "<puller> uses no proxy.",
    noEndpoint: "<puller> uses a proxy, and <registry> has no approved private endpoint.",
    noneNeeded: "<puller> is not known to need any registry.",
  },
  references: [
    "https://learn.microsoft.com/azure/aks/http-proxy",
    "https://learn.microsoft.com/azure/aks/cluster-container-registry-integration",
  ],

  evaluate: ({ puller, needs, vantage }) => {
    const shared = { puller: puller.name, pullerId: puller.id };
    const { proxy } = vantage;
    if (proxy === undefined) return [{ outcome: "notApplicable", statement: "noProxy", evidence: shared }];
    if (needs.length === 0) return [{ outcome: "notApplicable", statement: "noneNeeded", evidence: shared }];
    return needs.map((need) => {
      const about = need.registryId.toLowerCase();
      const { settings, endpoints } = need.network;
      if (!need.registry.known) {
        return { outcome: "unknown", ...(about !== "" && { about }), gaps: [need.registry.gap] };
      }
      if (!settings.known) return { outcome: "unknown", about, gaps: [settings.gap] };
      const own = parseResourceId(puller.id);
      const evidence = {
        ...shared,
        registry: need.registryName,
        noProxy: proxy.noProxy,
        pullerSubscriptionId: puller.subscriptionId,
        pullerGroup: own?.resourceGroup ?? "RESOURCE_GROUP",
      };
      if (!settings.value.connections.some(isApproved)) {
        return { outcome: "notApplicable", statement: "noEndpoint", about, evidence };
      }
      const { loginServer } = need.registry.value;
      const data = dataHostsOf(need.registry.value, need.network, endpoints.known ? endpoints.value : []);
      const hosts = [loginServer, ...data].filter((host) => !bypassesProxy(host, proxy.noProxy));
      return hosts.length > 0
        ? { outcome: "fail", failure: "notBypassed", about, evidence: { ...evidence, hosts } }
        : { outcome: "pass", statement: "bypassed", about, evidence };
    });
  },
});
