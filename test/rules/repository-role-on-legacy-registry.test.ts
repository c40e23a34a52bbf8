import { repositoryRoleOnLegacyRegistry } from "../../src/rules/repository-role-on-legacy-registry.ts";
import { acrPush, grant, kubeletId, principalId, registryId, repositoryReader } from "../facts.ts";
import {
  catalogLister,
  contributor,
  inAbacMode,
  inLegacyMode,
  inUnsaidMode,
  repositoryContributor,
  repositoryWriter,
  unread,
} from "./granted.ts";
import { judges } from "./judges.ts";

const reads = grant({ role: repositoryReader });

judges(repositoryRoleOnLegacyRegistry, {
  "fails when somebody holds a repository role alone": {
    given: inLegacyMode(reads),
    gives: ["ignored"],
    message:
      "contoso is in legacy mode and ignores Container Registry Repository Reader, on which the access of 1 principal rests.",
    finding: { severity: "medium" },
    command: `az role assignment create --assignee-object-id ${kubeletId} --assignee-principal-type ServicePrincipal --role AcrPull --scope ${registryId}`,
  },
  "passes when the holder has AcrPull too, as before a move to ABAC mode": {
    given: inLegacyMode(reads, grant()),
    gives: ["none"],
    outcome: "pass",
  },
  "fails when somebody else has it": { given: inLegacyMode(reads, grant({ principalId })), gives: ["ignored"] },
  "passes when Contributor lets the holder pull": {
    given: inLegacyMode(reads, grant({ role: contributor })),
    gives: ["none"],
  },
  "names the legacy role that pushes": {
    given: inLegacyMode(grant({ role: repositoryWriter, principalType: "User" })),
    gives: ["ignored"],
    command: `az role assignment create --assignee-object-id ${kubeletId} --assignee-principal-type User --role AcrPush --scope ${registryId}`,
  },
  "fails when the holder may only pull by the legacy role, and push by none": {
    given: inLegacyMode(grant({ role: repositoryWriter }), grant()),
    gives: ["ignored"],
    command: `az role assignment create --assignee-object-id ${kubeletId} --assignee-principal-type ServicePrincipal --role AcrPush --scope ${registryId}`,
  },
  "passes when AcrPush lets the holder do both": {
    given: inLegacyMode(grant({ role: repositoryWriter }), grant({ role: acrPush })),
    gives: ["none"],
  },
  "names AcrPush first for who may delete as well, since AcrDelete pulls nothing": {
    given: inLegacyMode(grant({ role: repositoryContributor })),
    gives: ["ignored"],
    command: `az role assignment create --assignee-object-id ${kubeletId} --assignee-principal-type ServicePrincipal --role AcrPush --scope ${registryId}`,
  },
  "and AcrDelete once that is there": {
    given: inLegacyMode(grant({ role: repositoryContributor }), grant({ role: acrPush })),
    gives: ["ignored"],
    command: `az role assignment create --assignee-object-id ${kubeletId} --assignee-principal-type ServicePrincipal --role AcrDelete --scope ${registryId}`,
  },
  "passes with a catalog lister who may pull": {
    given: inLegacyMode(grant({ role: catalogLister }), grant()),
    gives: ["none"],
  },
  "fails with a catalog lister": { given: inLegacyMode(grant({ role: catalogLister })), gives: ["ignored"] },
  "does not apply in ABAC mode": { given: inAbacMode(reads), gives: ["abacMode"], outcome: "notApplicable" },
  "is unknown when a role could not be read": { given: inLegacyMode(unread), gives: ["unknown"] },
  "is unknown when the registry did not say its mode": { given: inUnsaidMode(reads), gives: ["unknown"] },
});
