import { conditionNotUnderstood } from "../../src/rules/condition-not-understood.ts";
import { grant, kubeletId, registryId, repositoryReader } from "../facts.ts";
import { contributor, inAbacMode, inLegacyMode, inUnsaidMode, readerFor, repositoryName, unread } from "./granted.ts";
import { judges } from "./judges.ts";

const byPrincipal = readerFor("@Principal[a:b] StringEquals 'c'");
const delegating =
  "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (@Request[Microsoft.Authorization/roleAssignments:PrincipalType] StringEquals 'User'))";

judges(conditionNotUnderstood, {
  "fails when a condition depends on the principal": {
    given: inAbacMode(byPrincipal),
    gives: ["notUnderstood"],
    message: "contoso has 1 condition that could not be evaluated: it depends on @Principal[a:b] StringEquals 'c'.",
    finding: { severity: "info" },
    command: `az role assignment list --scope ${registryId} --include-inherited --assignee ${kubeletId}`,
  },
  "passes when it depends on the repository alone": {
    given: inAbacMode(
      readerFor(`${repositoryName} StringNotEquals 'a'`),
      readerFor(`${repositoryName} StringEquals 'a'`),
    ),
    gives: ["none"],
    outcome: "pass",
  },
  "fails when it cannot be read, or is of another version": {
    given: inAbacMode(
      { ...byPrincipal, condition: "no condition" },
      { ...readerFor(`${repositoryName} StringEquals 'a'`), conditionVersion: "3.0" },
    ),
    gives: ["notUnderstood"],
    message: "contoso has 2 conditions that could not be evaluated: an attribute or a value was expected at 0, not no.",
  },
  "passes when its odd part is about another action": {
    given: inLegacyMode(grant({ role: contributor, condition: delegating })),
    gives: ["none"],
  },
  "fails when it restricts the pull itself in legacy mode": {
    given: inLegacyMode(grant({ condition: `${repositoryName} StringEquals 'a'` })),
    gives: ["notUnderstood"],
  },
  "passes over a role that counts for nothing here": { given: inLegacyMode(byPrincipal), gives: ["none"] },
  "passes without a condition": { given: inAbacMode(grant({ role: repositoryReader })), gives: ["none"] },
  "is unknown when a role could not be read": { given: inAbacMode(unread), gives: ["unknown"] },
  "is unknown when the registry did not say its mode": { given: inUnsaidMode(byPrincipal), gives: ["unknown"] },
});
