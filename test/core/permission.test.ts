import fc from "fast-check";
import { expect, test } from "vitest";
import { known, missing } from "../../src/core/collected.ts";
import { parseCondition } from "../../src/core/condition/parse.ts";
import type { Denial, Permissions, RoleAssignmentMode } from "../../src/core/facts.ts";
import {
  decide,
  decideIfKnown,
  type PermissionQuestion,
  powersOf,
  pullRole,
  reasons,
} from "../../src/core/permission.ts";
import {
  acrPull,
  acrPush,
  forbidden,
  grant,
  groupScope,
  kubeletId,
  now,
  permissions,
  registry,
  registryId,
  registryOfUnsaidMode,
  repositoryReader,
  role,
  subscriptionScope,
} from "../facts.ts";
import { roleRows } from "./roles-of-azure.ts";

const modes = { legacy: "LegacyRegistryPermissions", abac: "AbacRepositoryPermissions" } as const;
const pullAction = "Microsoft.ContainerRegistry/registries/pull/read";
const contentRead = "Microsoft.ContainerRegistry/registries/repositories/content/read";

function ask(changes: Partial<PermissionQuestion> = {}) {
  return decide({ ...question(), ...changes });
}

function question(): PermissionQuestion {
  return {
    operation: "pull",
    registry: registry(),
    ancestors: ["mg-platform", "mg-root"],
    principalId: kubeletId,
    grants: [],
    unreadGroups: [],
    denials: known([]),
  };
}

function askWith(blocks: readonly Partial<Permissions>[], mode: RoleAssignmentMode = modes.legacy) {
  return ask({
    registry: registry({ roleAssignmentMode: mode }),
    grants: [grant({ role: role("custom", ...blocks) })],
  });
}

const questions = roleRows.flatMap((row) =>
  (["pull", "push", "delete"] as const).flatMap((operation) =>
    (["legacy", "abac"] as const).map((mode) => ({
      name: row.role.name,
      role: row.role,
      operation,
      mode,
      answer: row[operation][mode] ? "allow" : "deny",
    })),
  ),
);

test.for(questions)("$name: $operation in $mode mode is $answer", ({ role: one, operation, mode, answer }) => {
  const granted = grant({ role: one });
  const given = ask({ operation, registry: registry({ roleAssignmentMode: modes[mode] }), grants: [granted] });
  expect(given).toMatchObject({ answer, by: answer === "allow" ? [granted] : [], gaps: [] });
  expect(powersOf(one.permissions)[operation][mode]).toBe(answer === "allow");
});

test.for([
  ["Microsoft.ContainerRegistry/registries/pull/read", true],
  ["microsoft.containerregistry/REGISTRIES/Pull/READ", true],
  ["Microsoft.ContainerRegistry/registries/*", true],
  ["Microsoft.ContainerRegistry/*/read", true],
  ["Microsoft.ContainerRegistry/registries/p*/read", true],
  ["*/pull/*", true],
  ["*", true],
  ["Microsoft.ContainerRegistry/registries/read", false],
  ["Microsoft.ContainerRegistry/registries/*/write", false],
  ["Microsoft.ContainerRegistry/registries/pull/read/*", false],
  ["Microsoft.ContainerRegistry/registries/pull/rea", false],
  ["ContainerRegistry/registries/pull/read", false],
  ["Microsoft-ContainerRegistry/registries/pull/read", false],
  ["MicrosoftXContainerRegistry/registries/pull/read", false],
  ["Microsoft.ContainerRegistry/registries/pull/read|.*", false],
  ["", false],
] as const)("the action %s lets pull in legacy mode: %s", ([action, lets]) => {
  expect(askWith([{ actions: [action] }]).answer).toBe(lets ? "allow" : "deny");
});

test("a wildcard in actions says nothing of data actions, nor the other way round", () => {
  expect(askWith([{ actions: ["*"] }], modes.abac).answer).toBe("deny");
  expect(askWith([{ dataActions: ["*"] }], modes.abac).answer).toBe("allow");
  expect(askWith([{ dataActions: ["*"] }], modes.legacy).answer).toBe("deny");
});

