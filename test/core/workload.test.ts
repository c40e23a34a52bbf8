import { expect, test } from "vitest";
import { identityFor, type ListedLogin, serverOf } from "../../src/core/workload.ts";
import { appId } from "../workload-facts.ts";

const registry = { name: "contoso", loginServer: "contoso.azurecr.io" };
const named = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/pull";
const identities = {
  systemPrincipalId: "p-system",
  user: [{ id: named, principalId: "p-user", clientId: "11111111-2222-4333-8444-555555555555" }],
};
const login = (as: ListedLogin["as"], server = "contoso.azurecr.io"): ListedLogin => ({ server, as });
const by = (...logins: readonly ListedLogin[]) => identityFor({ id: appId, logins, identities }, registry);
const identity = (name: string) => by(login({ kind: "identity", named: name }));
const password = (userName: string) => by(login({ kind: "password", userName }));

test("an identity is found by its id in any case, by its client id, and as the workload's own", () => {
  expect(identity(named.toUpperCase())).toMatchObject({ kind: "managedIdentity", principalId: { value: "p-user" } });
  expect(identity("11111111-2222-4333-8444-555555555555")).toMatchObject({ principalId: { value: "p-user" } });
  for (const own of ["system", "[system]", "System", ""]) {
    expect(identity(own)).toMatchObject({ kind: "managedIdentity", principalId: { value: "p-system" } });
  }
});

test("an identity that the workload does not have is a fault, with its name", () => {
  expect(identity(`${named}-old`)).toMatchObject({ fault: "notAssigned", configured: [`${named}-old`] });
  const bare = {
    id: appId,
    logins: [login({ kind: "identity", named: "system" })],
    identities: { systemPrincipalId: "", user: [] },
  };
  expect(identityFor(bare, registry)).toMatchObject({ fault: "notAssigned" });
});

test("the identity of an environment is somebody, but nobody that is known", () => {
  const found = identity("system-environment");
  expect(found).toMatchObject({ kind: "managedIdentity", principalId: { known: false } });
  expect(found.fault).toBeUndefined();
});

test.for([
  ["contoso", "adminUser"],
  ["CONTOSO", "adminUser"],
  ["depot-hamburg", "repositoryToken"],
  ["11111111-2222-4333-8444-555555555555", "servicePrincipal"],
  ["00000000-0000-0000-0000-000000000000", "unknown"],
  ["", "unknown"],
] as const)("the user name %s is of kind %s", ([userName, kind]) => {
  expect(password(userName).kind).toBe(kind);
});

test("a login for another server is none, and one for every server is one", () => {
  const other = login({ kind: "identity", named: "system" }, "fabrikam.azurecr.io");
  expect(by(other)).toMatchObject({ kind: "anonymous", fault: "noLogin", configured: ["fabrikam.azurecr.io"] });
  expect(by(other, login({ kind: "identity", named: "system" }, ""))).toMatchObject({ kind: "managedIdentity" });
  expect(by()).toMatchObject({ kind: "anonymous", fault: "noLogin", configured: [] });
});

test("a server is the same with its scheme and a slash", () => {
  expect(serverOf("https://Contoso.azurecr.io/v2/")).toBe("contoso.azurecr.io");
});
