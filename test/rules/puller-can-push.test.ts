import { known, missing } from "../../src/core/collected.ts";
import { pullerCanPush } from "../../src/rules/puller-can-push.ts";
import { acrPush, forbidden, grant, kubeletId, need, puller, pullerSnapshot, registry, registryId } from "../facts.ts";
import { contributor, repositoryWriter, tokenAdministrator } from "./granted.ts";
import { judges } from "./judges.ts";

const abac = known(registry({ roleAssignmentMode: "AbacRepositoryPermissions" }));
const holding = (...grants: readonly ReturnType<typeof grant>[]) =>
  pullerSnapshot({ needs: [need({ grants: known(grants) })] });

judges(pullerCanPush, {
  "fails when the pulling identity holds AcrPush": {
    given: holding(grant({ role: acrPush })),
    gives: ["pushes"],
    message: "shop pulls from contoso with an identity that may also push, by AcrPush.",
    finding: { severity: "medium", about: registryId.toLowerCase() },
    command: `az role assignment create --assignee-object-id ${kubeletId} --assignee-principal-type ServicePrincipal --role AcrPull --scope ${registryId}`,
  },
  "passes when it holds AcrPull": { given: holding(grant()), gives: ["pullsOnly"], outcome: "pass" },
  "passes when AcrPush counts for nothing in ABAC mode": {
    given: pullerSnapshot({ needs: [need({ registry: abac, grants: known([grant({ role: acrPush })]) })] }),
    gives: ["pullsOnly"],
  },
  "fails when a repository role pushes there": {
    given: pullerSnapshot({ needs: [need({ registry: abac, grants: known([grant({ role: repositoryWriter })]) })] }),
    gives: ["pushes"],
  },
  "names all that Contributor allows, in either mode": {
    given: pullerSnapshot({
      needs: [
        need({ grants: known([grant({ role: contributor })]) }),
        need({ registryId: `${registryId}2`, registry: abac, grants: known([grant({ role: tokenAdministrator })]) }),
      ],
    }),
    gives: ["pushes", "pushes"],
    message:
      "shop pulls from contoso with an identity that may also push, delete images, manage it, by Contributor. shop pulls from contoso with an identity that may also manage it, by Container Registry Contributor and Data Access Configuration Administrator.",
  },
  "passes when the grant is on another registry": {
    given: holding(grant(), grant({ role: acrPush, scope: `${registryId}2` })),
    gives: ["pullsOnly"],
  },
  "does not apply to a task, which is there to push": {
    given: pullerSnapshot({
      puller: puller({ kind: "acrTask" }),
      needs: [need({ grants: known([grant({ role: acrPush })]) })],
    }),
    gives: ["noneNeeded"],
    outcome: "notApplicable",
  },
  "is unknown when the grants are": {
    given: pullerSnapshot({ needs: [need({ grants: missing(forbidden) })] }),
    gives: ["unknown"],
  },
});