test("notActions takes from its own block, not from another one", () => {
  const taken = { actions: ["*"], notActions: [pullAction] };
  expect(askWith([taken]).answer).toBe("deny");
  expect(askWith([taken, { actions: [pullAction] }]).answer).toBe("allow");
  expect(askWith([{ actions: [pullAction] }, { notActions: ["*"] }]).answer).toBe("allow");
});

test("notDataActions takes from its own block, not from another one, and notActions takes nothing from data actions", () => {
  const taken = { dataActions: ["*"], notDataActions: ["*/content/*"] };
  expect(askWith([taken], modes.abac).answer).toBe("deny");
  expect(askWith([taken, { dataActions: [contentRead] }], modes.abac).answer).toBe("allow");
  expect(askWith([{ dataActions: ["*"], notActions: ["*"] }], modes.abac).answer).toBe("allow");
});

test("notActions of one role takes nothing from another role", () => {
  const without = grant({ role: role("all but pull", { actions: ["*"], notActions: [pullAction] }) });
  expect(ask({ grants: [without, grant()] })).toMatchObject({ answer: "allow", by: [grant()] });
});

test("a grant elsewhere is not counted, one above is", () => {
  for (const scope of ["/", "/providers/Microsoft.Management/managementGroups/mg-root", subscriptionScope, groupScope])
    expect(ask({ grants: [grant({ scope })] }).answer).toBe("allow");
  for (const scope of [
    "",
    `${registryId}2`,
    `${registryId}/repositories/a`,
    "/providers/Microsoft.Management/managementGroups/mg-other",
  ])
    expect(ask({ grants: [grant({ scope })] }).answer).toBe("deny");
});

test("a condition makes it unknown, and a grant without one makes it certain again", () => {
  const conditional = grant({ condition: "@Resource[…] StringEquals 'a'" });
  expect(ask({ grants: [conditional] })).toMatchObject({ answer: "unknown", gaps: [{ fact: "condition" }] });
  expect(ask({ grants: [conditional, grant()] })).toMatchObject({ answer: "allow", by: [grant()], gaps: [] });
  expect(ask({ operation: "push", grants: [conditional] }).answer).toBe("deny");
});

test("names the grants that would count in the other mode", () => {
  const abac = registry({ roleAssignmentMode: modes.abac });
  expect(ask({ registry: abac, grants: [grant()] })).toMatchObject({ answer: "deny", ignored: [grant()] });
  const reading = grant({ role: repositoryReader });
  expect(ask({ grants: [reading] })).toMatchObject({ answer: "deny", ignored: [reading] });
  expect(ask({ grants: [grant({ role: role("AcrDelete", { actions: ["x"] }) })] }).ignored).toEqual([]);
});

test("a role that could not be read makes it unknown unless another grant allows", () => {
  const unread = grant({ role: forbidden });
  expect(ask({ grants: [unread] })).toMatchObject({ answer: "unknown", gaps: [forbidden] });
  expect(ask({ grants: [unread, grant()] }).answer).toBe("allow");
  expect(ask({ grants: [grant({ role: forbidden, scope: `${registryId}2` })] }).answer).toBe("deny");
});

test("a role that could not be read says nothing where the condition of its grant is false", () => {
  const about = (condition: string) => ask({ grants: [grant({ role: forbidden, condition })] });
  expect(about(`!(ActionMatches{'${pullAction}'})`)).toMatchObject({ answer: "deny", reason: "no-grant", gaps: [] });
  expect(about(`ActionMatches{'${pullAction}'}`)).toMatchObject({ answer: "unknown", reason: "role-not-known" });
  expect(about("who knows")).toMatchObject({ answer: "unknown", reason: "role-not-known" });
});

test("a group whose members could not be read makes it unknown where its grant would allow", () => {
  const group = grant({ principalId: "g", principalType: "Group" });
  expect(ask({ unreadGroups: [group] })).toMatchObject({ answer: "unknown", gaps: [{ fact: "groupMembers" }] });
  expect(ask({ unreadGroups: [group], grants: [grant()] }).answer).toBe("allow");
  expect(ask({ unreadGroups: [{ ...group, scope: `${registryId}2` }] }).answer).toBe("deny");
  expect(ask({ unreadGroups: [{ ...group, ...grant({ role: repositoryReader }) }] }).answer).toBe("deny");
  expect(ask({ unreadGroups: [grant({ role: forbidden })] }).answer).toBe("unknown");
});

