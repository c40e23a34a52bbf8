import { legacyRoleOnAbacRegistry } from "../../src/rules/legacy-role-on-abac-registry.ts";
import { acrPush, grant, groupScope, kubeletId, principalId, registryId, repositoryReader } from "../facts.ts";
import { acrDelete, contributor, custom, inAbacMode, inLegacyMode, inUnsaidMode, signer, unread } from "./granted.ts";
import { judges } from "./judges.ts";

const reads = grant({ id: "r", role: repositoryReader });

judges(legacyRoleOnAbacRegistry, {
  "fails, high, when somebody holds AcrPull and nothing that counts": {
    given: inAbacMode(grant()),
    gives: ["stranded"],
    message: "contoso is in ABAC mode and ignores AcrPull, on which the access of 1 principal rests.",
    finding: { severity: "high" },
    command: `az role assignment create --assignee-object-id ${kubeletId} --assignee-principal-type ServicePrincipal --role 'Container Registry Repository Reader' --scope ${registryId}`,
  },
  "does not apply in legacy mode, where the same grant counts": {
    given: inLegacyMode(grant()),
    gives: ["legacyMode"],
    outcome: "notApplicable",
  },
  "counts several holders in one finding, and maps what they hold": {
    given: inAbacMode(
      grant({ role: acrPush }),
      grant({ principalId, role: acrDelete }),
      grant({ role: acrPush, id: "b" }),
    ),
    gives: ["stranded"],
    message: "contoso is in ABAC mode and ignores AcrPush, AcrDelete, on which the access of 2 principals rests.",
    command: `az role assignment create --assignee-object-id ${kubeletId} --assignee-principal-type ServicePrincipal --role 'Container Registry Repository Writer' --scope ${registryId}`,
  },
  "is only medium when a group may pull, in which the holder may be": {
    given: inAbacMode(grant(), grant({ principalId: "g", principalType: "Group", role: repositoryReader })),
    gives: ["stranded"],
    finding: { severity: "medium" },
  },
  "is only medium when it was granted above, where it may be meant for other registries": {
    given: inAbacMode(grant({ scope: groupScope })),
    gives: ["stranded"],
    finding: { severity: "medium" },
  },
  "is high when one of several was granted here, and begins with that one": {
    given: inAbacMode(grant({ scope: groupScope, principalId }), grant({ role: acrPush })),
    gives: ["stranded"],
    finding: { severity: "high" },
    command: `az role assignment create --assignee-object-id ${kubeletId} --assignee-principal-type ServicePrincipal --role 'Container Registry Repository Writer' --scope ${registryId}`,
  },
  "is high beside another principal that may pull": {
    given: inAbacMode(grant(), grant({ principalId, role: repositoryReader })),
    gives: ["stranded"],
    finding: { severity: "high" },
  },
  "fails when the holder has a role that counts and the old one is left over": {
    given: inAbacMode(grant(), reads),
    gives: ["leftOver"],
    message: "contoso is in ABAC mode and carries 1 grant of AcrPull, which it ignores.",
    finding: { severity: "medium" },
    command: `az role assignment delete --ids ${grant().id}`,
  },
  "passes when what is left over was granted above, where it may count for others": {
    given: inAbacMode(grant({ scope: groupScope }), reads),
    gives: ["none"],
    outcome: "pass",
  },
  "passes with Contributor, which manages the registry": {
    given: inAbacMode(grant({ role: contributor })),
    gives: ["none"],
  },
  "fails when the holder has a role that counts for less": {
    given: inAbacMode(grant({ role: acrPush }), reads),
    gives: ["stranded"],
    message: "contoso is in ABAC mode and ignores AcrPush, on which the access of 1 principal rests.",
    finding: { severity: "high" },
    command: `az role assignment create --assignee-object-id ${kubeletId} --assignee-principal-type ServicePrincipal --role 'Container Registry Repository Writer' --scope ${registryId}`,
  },
  "fails with AcrImageSigner, in place of which nothing can be granted": {
    given: inAbacMode(grant({ role: signer })),
    gives: ["leftOver"],
    finding: { severity: "medium" },
    command: `az role assignment delete --ids ${grant().id}`,
  },
  "begins with what can be granted anew when a signer pushes too": {
    given: inAbacMode(grant({ role: signer }), grant({ role: acrPush })),
    gives: ["stranded"],
    command: `az role assignment create --assignee-object-id ${kubeletId} --assignee-principal-type ServicePrincipal --role 'Container Registry Repository Writer' --scope ${registryId}`,
  },
  "passes with a role that counts in both modes": {
    given: inAbacMode(
      grant({
        role: custom("importer", {
          actions: ["Microsoft.ContainerRegistry/registries/pull/read"],
          dataActions: ["Microsoft.ContainerRegistry/registries/repositories/content/read"],
        }),
      }),
    ),
    gives: ["none"],
  },
  "is unknown when a role could not be read": { given: inAbacMode(reads, unread), gives: ["unknown"] },
  "fails in spite of it when another one is ignored": { given: inAbacMode(grant(), unread), gives: ["stranded"] },
  "is unknown when the registry did not say its mode": { given: inUnsaidMode(grant()), gives: ["unknown"] },
});
