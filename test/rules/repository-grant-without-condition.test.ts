import { repositoryGrantWithoutCondition } from "../../src/rules/repository-grant-without-condition.ts";
import { grant, principalId, repositoryReader } from "../facts.ts";
import {
  assignmentWith,
  catalogLister,
  custom,
  inAbacMode,
  inLegacyMode,
  inUnsaidMode,
  readerFor,
  repositoryName,
  unread,
} from "./granted.ts";
import { judges } from "./judges.ts";

const open = grant({ role: repositoryReader });
const forTeam = readerFor(`${repositoryName} StringStartsWithIgnoreCase 'team/'`, "metadata/read", "content/read");
const sampled = readerFor(`${repositoryName} StringStartsWithIgnoreCase 'team/'`).condition ?? "";

judges(repositoryGrantWithoutCondition, {
  "fails when a repository role is good for all repositories": {
    given: inAbacMode(open, grant({ role: repositoryReader, principalId })),
    gives: ["unrestricted"],
    message:
      "contoso gives 2 principals access to all of its repositories by Container Registry Repository Reader without a condition.",
    finding: { severity: "low" },
    command: assignmentWith(open, sampled),
  },
  "passes when it has a condition": { given: inAbacMode(forTeam), gives: ["none"], outcome: "pass" },
  "fails with a custom role that gets at the repositories by a wildcard": {
    given: inAbacMode(
      grant({
        role: custom("all repositories", { dataActions: ["Microsoft.ContainerRegistry/registries/repositories/*"] }),
      }),
    ),
    gives: ["unrestricted"],
  },
  "passes for a catalog lister and an importer, which take no condition": {
    given: inAbacMode(
      grant({ role: catalogLister }),
      grant({
        role: custom("importer", {
          dataActions: [
            "Microsoft.ContainerRegistry/registries/catalog/read",
            "Microsoft.ContainerRegistry/registries/repositories/content/read",
          ],
        }),
      }),
    ),
    gives: ["none"],
  },
  "does not apply in legacy mode": { given: inLegacyMode(open), gives: ["legacyMode"], outcome: "notApplicable" },
  "is unknown when a role could not be read": { given: inAbacMode(forTeam, unread), gives: ["unknown"] },
  "is unknown when the registry did not say its mode": { given: inUnsaidMode(open), gives: ["unknown"] },
});