const denial: Denial = {
  id: "d1",
  name: "locked",
  scope: subscriptionScope,
  appliesToChildScopes: true,
  permissions: [permissions({ actions: ["*/read"] })],
  principals: [{ id: kubeletId.toUpperCase(), type: "ServicePrincipal" }],
  everyone: false,
  excludedPrincipals: [],
};

const matching: Readonly<Record<string, Partial<Denial>>> = {
  "names the principal, in whatever case": {},
  "names everyone": { principals: [], everyone: true },
  "names a group that it is in": { principals: [{ id: "in", type: "Group" }] },
  "names a group through which it was granted": { principals: [{ id: "granted", type: "Group" }] },
  "leaves out a group that it is not in": { excludedPrincipals: [{ id: "out", type: "Group" }] },
  "has a condition that is true of the pull": { condition: "ActionMatches{'*/pull/read'}" },
  "is at the registry and not below": { scope: registryId, appliesToChildScopes: false },
  "is at the registry with a slash at the end, and not below": { scope: `${registryId}/`, appliesToChildScopes: false },
  "is at a management group above": { scope: "/providers/Microsoft.Management/managementGroups/MG-Root" },
};

const memberships = [
  { groupId: "IN", member: true },
  { groupId: "out", member: false },
];
const toGroup = grant({ principalId: "granted", principalType: "Group", id: "a2" });

test.for(Object.entries(matching))("a deny assignment takes the pull away when it %s", ([, changes]) => {
  const denying = { ...denial, ...changes };
  const question = { grants: [grant(), toGroup], memberships, denials: known([denying]) };
  expect(ask(question)).toMatchObject({
    answer: "deny",
    reason: "denied-by-deny-assignment",
    evidence: ["d1"],
    denials: [denying],
    by: [grant(), toGroup],
    gaps: [],
  });
  expect(ask({ ...question, grants: [grant({ role: forbidden })] }).answer).not.toBe("allow");
  expect(ask({ ...question, grants: [] })).toMatchObject({ answer: "deny", reason: "no-grant" });
});

const perhaps: Readonly<Record<string, readonly [Partial<Denial>, string, string]>> = {
  "names a group": [{ principals: [{ id: "g", type: "Group" }] }, "groupMembers", "groups-not-known"],
  "names a group in lower case": [{ principals: [{ id: "g", type: "group" }] }, "groupMembers", "groups-not-known"],
  "names somebody without a type": [{ principals: [{ id: "g", type: "" }] }, "groupMembers", "groups-not-known"],
  "leaves out a group that it may be in": [
    { excludedPrincipals: [{ id: "g", type: "Group" }] },
    "groupMembers",
    "groups-not-known",
  ],
  "has a condition that nobody understands": [{ condition: "who knows" }, "condition", "condition-not-understood"],
};

test("a deny assignment for some repositories leaves it open as long as none is named", () => {
  const denying = {
    ...denial,
    permissions: [permissions({ dataActions: ["*"] })],
    condition: `${name} StringStartsWith 'secret/'`,
  };
  const asked = { registry: abacMode, grants: [reading()], denials: known([denying]) };
  expect(ask(asked)).toMatchObject({
    answer: "unknown",
    reason: "repository-not-named",
    gaps: [{ fact: "repository", detail: expect.stringContaining("secret/") }],
  });
  expect(ask({ ...asked, repository: "secret/a" })).toMatchObject({ reason: "denied-by-deny-assignment" });
  expect(ask({ ...asked, repository: "team/a" })).toMatchObject({ answer: "allow", denials: [] });
});

