import { expect, test } from "vitest";
import { fingerprint } from "../../src/core/fingerprint.ts";
import { realm, registryId } from "../facts.ts";

const golden = fingerprint(realm, "admin-user-enabled", registryId, "");

test("never changes between versions, or every stored finding would be opened again", () => {
  expect(golden).toBe("ec8ca9c682b6f7821cb32360f14f7637");
});

test("ids ignore case", () => {
  const upper = { ...realm, tenantId: realm.tenantId.toUpperCase() };
  expect(fingerprint(upper, "admin-user-enabled", registryId.toUpperCase(), "")).toBe(golden);
  expect(fingerprint(realm, "a-rule", registryId, "ABOUT")).toBe(fingerprint(realm, "a-rule", registryId, "about"));
});

test.for([
  ["cloud", fingerprint({ ...realm, cloud: "AzureChinaCloud" }, "admin-user-enabled", registryId, "")],
  ["tenant", fingerprint({ ...realm, tenantId: "other" }, "admin-user-enabled", registryId, "")],
  ["rule", fingerprint(realm, "admin-user-enabled2", registryId, "")],
  ["subject", fingerprint(realm, "admin-user-enabled", `${registryId}2`, "")],
  ["part of the subject", fingerprint(realm, "admin-user-enabled", registryId, "a")],
] as const)("another %s is another finding", ([, other]) => {
  expect(other).not.toBe(golden);
});
