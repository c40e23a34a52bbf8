import { known, missing } from "../../src/core/collected.ts";
import { pullGrantTooWide } from "../../src/rules/pull-grant-too-wide.ts";
import {
  forbidden,
  grant,
  groupScope,
  kubeletId,
  need,
  puller,
  pullerSnapshot,
  reader,
  registry,
  registryId,
  repositoryReader,
  subscriptionScope,
} from "../facts.ts";
import { conditionOn, unread } from "./granted.ts";
import { judges } from "./judges.ts";

const holding = (...grants: readonly ReturnType<typeof grant>[]) =>
  pullerSnapshot({ needs: [need({ grants: known(grants) })] });
const identity = { kind: "anonymous", clientId: "", principalId: missing(forbidden) } as const;

judges(pullGrantTooWide, {
  "fails when the pull role is granted at the resource group or above": {
    given: holding(grant({ scope: groupScope }), grant({ scope: subscriptionScope })),
    gives: ["wide"],
    message: `shop may pull from contoso only by AcrPull granted at ${groupScope}, ${subscriptionScope}, which is good for other registries too.`,
    finding: { severity: "low", about: registryId.toLowerCase() },
    command: `az role assignment create --assignee-object-id ${kubeletId} --assignee-principal-type ServicePrincipal --role AcrPull --scope ${registryId}`,
  },
  "grants no more than what it pulls, where that is known": {
    given: pullerSnapshot({
      needs: [
        need({
          registry: known(registry({ roleAssignmentMode: "AbacRepositoryPermissions" })),
          repositories: ["shop/web"],
          grants: known([grant({ scope: groupScope, role: repositoryReader, condition: conditionOn("shop/web") })]),
        }),
      ],
    }),
    gives: ["wide"],
    command: `az role assignment create --assignee-object-id ${kubeletId} --assignee-principal-type ServicePrincipal --role 'Container Registry Repository Reader' --scope ${registryId} --condition '${conditionOn("shop/web").replaceAll("'", "'\\''")}' --condition-version 2.0`,
    remediation:
      "Assign Container Registry Repository Reader on the registry to the identity that pulls, for shop/web alone. Then remove the wider grant.",
  },
  "passes when it is granted on the registry as well": {
    given: holding(grant({ scope: groupScope }), grant()),
    gives: ["narrow"],
    outcome: "pass",
  },
  "passes when a broad role is granted there, which is another rule's": {
    given: holding(grant({ scope: groupScope, role: reader })),
    gives: ["narrow"],
  },
  "passes when nothing lets it pull, which is another rule's": { given: holding(), gives: ["narrow"] },
  "is unknown beside a role that could not be read": {
    given: holding(grant({ scope: groupScope }), unread),
    gives: ["unknown"],
  },
  "is unknown when the grants are": {
    given: pullerSnapshot({ needs: [need({ grants: missing(forbidden) })] }),
    gives: ["unknown"],
    undecided: [registryId.toLowerCase()],
  },
  "does not apply to who needs no registry": { given: pullerSnapshot({ needs: [] }), gives: ["noneNeeded"] },
  "does not apply to who logs in as nobody": {
    given: pullerSnapshot({ puller: puller({ identity }) }),
    gives: ["noneNeeded"],
    outcome: "notApplicable",
  },
});