test("of two deny assignments that are left open, the condition that nobody understands is told first", () => {
  const unclear = [
    { ...denial, condition: "who knows" },
    { ...denial, principals: [{ id: "g", type: "Group" }] },
  ];
  expect(ask({ grants: [grant()], denials: known(unclear) })).toMatchObject({
    reason: "condition-not-understood",
    gaps: [{ fact: "condition" }, { fact: "groupMembers" }],
  });
});

test.for(Object.entries(perhaps))("a deny assignment leaves it open when it %s", ([, [changes, fact, reason]]) => {
  const answer = ask({ grants: [grant()], memberships, denials: known([{ ...denial, ...changes }]) });
  expect(answer).toMatchObject({ answer: "unknown", reason, by: [grant()], gaps: [{ fact }] });
  const certain = { ...denial, id: "d2" };
  expect(
    ask({ grants: [grant()], denials: known([{ ...denial, ...changes }, certain]) }),
    "one that is certain is enough",
  ).toMatchObject({ answer: "deny", evidence: ["d2"] });
});

const beside: Readonly<Record<string, Partial<Denial>>> = {
  "names another principal": { principals: [{ id: "x", type: "ServicePrincipal" }] },
  "names another user": { principals: [{ id: "x", type: "User" }] },
  "leaves the principal out": { everyone: true, excludedPrincipals: [{ id: kubeletId, type: "ServicePrincipal" }] },
  "is above and does not reach below": { appliesToChildScopes: false },
  "is at another registry": { scope: `${registryId}2` },
  "denies another action": { permissions: [permissions({ actions: ["*/write"] })] },
  "denies data actions only": { permissions: [permissions({ dataActions: ["*"] })] },
  "names a group that it is not in": { principals: [{ id: "out", type: "Group" }] },
  "leaves out a group that it is in": { everyone: true, excludedPrincipals: [{ id: "in", type: "Group" }] },
  "leaves out a group through which it was granted": { excludedPrincipals: [{ id: "GRANTED", type: "Group" }] },
  "has a condition that is false of the pull": { condition: "!(ActionMatches{'*/pull/read'})" },
  "only logs": { auditOnly: true },
  "leaves the action out": { permissions: [permissions({ actions: ["*"], notActions: ["*/read"] })] },
};

test.for(Object.entries(beside))("a deny assignment changes nothing when it %s", ([, changes]) => {
  const question = { grants: [grant(), toGroup], memberships, denials: known([{ ...denial, ...changes }]) };
  expect(ask(question)).toMatchObject({ answer: "allow", reason: "allowed", denials: [], gaps: [] });
});

test("a deny assignment that only logs is named", () => {
  const logging = { ...denial, auditOnly: true };
  expect(ask({ grants: [grant()], denials: known([logging]) }).notes).toMatchObject([{ kind: "auditOnlyDenial" }]);
  expect(ask({ grants: [grant()], denials: known([{ ...logging, scope: `${registryId}2` }]) }).notes).toEqual([]);
});

test("deny assignments that could not be read leave an allow unknown and a deny certain", () => {
  const denials = missing(forbidden);
  expect(ask({ grants: [grant()], denials })).toMatchObject({ answer: "unknown", gaps: [forbidden] });
  expect(ask({ denials })).toMatchObject({ answer: "deny", gaps: [] });
});

test("where the mode was not said, both have to agree", () => {
  const unsaid = { registry: registryOfUnsaidMode() };
  const reading = grant({ role: repositoryReader });
  expect(ask({ ...unsaid, grants: [grant()] })).toMatchObject({
    answer: "unknown",
    gaps: [{ fact: "roleAssignmentMode" }],
  });
  expect(ask({ ...unsaid, grants: [reading] }).answer).toBe("unknown");
  expect(ask({ ...unsaid, grants: [grant(), reading] })).toMatchObject({
    answer: "allow",
    by: [grant(), reading],
    ignored: [],
  });
  expect(ask({ ...unsaid, grants: [] })).toMatchObject({ answer: "deny", ignored: [] });
});

