import { known, missing } from "../../src/core/collected.ts";
import { pullOnlyByBroadRole } from "../../src/rules/pull-only-by-broad-role.ts";
import {
  forbidden,
  grant,
  kubeletId,
  need,
  pullerSnapshot,
  reader,
  registry,
  registryId,
  repositoryReader,
  subscriptionScope,
} from "../facts.ts";
import { contributor, unread } from "./granted.ts";
import { judges } from "./judges.ts";

const abac = known(registry({ roleAssignmentMode: "AbacRepositoryPermissions" }));
const broad = grant({ role: reader, scope: subscriptionScope });
const holding = (...grants: readonly ReturnType<typeof grant>[]) =>
  pullerSnapshot({ needs: [need({ grants: known(grants) })] });

judges(pullOnlyByBroadRole, {
  "fails when the pull rests on Reader and Contributor": {
    given: holding(broad, grant({ role: contributor })),
    gives: ["broad"],
    message:
      "shop may pull from contoso only by Reader, Contributor, and no longer by that once the registry is in ABAC mode.",
    finding: { severity: "medium" },
    command: `az role assignment create --assignee-object-id ${kubeletId} --assignee-principal-type ServicePrincipal --role AcrPull --scope ${registryId}`,
  },
  "passes when AcrPull is there besides": { given: holding(broad, grant()), gives: ["named"], outcome: "pass" },
  "passes when a repository role pulls in ABAC mode": {
    given: pullerSnapshot({
      needs: [need({ registry: abac, grants: known([broad, grant({ role: repositoryReader })]) })],
    }),
    gives: ["named"],
  },
  "passes when nothing lets it pull, which is another rule's": { given: holding(), gives: ["named"] },
  "is unknown beside a role that could not be read, and may be made for the pull": {
    given: holding(broad, unread),
    gives: ["unknown"],
  },
  "passes beside such a role when AcrPull is there": { given: holding(broad, grant(), unread), gives: ["named"] },
  "does not apply to who needs no registry": {
    given: pullerSnapshot({ needs: [] }),
    gives: ["noneNeeded"],
    outcome: "notApplicable",
  },
  "is unknown when the registry is": {
    given: pullerSnapshot({ needs: [need({ registry: missing(forbidden) })] }),
    gives: ["unknown"],
  },
});
