import { known, missing } from "../../src/core/collected.ts";
import { pullGrantPropagating } from "../../src/rules/pull-grant-propagating.ts";
import { forbidden, grant, kubeletId, need, now, pullerSnapshot, registryId } from "../facts.ts";
import { judges } from "./judges.ts";

const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString();
const fresh = grant({ changedOn: minutesAgo(5) });
const holding = (...grants: readonly ReturnType<typeof grant>[]) =>
  pullerSnapshot({ needs: [need({ grants: known(grants) })] });

judges(pullGrantPropagating, {
  "fails when the only grant is five minutes old": {
    given: holding(fresh),
    gives: ["propagating"],
    message:
      "shop may pull from contoso only by grants that are still propagating, until 2026-03-01T12:05:00.000Z: a new grant takes up to ten minutes.",
    finding: { severity: "info" },
    command: `az role assignment list --scope ${registryId} --include-inherited --assignee ${kubeletId}`,
  },
  "passes when it is eleven minutes old": {
    given: holding(grant({ changedOn: minutesAgo(11) })),
    gives: ["settled"],
    outcome: "pass",
  },
  "passes when an older one allows as much": { given: holding(fresh, grant()), gives: ["settled"] },
  "fails for hours when a managed identity gets it through a group": {
    given: holding(grant({ principalId: "g", principalType: "Group", changedOn: minutesAgo(600) })),
    gives: ["propagating"],
  },
  "passes when nothing lets it pull, which is another rule's": { given: holding(), gives: ["settled"] },
  "does not apply to who needs no registry": {
    given: pullerSnapshot({ needs: [] }),
    gives: ["noneNeeded"],
    outcome: "notApplicable",
  },
  "is unknown when the grants are, and leaves all open without a registry": {
    given: pullerSnapshot({ needs: [need({ registryId: "", grants: missing(forbidden) })] }),
    gives: ["unknown"],
    undecided: "all",
  },
});