test("what allows to manage a registry is told apart from pull and push", () => {
  expect(powersOf(acrPush.permissions).manage).toBe(false);
  for (const action of ["write", "listCredentials/action", "generateCredentials/action", "tokens/write"])
    expect(powersOf([permissions({ actions: [`Microsoft.ContainerRegistry/registries/${action}`] })]).manage).toBe(
      true,
    );
  const none = { legacy: false, abac: false };
  const no = { sign: false, catalog: false, manage: false, delegate: false, mint: false, runTasks: false };
  expect(powersOf([])).toEqual({ pull: none, push: none, delete: none, ...no });
});

test("the role to assign allows to pull in the mode that it is for", () => {
  const roles = [acrPull, repositoryReader];
  for (const mode of Object.values(modes)) {
    const least = roles.filter(({ name }) => name === pullRole(mode).role);
    expect(
      ask({ registry: registry({ roleAssignmentMode: mode }), grants: least.map((one) => grant({ role: one })) })
        .answer,
    ).toBe("allow");
  }
});

const anyGrant = fc
  .record({
    row: fc.constantFrom(...roleRows),
    scope: fc.constantFrom(
      "/",
      subscriptionScope,
      registryId,
      `${registryId}2`,
      "/providers/Microsoft.Management/managementGroups/mg-root",
    ),
    condition: fc.option(fc.constant("c"), { nil: undefined }),
    unread: fc.boolean(),
  })
  .map(({ row, scope, condition, unread }) =>
    grant({ role: unread ? forbidden : row.role, scope, ...(condition !== undefined && { condition }) }),
  );

test("more that is not known never makes an answer certain the other way", () => {
  const mode = fc.constantFrom(...Object.values(modes));
  fc.assert(
    fc.property(
      fc.array(anyGrant, { maxLength: 5 }),
      fc.array(anyGrant, { maxLength: 2 }),
      mode,
      (grants, groups, roleAssignmentMode) => {
        const question = { registry: registry({ roleAssignmentMode }), grants, unreadGroups: groups };
        const { answer } = ask(question);
        expect([answer, "unknown"]).toContain(ask({ ...question, registry: registryOfUnsaidMode() }).answer);
        expect([answer, "unknown"]).toContain(ask({ ...question, denials: missing(forbidden) }).answer);
        expect([answer, "unknown"]).toContain(
          ask({ ...question, unreadGroups: [...groups, grant({ role: forbidden })] }).answer,
        );
        if (answer !== "allow") expect(ask({ ...question, grants: [] }).answer).not.toBe("allow");
      },
    ),
  );
});

test("an answer is certain exactly when nothing has to be known for it", () => {
  fc.assert(
    fc.property(fc.array(anyGrant, { maxLength: 5 }), (grants) => {
      const { answer, gaps, by } = ask({ grants });
      expect(answer === "unknown").toBe(gaps.length > 0);
      expect(answer === "allow").toBe(by.length > 0 && gaps.length === 0);
    }),
  );
});

const abacMode = registry({ roleAssignmentMode: modes.abac });
const name = "@Request[Microsoft.ContainerRegistry/registries/repositories:name]";
const onlyFor = (actions: readonly string[], expression: string) =>
  `((${actions.map((action) => `!(ActionMatches{'${action}'})`).join(" AND ")}) OR (${expression}))`;
const reading = (condition?: string, id = "r1") =>
  grant({ id, role: repositoryReader, ...(condition !== undefined && { condition }) });
const forTeam = reading(onlyFor([contentRead], `${name} StringStartsWithIgnoreCase 'team/'`));

const conditional: Readonly<
  Record<string, readonly [string, string | undefined, ReturnType<typeof decide>["answer"], keyof typeof reasons]>
