import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canPull, type PullQuestion } from "../../src/core/can-pull.ts";
import { known, missing } from "../../src/core/collected.ts";
import { meaningOf, pullReasons, rulesFor } from "../../src/core/pull-reason.ts";
import * as catalog from "../../src/rules/index.ts";
import {
  acrPull,
  controlPlaneId,
  credential,
  daysFromNow,
  forbidden,
  grant,
  kubeletId,
  need,
  networkSettings,
  now,
  puller,
  reader,
  registry,
  registryNetwork,
  registryOfUnsaidMode,
  repositoryReader,
  vantage,
} from "../facts.ts";
import { managed, nobody, taskId, workload, workloadNeed } from "../workload-facts.ts";

const none = known([]);
const abac = known(registry({ roleAssignmentMode: "AbacRepositoryPermissions" }));
const servicePrincipal = (endsOn: string) =>
  puller({
    identity: {
      ...{ kind: "servicePrincipal", clientId: "c", principalId: known(kubeletId) },
      credentials: known([credential({ endsOn })]),
    },
  });
const token = (repository = "shop/orders") => {
  const scopeMap = { id: "m", name: "m", actions: [`repositories/${repository}/content/read`] };
  const body = { id: "t", name: "t", enabled: true, scopeMapId: "m", passwords: [{ name: "p" }], certificates: [] };
  return nobody("repositoryToken", { userName: "t", token: { token: known(body), scopeMap: known(scopeMap) } });
};
const shut = registryNetwork({ settings: known(networkSettings({ connections: [] })) });

const cases: Readonly<Record<string, readonly [Partial<PullQuestion>, string]>> = {
  "a grant and an open way": [{}, "allowed"],
  "no grant at all": [{ need: need({ grants: none }) }, "not-attached"],
  "the grant on the control plane": [
    { need: need({ grants: none, bystanderGrants: [grant({ principalId: controlPlaneId })] }) },
    "granted-to-other-identity",
  ],
  "a registry that nobody said it needs": [
    { need: need({ grants: none, learned: ["asked"] }), elsewhere: [{ registry: "fabrikam", grantId: "g" }] },
    "not-its-registry",
  ],
  "a registry that it needs, though the grant is elsewhere": [
    { need: need({ grants: none }), elsewhere: [{ registry: "fabrikam", grantId: "g" }] },
    "not-attached",
  ],
  "AcrPull in ABAC mode": [{ need: need({ registry: abac }) }, "abac-ignores-role"],
  "a repository role in legacy mode": [
    { need: need({ grants: known([grant({ role: repositoryReader })]) }) },
    "legacy-ignores-role",
  ],
  "a registry that cannot be read": [{ need: need({ registry: missing(forbidden) }) }, "registry-not-visible"],
  "a registry that does not say its mode": [
    { need: need({ registry: known(registryOfUnsaidMode()) }) },
    "mode-not-known",
  ],
  "grants that cannot be read": [{ need: need({ grants: missing(forbidden) }) }, "grants-not-known"],
  "an identity that is not known": [
    { puller: puller({ identity: managed({ principalId: missing(forbidden) }) }) },
    "identity-not-known",
  ],
  "a network that lets nobody in": [{ need: need({ network: shut }) }, "public-disabled"],
  "a place in the network that is not known": [{ vantage: missing(forbidden) }, "network-not-known"],
  "a node pool without the kubelet identity": [
    {
      puller: puller({
        identity: managed({ principalId: known(kubeletId), resourceId: "/id" }),
        nodePools: known([{ id: "p", name: "work", identityIds: [] }]),
      }),
    },
    "identity-not-on-nodes",
  ],
  "old nodes and a registry that refuses their tokens": [
    {
      puller: puller({ armTokenPools: ["old"] }),
      need: need({ registry: known(registry({ takesArmTokens: { value: false, said: true } })) }),
    },
    "arm-audience-refused",
  ],
  "a service principal whose secret has ended": [{ puller: servicePrincipal(daysFromNow(-1)) }, "credential-expired"],
  "a service principal whose secret lasts": [{ puller: servicePrincipal(daysFromNow(1)) }, "allowed"],
  "an identity that is not assigned": [
    { puller: workload(), need: workloadNeed({ identity: managed({ fault: "notAssigned", configured: ["x"] }) }) },
    "identity-not-assigned",
  ],
  "no login configured": [
    { puller: workload(), need: workloadNeed({ identity: nobody("anonymous", { fault: "noLogin" }) }) },
    "no-credential",
  ],
  "no login needed": [
    {
      puller: workload(),
      need: workloadNeed({ identity: nobody("anonymous"), registry: known(registry({ anonymousPull: true })) }),
    },
    "anonymous-pull",
  ],
  "the admin user, disabled": [
    { puller: workload(), need: workloadNeed({ identity: nobody("adminUser") }) },
    "admin-user-disabled",
  ],
  "the admin user, enabled": [
    {
      puller: workload(),
      need: workloadNeed({ identity: nobody("adminUser"), registry: known(registry({ adminUserEnabled: true })) }),
    },
    "admin-user",
  ],
  "a password that Azure does not show": [
    { puller: workload(), need: workloadNeed({ identity: nobody("unknown") }) },
    "password-not-visible",
  ],
  "a repository token that was not read": [
    { puller: workload(), need: workloadNeed({ identity: nobody("repositoryToken") }) },
    "token-not-known",
  ],
  "a repository token": [{ puller: workload(), need: workloadNeed({ identity: token() }) }, "token-allowed"],
  "a repository token whose scope map leaves the repository out": [
    { puller: workload(), need: workloadNeed({ identity: token() }), repository: "shop/cart" },
    "scope-map-excludes-repository",
  ],
  "a repository token, and no repository": [
    { puller: workload(), need: workloadNeed({ identity: token(), repositories: [] }) },
    "repository-not-named",
  ],
  "a repository token for all, and no repository": [
    { puller: workload(), need: workloadNeed({ identity: token("*"), repositories: [] }) },
    "token-allowed",
  ],
  "a service principal that was deleted": [
    {
      puller: puller({
        identity: managed({ kind: "servicePrincipal", principalId: missing(forbidden), fault: "deleted" }),
      }),
    },
    "principal-deleted",
  ],
  "a task of a registry in legacy mode": [
    {
      puller: workload({ kind: "acrTask", id: taskId }),
      need: workloadNeed({ identity: nobody("anonymous", { fault: "taskDefault" }) }),
    },
    "own-task",
  ],
  "a task of a registry in ABAC mode": [
    {
      puller: workload({ kind: "acrTask", id: taskId }),
      need: workloadNeed({ identity: nobody("anonymous", { fault: "taskDefault" }), registry: abac }),
    },
    "no-credential",
  ],
  "a workload without a grant": [{ puller: workload(), need: workloadNeed({ grants: none }) }, "no-grant"],
  "another tenant": [{ need: need({ tenants: { principal: "a", registry: "b" } }) }, "other-tenant"],
};

