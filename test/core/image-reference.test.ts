import { expect, test } from "vitest";
import { hasCapitals, isLoginServer, nearestLoginServer, parseImage } from "../../src/core/image-reference.ts";

test.for([
  ["contoso.azurecr.io/shop/cart:1.4", "contoso.azurecr.io", "shop/cart"],
  ["Contoso.AzureCR.io/Shop/cart", "contoso.azurecr.io", "shop/cart"],
  ["https://contoso.azurecr.io/cart@sha256:abc", "contoso.azurecr.io", "cart"],
  ["contoso.azurecr.io/cart:1@sha256:abc", "contoso.azurecr.io", "cart"],
  ["contoso.westeurope.geo.azurecr.io/cart:1", "contoso.azurecr.io", "cart"],
  ["contoso.westeurope.data.azurecr.io/cart:1", "contoso.westeurope.data.azurecr.io", "cart"],
  ["contoso.azurecr.io:443/cart:1", "contoso.azurecr.io", "cart"],
  ["contoso.azurecr.io:8443/cart:1", "contoso.azurecr.io:8443", "cart"],
  ["localhost:5000/cart:1", "localhost:5000", "cart"],
  ["library/redis:7", "docker.io", "library/redis"],
  ["redis", "docker.io", "redis"],
  ["contoso.azurecr.io/", "contoso.azurecr.io", ""],
  ["", "docker.io", ""],
] as const)("%s names %s and %s", ([text, host, repository]) => {
  expect(parseImage(text)).toEqual({ host, repository });
});

test.for([
  ["contoso.azurecr.io", true],
  ["contoso.azurecr.us", true],
  ["contoso.azurecr.cn", true],
  ["azurecr.io", false],
  ["contoso.azureacr.io", false],
  ["contoso.azurecr.io.example.org", false],
] as const)("%s is a login server: %s", ([host, expected]) => {
  expect(isLoginServer(host)).toBe(expected);
});

const servers = ["contoso.azurecr.io", "fabrikam-a1b2c3.azurecr.io"];

test.for([
  ["contoso.azureacr.io", "contoso.azurecr.io"],
  ["contoso.acr.io", "contoso.azurecr.io"],
  ["contoso.azurecr.us", "contoso.azurecr.io"],
  ["fabrikam.azurecr.io", "fabrikam-a1b2c3.azurecr.io"],
  ["contoso-0f0f.azurecr.io", "contoso.azurecr.io"],
  ["other.azurecr.io", undefined],
  ["contoso.jfrog.io", undefined],
  ["contoso.example.org", undefined],
  ["docker.io", undefined],
] as const)("%s may stand for %s", ([host, expected]) => {
  expect(nearestLoginServer(host, servers)).toBe(expected);
});

test.for([
  ["Contoso.azurecr.io/shop/cart:1.4", true],
  ["contoso.azurecr.io/Shop/cart@sha256:abc", true],
  ["contoso.azurecr.io/shop/cart:RC1", false],
  ["contoso.azurecr.io/shop/cart:RC1@sha256:abc", false],
  ["contoso.azurecr.io/shop/cart", false],
] as const)("%s has capital letters where they matter: %s", ([image, expected]) => {
  expect(hasCapitals(image)).toBe(expected);
});