> = {
  "its prefix": [forTeam.condition ?? "", "team/api", "allow", "allowed-with-condition"],
  "its prefix, in whatever case": [forTeam.condition ?? "", "Team/API", "allow", "allowed-with-condition"],
  "a name that only begins alike": [forTeam.condition ?? "", "teams/api", "deny", "condition-excludes-repository"],
  "no repository": [forTeam.condition ?? "", undefined, "unknown", "repository-not-named"],
  "no repository, and every name fits": [
    onlyFor([contentRead], `${name} StringLike '*'`),
    undefined,
    "allow",
    "allowed-with-condition",
  ],
  "no repository, and none fits": [
    onlyFor([contentRead], `${name} StringEquals 'UPPER'`),
    undefined,
    "deny",
    "condition-excludes-repository",
  ],
  "an action that is not named": [
    onlyFor(["Microsoft.ContainerRegistry/registries/repositories/content/write"], `${name} StringEquals 'a'`),
    undefined,
    "allow",
    "allowed-with-condition",
  ],
  "an attribute of the principal": [
    onlyFor([contentRead], "@Principal[x:y] StringEquals 'a'"),
    "a",
    "unknown",
    "condition-not-understood",
  ],
  "an attribute of the resource, which is not documented": [
    onlyFor([contentRead], `${name.replace("Request", "Resource")} StringEquals 'a'`),
    "a",
    "unknown",
    "condition-not-understood",
  ],
  "what is no condition at all": ["anything goes", "a", "unknown", "condition-not-understood"],
};

test.for(Object.entries(conditional))(
  "a condition is asked about %s",
  ([, [condition, repository, answer, reason]]) => {
    const question = { registry: abacMode, ...(repository !== undefined && { repository }) };
    const given = ask({ ...question, grants: [reading(condition)] });
    expect(given).toMatchObject({ answer, reason, evidence: ["r1"] });
    expect(given.gaps.length > 0).toBe(answer === "unknown");
    expect(ask({ ...question, grants: [reading(condition), reading(undefined, "r2")] })).toMatchObject({
      answer: "allow",
      reason: "allowed",
    });
  },
);

test("a condition of another version is not understood", () => {
  const grants = [{ ...forTeam, conditionVersion: "3.0" }];
  expect(ask({ registry: abacMode, repository: "team/a", grants })).toMatchObject({
    reason: "condition-not-understood",
  });
  const current = [{ ...forTeam, conditionVersion: "2.0" }];
  expect(ask({ registry: abacMode, repository: "team/a", grants: current })).toMatchObject({ answer: "allow" });
});

test("names the repositories that conditions allow where none was asked for", () => {
  const { repositories, gaps } = ask({ registry: abacMode, grants: [forTeam] });
  expect(repositories).toEqual([{ kind: "prefix", text: "team/" }]);
  expect(gaps).toMatchObject([{ fact: "repository", detail: expect.stringContaining("team/*") }]);
});

test("a grant that delegates role assignments by a condition pulls in legacy mode all the same", () => {
  const condition = onlyFor(
    ["Microsoft.Authorization/roleAssignments/write"],
    "@Request[Microsoft.Authorization/roleAssignments:PrincipalType] StringEqualsIgnoreCase 'ServicePrincipal'",
  );
  const owner = grant({ role: role("Owner", { actions: ["*"] }), condition });
  expect(ask({ grants: [owner] })).toMatchObject({ answer: "allow", reason: "allowed-with-condition" });
});

test("legacy mode knows no repositories, so a condition on one is not understood there", () => {
  const condition = onlyFor([pullAction], `${name} StringEquals 'a'`);
  expect(ask({ repository: "a", grants: [grant({ condition })] })).toMatchObject({
    answer: "unknown",
    reason: "condition-not-understood",
  });
});

const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString();
const managementGroup = "/providers/Microsoft.Management/managementGroups/mg-root";
const group = { principalId: "g", principalType: "Group" };
const ages: Readonly<Record<string, readonly [ReturnType<typeof grant>, boolean]>> = {
  "a grant of 9 minutes": [grant({ changedOn: minutesAgo(9) }), true],
  "a grant of 10 minutes": [grant({ changedOn: minutesAgo(10) }), false],
  "a grant from the future": [grant({ changedOn: minutesAgo(-5) }), true],
  "a grant without a date": [grant(), false],
  "a grant whose date is none": [grant({ changedOn: "yesterday" }), false],
  "a grant at the end of time": [grant({ changedOn: "+275760-09-13T00:00:00.000Z" }), false],
  "a grant at a management group of 11 hours": [grant({ scope: managementGroup, changedOn: minutesAgo(660) }), false],
  "a grant through a group of 23 hours": [grant({ ...group, changedOn: minutesAgo(1380) }), true],
  "a grant through a group of 25 hours": [grant({ ...group, changedOn: minutesAgo(1500) }), false],
};

