import { expect, test } from "vitest";
import { canPullInSomeMode, hasPower, indexGrants } from "../../src/app/grant-index.ts";
import { type Collected, known, missing } from "../../src/core/collected.ts";
import { acrPush, forbidden, grant, kubeletId, principalId, repositoryReader, role } from "../facts.ts";

const powerless = role("Key Vault Reader", { actions: ["Microsoft.KeyVault/vaults/read"] });
const toGroup = grant({ id: "g1", principalId: "GROUP", principalType: "Group" });
const members = (entries: Readonly<Record<string, Collected<readonly string[]>>> = {}) =>
  new Map(Object.entries(entries));

test("grants are found by principal, in whatever case", () => {
  const own = grant({ principalId: kubeletId.toUpperCase() });
  const index = indexGrants([own, grant({ principalId })], members());
  expect(index.of(kubeletId)).toEqual([own]);
  expect(index.of("nobody")).toEqual([]);
});

test("grants to a group count for its members, beside their own", () => {
  const own = grant();
  const index = indexGrants([own, toGroup], members({ group: known([kubeletId, principalId]) }));
  expect(index.of(kubeletId.toUpperCase())).toEqual([own, toGroup]);
  expect(index.of(principalId)).toEqual([toGroup]);
  expect(index.holders).toEqual([kubeletId, principalId].sort());
});

test("a group whose members could not be read leaves its grants and the reason", () => {
  const index = indexGrants([grant(), toGroup], members({ group: missing(forbidden) }));
  expect(index).toMatchObject({ unreadGroups: [toGroup], gaps: [forbidden] });
  expect(index.of(kubeletId)).toEqual([grant()]);
});

test("service principals with power over registries are holders; users, groups and the powerless are not", () => {
  const grants = [
    grant({ principalId: "pull" }),
    grant({ principalId: "read", role: repositoryReader }),
    grant({ principalId: "unsaid", principalType: "" }),
    grant({ principalId: "UPPER", principalType: "serviceprincipal" }),
    grant({ principalId: "unread", role: forbidden }),
    grant({ principalId: "user", principalType: "User" }),
    grant({ principalId: "vault", role: powerless }),
    toGroup,
  ];
  expect(indexGrants(grants, members()).holders).toEqual(["pull", "read", "unread", "unsaid", "upper"]);
});

test("a role that could not be read may have any power, but is not said to pull", () => {
  expect([hasPower(grant({ role: forbidden })), canPullInSomeMode(grant({ role: forbidden }))]).toEqual([true, false]);
  expect([hasPower(grant({ role: acrPush })), canPullInSomeMode(grant({ role: acrPush }))]).toEqual([true, true]);
  expect([hasPower(grant({ role: powerless })), canPullInSomeMode(grant({ role: powerless }))]).toEqual([false, false]);
  const push = role("pusher", { actions: ["Microsoft.ContainerRegistry/registries/push/write"] });
  expect([hasPower(grant({ role: push })), canPullInSomeMode(grant({ role: push }))]).toEqual([true, false]);
});
