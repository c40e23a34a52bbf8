import { describe, expect, test } from "vitest";
import { known, missing } from "../../src/core/collected.ts";
import {
  type AssignedIdentities,
  type ListedLogin,
  type ListedWorkload,
  loginsTo,
  serverOf,
} from "../../src/core/workload.ts";
import { forbidden } from "../facts.ts";
import { appId, siteId } from "../workload-facts.ts";

const registry = {
  id: "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/contoso",
  name: "contoso",
  loginServer: "contoso.azurecr.io",
};
const named = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/pull";
const identities = {
  systemPrincipalId: "p-system",
  user: [{ id: named, principalId: "p-user", clientId: "11111111-2222-4333-8444-555555555555" }],
};
const login = (as: ListedLogin["as"], server = "contoso.azurecr.io"): ListedLogin => ({ server, as });
type LoggingIn = Pick<ListedWorkload, "kind" | "id" | "logins" | "identities">;
/** Who a workload logs in as that does so in one way. */
const only = (workload: LoggingIn) => {
  const [first, ...more] = loginsTo(workload, registry);
  if (first === undefined || more.length > 0) throw new Error("it logs in in several ways");
  return first.identity;
};
const by = (...logins: readonly ListedLogin[]) => only({ kind: "containerApp", id: appId, logins, identities });
const identity = (name: string, kind: ListedWorkload["kind"] = "containerApp") =>
  only({ kind, id: appId, logins: [login({ kind: "identity", named: name })], identities });
const password = (userName: string) => by(login({ kind: "password", userName }));

const clientId = "11111111-2222-4333-8444-555555555555";

test("an identity is found by its id in any case and with a slash, and as the workload's own", () => {
  for (const own of [named, named.toUpperCase(), `${named}/`]) {
    expect(identity(own)).toMatchObject({ kind: "managedIdentity", principalId: { value: "p-user" } });
  }
  for (const own of ["system", "[system]", "System", ""]) {
    expect(identity(own)).toMatchObject({ kind: "managedIdentity", principalId: { value: "p-system" } });
  }
});

test.for([
  ["webApp", clientId, "p-user"],
  ["functionApp", clientId.toUpperCase(), "p-user"],
  ["webAppSlot", "", "p-system"],
  ["containerApp", named, "p-user"],
  ["containerAppJob", named, "p-user"],
  ["containerGroup", named, "p-user"],
  ["acrTask", named, "p-user"],
  ["acrTask", clientId, "p-user"],
] as const)("a %s finds its identity as %s", ([kind, name, principalId]) => {
  expect(identity(name, kind)).toMatchObject({ kind: "managedIdentity", principalId: known(principalId) });
});

test.for([
  ["webApp", named],
  ["functionApp", named],
  ["webAppSlot", named],
  ["webApp", "p-user"],
  ["webApp", "system"],
  ["containerApp", clientId],
  ["containerAppJob", clientId],
  ["containerGroup", clientId],
] as const)("a %s does not find its identity as %s", ([kind, name]) => {
  expect(identity(name, kind)).toMatchObject({ fault: "notAssigned", configured: [name] });
});

test("an identity that is assigned and misnamed is told by what it has to be called", () => {
  const misnamed = identity(named, "webApp");
  expect(misnamed).toMatchObject({ clientId, resourceId: named });
  expect(misnamed.principalId).toMatchObject({ gap: { detail: expect.stringContaining("by its client id") } });
  expect(identity(`${named}-old`, "webApp").resourceId).toBeUndefined();
});

test("an identity that the workload does not have is a fault, with its name", () => {
  expect(identity(`${named}-old`)).toMatchObject({ fault: "notAssigned", configured: [`${named}-old`] });
  const logins = [login({ kind: "identity", named: "system" })];
  const bare = { kind: "containerApp", id: appId, logins, identities: { systemPrincipalId: "", user: [] } } as const;
  expect(only(bare)).toMatchObject({ fault: "notAssigned" });
});

describe("an app in an environment", () => {
  const lent = `${named}-lent`;
  const environment = known({
    systemPrincipalId: "p-environment",
    user: [{ id: lent, principalId: "p-lent", clientId: "22222222-2222-4333-8444-555555555555" }],
  });
  const within = (environment: AssignedIdentities["environment"], name: string) =>
    only({
      kind: "containerApp",
      id: appId,
      logins: [login({ kind: "identity", named: name })],
      identities: { ...identities, ...(environment && { environment }) },
    });

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

test("a login for the id of a registry is for that registry alone", () => {
  const own = (id: string) => by(login({ kind: "taskDefault" }, id));
  expect(own(registry.id.toUpperCase())).toMatchObject({ kind: "anonymous", fault: "taskDefault" });
  expect(own(`${registry.id}dev`)).toMatchObject({ fault: "noLogin", configured: [] });
});

describe("containers that are resources of their own", () => {
  const container = (name: string, as: ListedLogin["as"]): ListedLogin => ({
    ...login(as),
    container: { name, image: `contoso.azurecr.io/shop/${name}:1` },
  });
  const ways = (...logins: readonly ListedLogin[]) =>
    loginsTo({ kind: "webApp", id: siteId, logins, identities }, registry).map(({ identity: { kind }, containers }) => [
      kind,
      ...(containers ?? []).map(({ name }) => name),
    ]);

  test("log in each in its own way", () => {
    const own = { kind: "identity", named: "" } as const;
    expect(ways(container("main", own), container("side", { kind: "nobody" }), container("logs", own))).toEqual([
      ["managedIdentity", "main", "logs"],
      ["anonymous", "side"],
    ]);
    expect(ways(container("main", own), container("side", { kind: "password", userName: "contoso" }))).toEqual([
      ["managedIdentity", "main"],
      ["adminUser", "side"],
    ]);
  });

  test("are one where all log in alike", () => {
    expect(ways(container("main", { kind: "nobody" }), container("side", { kind: "nobody" }))).toEqual([
      ["anonymous", "main", "side"],
    ]);
  });

  test("do not count for another registry", () => {
    const elsewhere = { ...container("logs", { kind: "nobody" }), server: "fabrikam.azurecr.io" };
    expect(ways(container("main", { kind: "identity", named: clientId }), elsewhere)).toEqual([
      ["managedIdentity", "main"],
    ]);
  });
});

test("a server is the same with its scheme and a slash", () => {
  expect(serverOf("https://Contoso.azurecr.io/v2/")).toBe("contoso.azurecr.io");
});