test.for(Object.entries(ages))("%s: still propagating is %s", ([, [given, still]]) => {
  const answer = ask({ grants: [given], managedIdentity: true, now });
  expect(answer).toMatchObject({ answer: "allow", reason: "allowed" });
  expect(answer.propagating.map(({ grantId }) => grantId)).toEqual(still ? [given.id] : []);
  expect(answer.notes.some(({ kind }) => kind === "propagating")).toBe(still);
  expect(ask({ grants: [given, grant({ id: "old" })], managedIdentity: true, now }).propagating).toEqual([]);
  expect(ask({ grants: [given] }).propagating).toEqual([]);
});

test("since when a managed identity is in the group that was granted is not known, and said", () => {
  const old = grant({ ...group, changedOn: minutesAgo(100_000) });
  const undated = (changes: Parameters<typeof ask>[0]) =>
    ask({ managedIdentity: true, now, ...changes }).notes.some(({ kind }) => kind === "membershipUndated");
  expect(undated({ grants: [old] })).toBe(true);
  expect(undated({ grants: [old], managedIdentity: false })).toBe(false);
  expect(undated({ grants: [old, grant({ id: "own" })] })).toBe(false);
  expect(undated({ grants: [{ ...old, changedOn: minutesAgo(60) }] })).toBe(false); // said already: it is propagating
});

test("data actions granted at a management group take hours, others there and groups of others do not", () => {
  const data = grant({ role: repositoryReader, scope: managementGroup, changedOn: minutesAgo(660) });
  expect(ask({ registry: abacMode, grants: [data], now }).propagating).toHaveLength(1);
  expect(ask({ registry: abacMode, grants: [{ ...data, changedOn: minutesAgo(721) }], now }).propagating).toEqual([]);
  expect(ask({ registry: abacMode, grants: [{ ...data, scope: subscriptionScope }], now }).propagating).toEqual([]);
  expect(ask({ grants: [grant({ ...group, changedOn: minutesAgo(60) })], now }).propagating).toEqual([]);
});

test("a custom role that pulls by a wildcard only is allowed with a warning", () => {
  const pulling = (action: string, custom = true) =>
    ask({ grants: [grant({ role: { ...role("custom", { actions: [action] }), custom } })] });
  expect(pulling("*/pull/*")).toMatchObject({ answer: "allow", notes: [{ kind: "wildcardCustomRole" }] });
  expect(pulling(pullAction)).toMatchObject({ answer: "allow", notes: [] });
  expect(pulling("*/read", false)).toMatchObject({ answer: "allow", notes: [] });
});

test("what is eligible or delegated is named and not counted", () => {
  const notCounted = [
    { id: "e1", kind: "eligible", roleName: "AcrPull" },
    { id: "l1", kind: "delegated", roleName: "Contributor" },
  ] as const;
  const answer = ask({ notCounted });
  expect(answer).toMatchObject({ answer: "deny", reason: "no-grant" });
  expect(answer.notes.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
    expect.stringContaining("notCounted e1: AcrPull is eligible"),
    expect.stringContaining("notCounted l1: Contributor is delegated"),
  ]);
});

test("a managed identity cannot cross tenants, whatever it was granted", () => {
  const tenants = { principal: "t1", registry: "t2" };
  expect(ask({ grants: [grant()], tenants })).toMatchObject({ answer: "deny", reason: "other-tenant" });
  expect(ask({ grants: [grant()], tenants: { principal: "T1", registry: "t1" } }).answer).toBe("allow");
});

test("grants that could not be read leave everything open", () => {
  const { grants: _, ...rest } = { ...question(), grants: [] };
  expect(decideIfKnown({ ...rest, grants: missing(forbidden) })).toMatchObject({
    answer: "unknown",
    reason: "grants-not-known",
    gaps: [forbidden],
  });
  expect(decideIfKnown({ ...rest, grants: known([grant()]) }).answer).toBe("allow");
  expect(decideIfKnown({ ...rest, grants: missing(forbidden), denials: missing(forbidden) })).toMatchObject({
    reason: "grants-not-known",
    gaps: [forbidden],
  });
});

