import { expect, test } from "vitest";
import { known, missing } from "../../../src/core/collected.ts";
import {
  bypassesProxy,
  dataHostsOf,
  dataRegionOf,
  privateNamesOf,
  zoneNameOf,
} from "../../../src/core/network/host-names.ts";
import { forbidden, networkSettings } from "../../facts.ts";

test("names follow the cloud's own suffix", () => {
  expect(zoneNameOf("contoso.azurecr.us")).toBe("privatelink.azurecr.us");
  expect(privateNamesOf("Contoso.westeurope.data.azurecr.cn", "contoso.azurecr.cn")).toEqual([
    "contoso.westeurope.data.azurecr.cn",
    "contoso.westeurope.data.privatelink.azurecr.cn",
  ]);
});

test("a data endpoint tells its region, the login server and a regional endpoint do not", () => {
  expect(dataRegionOf("contoso.westeurope.data.azurecr.io")).toBe("westeurope");
  expect(dataRegionOf("contoso.azurecr.io")).toBeUndefined();
  expect(dataRegionOf("contoso.westeurope.geo.azurecr.io")).toBeUndefined();
});

test("there is one data host for the home region and each replica, however it is learned", () => {
  const registry = { loginServer: "contoso.azurecr.io", location: "West Europe" };
  const settings = known(networkSettings({ dataEndpointHostNames: ["contoso.eastus.data.azurecr.io"] }));
  const endpoint = {
    host: "contoso.northeurope.data.azurecr.io",
    address: "10.0.0.9",
  };
  const named = [{ id: "e", name: "e", registryId: "r", subnetId: "s", addresses: [endpoint] }];
  const all = [
    "contoso.westeurope.data.azurecr.io",
    "contoso.eastus.data.azurecr.io",
    "contoso.northeurope.data.azurecr.io",
  ];
  expect(dataHostsOf(registry, { settings, replicas: known(["eastus", "northeurope"]) }, named)).toEqual(all);
  expect(dataHostsOf(registry, { settings, replicas: missing(forbidden) }, named)).toEqual(all);
  expect(dataHostsOf(registry, { settings, replicas: known(["eastus"]) }, named), "its endpoint is off").toEqual(
    all.slice(0, 2),
  );
  expect(dataHostsOf(registry, { settings: missing(forbidden), replicas: missing(forbidden) }, [])).toEqual([
    "contoso.westeurope.data.azurecr.io",
  ]);
});

test.for([
  [["contoso.azurecr.io"], true],
  [["azurecr.io"], true],
  [[".azurecr.io"], true],
  [["*.azurecr.io"], true],
  [["CONTOSO.azurecr.io "], true],
  [["*"], true],
  [["localhost,.azurecr.io"], true],
  [["contoso.azurecr.io:443"], true],
  [[".azurecr.io:443"], true],
  [["contoso.azurecr.io:8443"], false],
  [[".contoso.azurecr.io"], false],
  [["*.contoso.azurecr.io"], false],
  [["."], false],
  [["oso.azurecr.io"], false],
  [["localhost", "10.0.0.0/8"], false],
  [["fabrikam.azurecr.io"], false],
  [[""], false],
  [[], false],
] as const)("noProxy %j leaves the proxy out: %s", ([noProxy, answer]) => {
  expect(bypassesProxy("contoso.azurecr.io", noProxy)).toBe(answer);
});
