import { known, missing } from "../../src/core/collected.ts";
import { pullGrantOnlyByGroup } from "../../src/rules/pull-grant-only-by-group.ts";
import {
  forbidden,
  grant,
  kubeletId,
  need,
  puller,
  pullerSnapshot,
  registry,
  registryId,
  repositoryReader,
} from "../facts.ts";
import { conditionOn, unread } from "./granted.ts";
import { judges } from "./judges.ts";

const byGroup = grant({ principalId: "pullers", principalType: "Group" });
const holding = (...grants: readonly ReturnType<typeof grant>[]) => [need({ grants: known(grants) })];
const identity = { kind: "servicePrincipal", clientId: "c", principalId: known(kubeletId) } as const;

judges(pullGrantOnlyByGroup, {
  "fails when only a group of the identity may pull": {
    given: pullerSnapshot({ needs: holding(byGroup) }),
    gives: ["byGroup"],
    message: "shop may pull from contoso only as a member of pullers.",
    finding: { severity: "info" },
    command: `az role assignment create --assignee-object-id ${kubeletId} --assignee-principal-type ServicePrincipal --role AcrPull --scope ${registryId}`,
  },
  "grants no more than what it pulls, where that is known": {
    given: pullerSnapshot({
      needs: [
        need({
          registry: known(registry({ roleAssignmentMode: "AbacRepositoryPermissions" })),
          repositories: ["shop/web"],
          grants: known([{ ...byGroup, role: known(repositoryReader), condition: conditionOn("shop/web") }]),
        }),
      ],
    }),
    gives: ["byGroup"],
    command: `az role assignment create --assignee-object-id ${kubeletId} --assignee-principal-type ServicePrincipal --role 'Container Registry Repository Reader' --scope ${registryId} --condition '${conditionOn("shop/web").replaceAll("'", "'\\''")}' --condition-version 2.0`,
    remediation:
      "Assign Container Registry Repository Reader on the registry to the identity that pulls, for shop/web alone. Or bring an identity that has been in the group for a day.",
  },
  "passes when the identity may itself": {
    given: pullerSnapshot({ needs: holding(byGroup, grant()) }),
    gives: ["direct"],
    outcome: "pass",
  },
  "passes when nothing lets it pull, which is another rule's": {
    given: pullerSnapshot({ needs: holding() }),
    gives: ["direct"],
  },
  "does not apply to a service principal, whose groups count at once": {
    given: pullerSnapshot({ puller: puller({ identity }), needs: holding(byGroup) }),
    gives: ["noManagedIdentity"],
    outcome: "notApplicable",
  },
  "is unknown when a role of its own could not be read": {
    given: pullerSnapshot({ needs: holding(byGroup, unread) }),
    gives: ["unknown"],
  },
  "is unknown when the grants are": {
    given: pullerSnapshot({ needs: [need({ grants: missing(forbidden) })] }),
    gives: ["unknown"],
  },
});
