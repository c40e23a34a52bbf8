import { known, missing } from "../../src/core/collected.ts";
import { pullerCanPush } from "../../src/rules/puller-can-push.ts";
import {
  acrPush,
  forbidden,
  grant,
  kubeletId,
  need,
  puller,
  pullerSnapshot,
  registry,
  registryId,
  repositoryReader,
  role,
} from "../facts.ts";
import {
  assignmentWith,
  conditionOn,
  contributor,
  readerGuid,
  repositoryName,
  repositoryWriter,
  tokenAdministrator,
  unread,
} from "./granted.ts";
import { judges } from "./judges.ts";

const abac = known(registry({ roleAssignmentMode: "AbacRepositoryPermissions" }));
const holding = (...grants: readonly ReturnType<typeof grant>[]) =>
  pullerSnapshot({ needs: [need({ grants: known(grants) })] });

const delegating = grant({
  role: role("User Access Administrator", { actions: ["Microsoft.Authorization/*"] }),
});

const readerCommand = `az role assignment create --assignee-object-id ${kubeletId} --assignee-principal-type ServicePrincipal --role 'Container Registry Repository Reader'`;
const quoted = (text: string) => text.replaceAll("'", "'\\''");
const conditioned = grant({
  role: { ...repositoryReader, id: `/providers/Microsoft.Authorization/roleDefinitions/${readerGuid}` },
  condition: conditionOn("it/tools"),
});

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
    command: `${readerCommand} --scope ${registryId}`,
  },
  "grants no more than what it pulls, where that is known": {
    given: pullerSnapshot({
      needs: [need({ registry: abac, repositories: ["shop/web"], grants: known([grant({ role: repositoryWriter })]) })],
    }),
    gives: ["pushes"],
    command: `${readerCommand} --scope ${registryId} --condition '${quoted(conditionOn("shop/web"))}' --condition-version 2.0`,
    remediation:
      "Assign Container Registry Repository Reader on the registry to the identity that pulls, for shop/web alone. Then remove the grants that allow more.",
  },
  "widens the grant to read that it has already, which cannot be made twice": {
    given: pullerSnapshot({
      needs: [
        need({
          ...{ registry: abac, repositories: ["shop/web"] },
          grants: known([grant({ id: "w", role: repositoryWriter }), conditioned]),
        }),
      ],
    }),
    gives: ["pushes"],
    command: assignmentWith(
      conditioned,
      `(${conditioned.condition}) OR (${repositoryName} StringEqualsIgnoreCase 'shop/web')`,
    ),
  },
  "fails when it may pull without that, and grants nothing more": {
    given: pullerSnapshot({
      needs: [
        need({
          ...{ registry: abac, repositories: ["it/tools"] },
          grants: known([grant({ id: "w", role: repositoryWriter }), conditioned]),
        }),
      ],
    }),
    gives: ["pushesBesides"],
    command: "az role assignment delete --ids w",
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
      "shop pulls from contoso with an identity that may also push, delete images, manage it, give roles on it, by Contributor. shop pulls from contoso with an identity that may also manage it, by Container Registry Contributor and Data Access Configuration Administrator.",
  },
  "passes when the grant is on another registry": {
    given: holding(grant(), grant({ role: acrPush, scope: `${registryId}2` })),
    gives: ["pullsOnly"],
  },
  "fails when it may give roles, and so the push to itself": {
    given: holding(grant(), delegating),
    gives: ["pushes"],
    message: "shop pulls from contoso with an identity that may also give roles on it, by User Access Administrator.",
  },
  "passes when a condition says which roles it may give": {
    given: holding(grant(), { ...delegating, condition: "@Request[a:b] StringEquals 'c'" }),
    gives: ["pullsOnly"],
  },
  "is unknown when one of its roles could not be read": { given: holding(grant(), unread), gives: ["unknown"] },
  "fails in spite of it when another one pushes": {
    given: holding(grant({ role: acrPush }), unread),
    gives: ["pushes"],
  },
  "is unknown when a group that pushes may have it as a member": {
    given: pullerSnapshot({ needs: [need({ unreadGroups: [grant({ principalId: "g", role: acrPush })] })] }),
    gives: ["unknown"],
    undecided: [registryId.toLowerCase()],
  },
  "passes when a group that only pulls may": {
    given: pullerSnapshot({ needs: [need({ unreadGroups: [grant({ principalId: "g" })] })] }),
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
