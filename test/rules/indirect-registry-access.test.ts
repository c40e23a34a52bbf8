import { indirectRegistryAccess } from "../../src/rules/indirect-registry-access.ts";
import { acrPush, grant, principalId } from "../facts.ts";
import {
  contributor,
  inAbacMode,
  inLegacyMode,
  inUnsaidMode,
  repositoryName,
  repositoryWriter,
  tasksContributor,
  tokenAdministrator,
  unread,
} from "./granted.ts";
import { judges } from "./judges.ts";

const builds = grant({ id: "t", role: tasksContributor });
const mints = grant({ id: "m", principalId, role: tokenAdministrator });

const someRepository = `${repositoryName} StringEquals 'team'`;

judges(indirectRegistryAccess, {
  "fails when somebody may run tasks and nothing else": {
    given: inLegacyMode(builds),
    gives: ["detour"],
    message:
      "contoso can be pulled from and pushed to by a detour: Container Registry Tasks Contributor of 1 principal.",
    finding: { severity: "medium" },
    command: "az role assignment delete --ids t",
  },
  "passes in ABAC mode, where tasks have no access of their own": {
    given: inAbacMode(builds),
    gives: ["none"],
    outcome: "pass",
  },
  "fails in either mode when somebody may make token passwords": {
    given: inAbacMode(mints, builds),
    gives: ["detour"],
  },
  "counts both": { given: inLegacyMode(mints, builds), gives: ["detour"], outcome: "fail" },
  "passes when the holder may push anyway": { given: inLegacyMode(builds, grant({ role: acrPush })), gives: ["none"] },
  "passes when the holder may push to every repository in ABAC mode": {
    given: inAbacMode(mints, grant({ principalId, role: repositoryWriter })),
    gives: ["none"],
  },
  "fails when the holder may push to some repositories alone": {
    given: inAbacMode(mints, grant({ principalId, role: repositoryWriter, condition: someRepository })),
    gives: ["detour"],
  },
  "passes with Contributor, who administers the registry": {
    given: inLegacyMode(grant({ role: contributor })),
    gives: ["none"],
  },
  "is unknown when a role could not be read": { given: inLegacyMode(unread), gives: ["unknown"] },
  "is unknown when the registry did not say its mode": { given: inUnsaidMode(mints), gives: ["unknown"] },
});