function ask(changes: Partial<PullQuestion> = {}) {
  return canPull({ puller: puller(), need: need(), vantage: known(vantage()), now, ...changes });
}

describe("one reason is given for", () => {
  test.for(Object.entries(cases))("%s", ([, [changes, reason]]) => {
    const pull = ask(changes);
    expect(pull.reason).toBe(reason);
    expect(pull.answer).toBe(meaningOf(pull.reason).answer);
    expect(pull.message).toMatch(/^(?:shop|orders) (?:can|cannot|may or may not) pull from contoso\. [A-Z].*\.$/);
    if (pull.answer === "unknown") expect(pull.gaps.length + pull.contradicting.length).toBeGreaterThan(0);
    if (pull.answer !== "allow" && pull.remedy) expect(pull.remedy.cli).toMatch(/^az [a-z-]+ [^\n;&|<>]*$/);
    expect(JSON.stringify(pull)).not.toMatch(/undefined|\[object|--admin-enabled true|credential show/);
  });
});

test("the network comes first, and what comes after it is said", () => {
  expect(ask({ need: need({ network: shut, grants: none }) })).toMatchObject({
    reason: "public-disabled",
    also: ["not-attached"],
  });
});

test("an open question about the network does not hide that there is no grant", () => {
  expect(ask({ vantage: missing(forbidden), need: need({ grants: none }) })).toMatchObject({
    answer: "deny",
    reason: "not-attached",
    also: ["network-not-known"],
  });
});

test("a grant that was made minutes ago speaks against an allow", () => {
  const fresh = grant({ changedOn: new Date(now.getTime() - 60_000).toISOString() });
  expect(ask({ need: need({ grants: known([fresh]) }) })).toMatchObject({
    answer: "allow",
    contradicting: [expect.stringMatching(/may not count yet/)],
  });
});

test("names that others chose end no string in the Bicep that is made of them", () => {
  const hostile = puller({ id: puller().id.replace(/shop$/, "it's \u0024{evil}"), name: "it's" });
  const pull = ask({ puller: hostile, need: need({ tenants: { principal: "a", registry: "b" } }) });
  expect(pull.remedy?.bicep).toContain("name: 'it\\'s \\\u0024{evil}-pull'");
});

test("more grants never make a deny of an allow, and an allow always names its grants", () => {
  const roles = fc.constantFrom(acrPull, reader, repositoryReader);
  const some = fc.array(
    roles.map((role) => grant({ role })),
    { maxLength: 4 },
  );
  const modes = fc.constantFrom("LegacyRegistryPermissions" as const, "AbacRepositoryPermissions" as const);
  fc.assert(
    fc.property(some, some, modes, (first, more, roleAssignmentMode) => {
      const asked = { registry: known(registry({ roleAssignmentMode })) };
      const before = ask({ need: need({ ...asked, grants: known(first) }) });
      const after = ask({ need: need({ ...asked, grants: known([...first, ...more]) }) });
      if (before.answer === "allow") expect(after.answer).toBe("allow");
      if (after.answer === "allow") expect(after.evidence.assignmentIds.length).toBeGreaterThan(0);
    }),
  );
});

test("every reason has one answer and a meaning, and names only rules that there are", () => {
  const ids = new Set(Object.values(catalog).map(({ id }) => id as string));
  expect(new Set(pullReasons.map(({ reason }) => reason)).size).toBe(pullReasons.length);
  for (const { reason, meaning } of pullReasons) {
    expect(meaning).toMatch(/^[A-Z].*\.$/);
    for (const kind of ["aks", "webApp"]) expect(rulesFor(reason, kind).filter((id) => !ids.has(id))).toEqual([]);
  }
});
