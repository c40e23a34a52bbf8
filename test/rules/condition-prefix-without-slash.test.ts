import { conditionPrefixWithoutSlash } from "../../src/rules/condition-prefix-without-slash.ts";
import { acrPull, grant } from "../facts.ts";
import {
  assignmentWith,
  inAbacMode,
  inLegacyMode,
  inUnsaidMode,
  readerFor,
  repositoryName,
  unread,
} from "./granted.ts";
import { judges } from "./judges.ts";

const startsWith = (prefix: string) => `${repositoryName} StringStartsWithIgnoreCase '${prefix}'`;
const open = readerFor(startsWith("backend"));
const corrected = (open.condition ?? "")
  .replace("'backend'", "'backend/'")
  .slice(1, -1)
  .replace("OR (", "OR ")
  .slice(0, -1);

judges(conditionPrefixWithoutSlash, {
  "fails when a prefix does not end with a slash": {
    given: inAbacMode(open),
    gives: ["openPrefix"],
    message: "contoso has prefixes without a slash at their end in 1 condition: backend.",
    finding: { severity: "high" },
    command: assignmentWith(open, corrected),
  },
  "passes when it does": { given: inAbacMode(readerFor(startsWith("backend/"))), gives: ["none"], outcome: "pass" },
  "finds every one of several, heeding case or not": {
    given: inAbacMode(
      readerFor(`${startsWith("a")} OR ${repositoryName} StringStartsWith 'b'`),
      readerFor(`${repositoryName} ForAnyOfAnyValues:StringStartsWith {'c/', 'd'}`),
    ),
    gives: ["openPrefix"],
    message: "contoso has prefixes without a slash at their end in 2 conditions: a, b, d.",
  },
  "passes when the prefix is one of what is left out": {
    given: inAbacMode(readerFor(`!(${startsWith("secret")}) AND ${repositoryName} StringNotStartsWith 'hidden'`)),
    gives: ["none"],
  },
  "fails when what is left out is turned around again": {
    given: inAbacMode(readerFor(`!(${repositoryName} StringNotStartsWith 'team')`)),
    gives: ["openPrefix"],
  },
  "passes with a whole name, and with the start of something else than a repository": {
    given: inAbacMode(
      readerFor(`${repositoryName} StringEqualsIgnoreCase 'backend'`),
      readerFor("@Principal[a:b] StringStartsWith 'backend'"),
    ),
    gives: ["none"],
  },
  "is unknown when a condition cannot be read": {
    given: inAbacMode({ ...open, condition: `${startsWith("backend")} AND` }),
    gives: ["unknown"],
  },
  "is unknown when a condition has another version": {
    given: inAbacMode({ ...open, conditionVersion: "9" }),
    gives: ["unknown"],
  },
  "fails in spite of one that cannot be read": {
    given: inAbacMode({ ...open, conditionVersion: "9" }, { ...open, id: "b" }),
    gives: ["openPrefix"],
  },
  "passes over a role that touches no images in this mode": {
    given: inAbacMode(grant({ role: acrPull, condition: open.condition ?? "" })),
    gives: ["none"],
  },
  "does not apply in legacy mode": { given: inLegacyMode(open), gives: ["legacyMode"], outcome: "notApplicable" },
  "is unknown when a role could not be read": { given: inAbacMode(unread), gives: ["unknown"] },
  "is unknown when the registry did not say its mode": { given: inUnsaidMode(open), gives: ["unknown"] },
});
