import { list, text } from "../../body.ts";
import type { Body } from "../../world.ts";
import { ids } from "../ids.ts";
import { outboundIpName } from "../managed-cluster.ts";
import { addressRecordBody, privateDnsZoneBody, virtualNetworkLinkBody } from "../private-dns-zone.ts";
import { type PrivateEndpointOptions, privateEndpointBody, privateEndpointInterfaceBody } from "../private-endpoint.ts";
import { publicAddressBody } from "../public-address.ts";
import { virtualNetworkBody } from "../virtual-network.ts";
import { subnets } from "./subnets.ts";

const resourceGroup = "rg-network";
const platformProd = { subscriptionId: ids.subscriptions.platformProd, resourceGroup };
const appsProd = { subscriptionId: ids.subscriptions.appsProd, resourceGroup };

const platformEndpoint = {
  ...platformProd,
  name: "pe-nfplatform",
  registryId: ids.registries.platform,
  subnetId: subnets.hubEndpoints,
  addresses: {
    "nfplatform.azurecr.io": "10.20.8.6",
    "nfplatform.westeurope.data.azurecr.io": "10.20.8.5",
    "nfplatform.northeurope.data.azurecr.io": "10.20.8.4",
  },
};
const warehouseEndpoint = {
  ...appsProd,
  name: "pe-nfwarehouse",
  registryId: ids.registries.warehouse,
  subnetId: subnets.appsEndpoints,
  addresses: {
    "nfwarehouse.azurecr.io": "10.30.8.5",
    "nfwarehouse.westeurope.data.azurecr.io": "10.30.8.4",
  },
};

const hub = virtualNetworkBody({
  ...platformProd,
  name: "vnet-hub",
  addressPrefix: "10.20.0.0/16",
  subnets: {
    "snet-endpoints": { addressPrefix: "10.20.8.0/24", ipConfigurationIds: configurationsOf(platformEndpoint) },
    "snet-build": "10.20.16.0/22",
  },
});
const apps = virtualNetworkBody({
  ...appsProd,
  name: "vnet-apps",
  addressPrefix: "10.30.0.0/16",
  subnets: {
    "snet-endpoints": { addressPrefix: "10.30.8.0/26", ipConfigurationIds: configurationsOf(warehouseEndpoint) },
  },
});
const telematics = virtualNetworkBody({
  ...appsProd,
  name: "vnet-telematics",
  addressPrefix: "10.31.0.0/16",
  subnets: { "snet-nodes": "10.31.0.0/20" },
});
const warehouse = virtualNetworkBody({
  ...appsProd,
  name: "vnet-warehouse",
  addressPrefix: "10.32.0.0/16",
  subnets: { "snet-nodes": "10.32.0.0/20" },
});

const zone = { name: "privatelink.azurecr.io" };
const platformZone = privateDnsZoneBody({ ...platformProd, ...zone });
const appsZone = privateDnsZoneBody({ ...appsProd, ...zone });

/** Virtual networks, private endpoints and their names; the warehouse cluster's network is linked to no zone. */
export const networks = [
  ...[hub, apps, telematics, warehouse],
  ...[platformEndpoint, warehouseEndpoint].flatMap((endpoint) => [
    privateEndpointBody(endpoint),
    privateEndpointInterfaceBody(endpoint),
  ]),
  platformZone,
  virtualNetworkLinkBody({ zoneId: platformZone.id, networkId: hub.id }),
  virtualNetworkLinkBody({ zoneId: platformZone.id, networkId: telematics.id }),
  appsZone,
  virtualNetworkLinkBody({ zoneId: appsZone.id, networkId: apps.id }),
  ...Object.entries(ids.clusters).flatMap(([name, clusterId], index) => madeByAks(name, clusterId, index)),
];

function configurationsOf(endpoint: PrivateEndpointOptions): readonly string[] {
  const configurations = list(privateEndpointInterfaceBody(endpoint), "properties", "ipConfigurations");
  return configurations.flatMap((configuration) => text(configuration, "id") ?? []);
}

/** What AKS makes in a cluster's node resource group: a public address, and a network unless the cluster was given one. */
function madeByAks(name: string, clusterId: string, index: number) {
  const nodeGroup = {
    subscriptionId: name === "portal" ? ids.subscriptions.appsDev : ids.subscriptions.appsProd,
    resourceGroup: `MC_rg-${name}_aks-${name}_westeurope`,
  };
  const made = virtualNetworkBody({
    ...nodeGroup,
    name: `aks-vnet-${20_480_011 + index}`,
    addressPrefix: "10.224.0.0/12",
    subnets: { "aks-subnet": "10.224.0.0/16" },
  });
  const address = publicAddressBody({
    ...nodeGroup,
    name: outboundIpName(clusterId),
    address: `203.0.113.${100 + index}`,
  });
  return name === "telematics" || name === "warehouse" ? [address] : [address, made];
}

/** Records of the private zones, by `<zone id>/A`. */
export const zoneRecords: Record<string, Body[]> = {
  [`${platformZone.id}/A`]: recordsOf(platformZone.id, platformEndpoint.addresses),
  [`${appsZone.id}/A`]: recordsOf(appsZone.id, warehouseEndpoint.addresses),
};

function recordsOf(zoneId: string, addresses: Readonly<Record<string, string>>): Body[] {
  return Object.entries(addresses).map(([host, address]) =>
    addressRecordBody({ zoneId, name: host.replace(/\.azurecr\.io$/, ""), addresses: [address] }),
  );
}
