import { expect, test } from "vitest";
import { nameInZone, recordInZone } from "../../../src/core/network/record-in-zone.ts";

const records = ["contoso", "*", "*.data", "Fabrikam.westeurope.data", "txt", "@"].map((name) => ({
  name,
  addresses: ["10.0.0.1"],
}));

test.for([
  ["contoso", "contoso"],
  ["fabrikam", "*"],
  ["contoso.westeurope", "*"],
  ["contoso.northeurope.data", "*.data"],
  ["fabrikam.westeurope.data", "Fabrikam.westeurope.data"],
  ["contoso.westeurope.data", undefined], // westeurope.data is there, and has no wildcard of its own
  ["westeurope.data", undefined],
  ["below.contoso", undefined],
  ["@", "@"],
])("%s is answered by %s", ([name, by]) => {
  expect(recordInZone(name ?? "", records)?.name).toBe(by);
});

test("a zone without wildcards answers for its own names alone", () => {
  expect(recordInZone("fabrikam", [{ name: "contoso", addresses: [] }])).toBeUndefined();
});

test("names are told within their zone", () => {
  expect(nameInZone("contoso.privatelink.azurecr.io", "privatelink.azurecr.io")).toBe("contoso");
  expect(nameInZone("contoso.privatelink.azurecr.io", "contoso.privatelink.azurecr.io")).toBe("@");
});