test("no grant helps against another tenant or a deny assignment, so none has to be known", () => {
  const asked = { ...question(), grants: missing(forbidden) };
  const tenants = { principal: "t1", registry: "t2" };
  expect(decideIfKnown({ ...asked, tenants })).toMatchObject({ answer: "deny", reason: "other-tenant", gaps: [] });
  expect(decideIfKnown({ ...asked, denials: known([denial]) })).toMatchObject({
    answer: "deny",
    reason: "denied-by-deny-assignment",
    evidence: ["d1"],
    gaps: [],
  });
  expect(decideIfKnown({ ...asked, denials: known([{ ...denial, auditOnly: true }]) }).answer).toBe("unknown");
});

test("each answer has a reason from the list, which says what it means", () => {
  for (const [, meaning] of Object.values(reasons)) expect(meaning).toMatch(/^[A-Z].*\.$/);
  expect(ask().reason).toBe("no-grant");
  expect(ask({ registry: abacMode, grants: [grant()] }).reason).toBe("abac-ignores-role");
  expect(ask({ grants: [reading()] }).reason).toBe("legacy-ignores-role");
  expect(ask({ registry: registryOfUnsaidMode(), grants: [grant()] }).reason).toBe("mode-not-known");
  expect(ask({ grants: [grant({ role: forbidden })] }).reason).toBe("role-not-known");
  expect(ask({ unreadGroups: [grant(group)] }).reason).toBe("groups-not-known");
  expect(ask({ grants: [grant()], denials: missing(forbidden) }).reason).toBe("denials-not-known");
});

const texts = fc.constantFrom(
  ...[
    "'",
    "(",
    "ActionMatches{'*'}",
    "NOT ActionMatches{'x'}",
    `${name} StringLike 'team/*'`,
    "@Principal[a:b] StringEquals 'c'",
  ],
  ...["AND", "OR", ")", "true", "ActionMatches{'*'} AND", "ActionMatches{'*'} OR who AND knows"],
);
const anyCondition = fc.array(texts, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(" "));
const anyDenial = fc
  .record({ everyone: fc.boolean(), auditOnly: fc.boolean(), condition: fc.option(anyCondition, { nil: undefined }) })
  .map(({ condition, ...rest }): Denial => ({ ...denial, ...rest, ...(condition !== undefined && { condition }) }));

test("a grant more never turns an allow into a deny, and without a denial a deny names no deny assignment", () => {
  const property = fc.property(
    fc.array(anyGrant, { maxLength: 4 }),
    anyGrant,
    fc.array(anyDenial, { maxLength: 2 }),
    fc.constantFrom(...Object.values(modes), undefined),
    fc.constantFrom(undefined, "team/a", "other"),
    (grants, more, denials, mode, repository) => {
      const asked = {
        registry: mode === undefined ? registryOfUnsaidMode() : registry({ roleAssignmentMode: mode }),
        denials: known(denials),
        ...(repository !== undefined && { repository }),
      };
      const before = ask({ ...asked, grants });
      const after = ask({ ...asked, grants: [...grants, more] });
      if (before.answer === "allow") expect(after.answer).toBe("allow");
      if (after.answer === "deny" && before.answer !== "deny") expect(after.reason).toBe("denied-by-deny-assignment");
      if (denials.length === 0) expect(after.denials).toEqual([]);
      expect(Object.keys(reasons)).toContain(after.reason);
    },
  );
  fc.assert(property);
});

test("a condition that the parser rejects is never an allow", () => {
  fc.assert(
    fc.property(anyCondition, fc.constantFrom(undefined, "team/a"), (condition, repository) => {
      fc.pre(!parseCondition(condition).parsed);
      const given = ask({
        registry: abacMode,
        grants: [reading(condition)],
        ...(repository !== undefined && { repository }),
      });
      expect(given).toMatchObject({ answer: "unknown", reason: "condition-not-understood" });
      expect(given.gaps[0]?.detail).toContain(condition);
    }),
  );
});
