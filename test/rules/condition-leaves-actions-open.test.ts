import { conditionLeavesActionsOpen } from "../../src/rules/condition-leaves-actions-open.ts";
import { grant, repositoryReader } from "../facts.ts";
import {
  assignmentWith,
  inAbacMode,
  inLegacyMode,
  inUnsaidMode,
  readerFor,
  repositoryName,
  repositoryWriter,
  unread,
} from "./granted.ts";
import { judges } from "./judges.ts";

const forTeam = `${repositoryName} StringStartsWithIgnoreCase 'team/'`;
const half = readerFor(forTeam, "metadata/read");
const whole = readerFor(forTeam, "content/read", "metadata/read");

judges(conditionLeavesActionsOpen, {
  "fails when the condition names only one of two actions": {
    given: inAbacMode(half),
    gives: ["open"],
    message: "contoso leaves content/read unrestricted for all repositories in 1 condition.",
    finding: { severity: "medium" },
    command: assignmentWith(half, whole.condition ?? ""),
  },
  "passes when it names both": { given: inAbacMode(whole), gives: ["none"], outcome: "pass" },
  "passes when it names them by a wildcard": {
    given: inAbacMode({ ...whole, condition: `!(ActionMatches{'*/repositories/*'}) OR ${forTeam}` }),
    gives: ["none"],
  },
  "passes when it names no action and restricts all of them": {
    given: inAbacMode({ ...whole, condition: forTeam }),
    gives: ["none"],
  },
  "fails when a writer may overwrite what he may not read": {
    given: inAbacMode({ ...whole, ...grant({ role: repositoryWriter, condition: whole.condition ?? "" }) }),
    gives: ["open"],
    message: "contoso leaves content/write, metadata/write unrestricted for all repositories in 1 condition.",
  },
  "fails when the condition restricts nothing at all": {
    given: inAbacMode(grant({ role: repositoryReader, condition: "!(ActionMatches{'misspelt'})" })),
    gives: ["open"],
    command: assignmentWith(grant({ role: repositoryReader }), whole.condition ?? ""),
  },
  "passes without a condition, which is another rule's": {
    given: inAbacMode(grant({ role: repositoryReader })),
    gives: ["none"],
  },
  "is unknown when a condition cannot be read": {
    given: inAbacMode({ ...half, condition: "?" }),
    gives: ["unknown"],
  },
  "passes when attributes of the principal restrict all actions": {
    given: inAbacMode(readerFor("@Principal[a:b] StringEquals 'c'")),
    gives: ["none"],
  },
  "does not apply in legacy mode": { given: inLegacyMode(half), gives: ["legacyMode"], outcome: "notApplicable" },
  "is unknown when a role could not be read": { given: inAbacMode(unread), gives: ["unknown"] },
  "is unknown when the registry did not say its mode": { given: inUnsaidMode(half), gives: ["unknown"] },
});
