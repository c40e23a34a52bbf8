import { describe, expect, test } from "vitest";
import { known, missing } from "../../src/core/collected.ts";
import { type AssignedIdentities, identityFor, type ListedLogin, serverOf } from "../../src/core/workload.ts";
import { forbidden } from "../facts.ts";
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

describe("an app in an environment", () => {
  const lent = `${named}-lent`;
  const environment = known({
    systemPrincipalId: "p-environment",
    user: [{ id: lent, principalId: "p-lent", clientId: "22222222-2222-4333-8444-555555555555" }],
  });
  const within = (environment: AssignedIdentities["environment"], name: string) =>
    identityFor(
      {
        id: appId,
        logins: [login({ kind: "identity", named: name })],
        identities: { ...identities, ...(environment && { environment }) },
      },
      registry,
    );

  test.for([
    ["system-environment", "p-environment"],
    ["System-Environment", "p-environment"],
    [lent.toUpperCase(), "p-lent"],
    [named, "p-user"],
    ["system", "p-system"],
  ] as const)("logs in as %s", ([name, principalId]) => {
    const found = within(environment, name);
    expect(found).toMatchObject({ kind: "managedIdentity", principalId: known(principalId) });
    expect(found.fault).toBeUndefined();
  });

  test.for([
    ["system-environment", "the system-assigned identity of its environment"],
    [lent, lent],
  ] as const)("cannot log in as %s where the environment does not have it", ([name, configured]) => {
    const bare = known({ systemPrincipalId: "", user: [] });
    expect(within(bare, name)).toMatchObject({ fault: "notAssigned", configured: [configured] });
    expect(within(undefined, name)).toMatchObject({ fault: "notAssigned", configured: [configured] });
  });

  test.for(["system-environment", lent])("may or may not have %s where the environment is not visible", (name) => {
    const found = within(missing(forbidden), name);
    expect(found).toMatchObject({ kind: "managedIdentity", principalId: missing(forbidden) });
    expect(found.fault).toBeUndefined();
    expect(within(missing(forbidden), named)).toMatchObject({ principalId: known("p-user") });
  });
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
