import { abacMigrationNotPrepared } from "../../src/rules/abac-migration-not-prepared.ts";
import { acrPush, grant, kubeletId, principalId, reader, registryId, repositoryReader } from "../facts.ts";
import { contributor, inAbacMode, inLegacyMode, inUnsaidMode, unread } from "./granted.ts";
import { judges } from "./judges.ts";

judges(abacMigrationNotPrepared, {
  "fails when somebody holds legacy roles alone": {
    given: inLegacyMode(grant({ role: acrPush }), grant({ principalId })),
    gives: ["unprepared"],
    message: "contoso would cut off 2 principals in ABAC mode, whose access rests on AcrPush, AcrPull.",
    finding: { severity: "info" },
    command: `az role assignment create --assignee-object-id ${kubeletId} --assignee-principal-type ServicePrincipal --role 'Container Registry Repository Writer' --scope ${registryId}`,
  },
  "passes when each has a repository role besides": {
    given: inLegacyMode(grant(), grant({ role: repositoryReader })),
    gives: ["prepared"],
    outcome: "pass",
  },
  "fails when the repository role allows less than the legacy one": {
    given: inLegacyMode(grant({ role: acrPush }), grant({ role: repositoryReader })),
    gives: ["unprepared"],
    message: "contoso would cut off 1 principal in ABAC mode, whose access rests on AcrPush.",
    command: `az role assignment create --assignee-object-id ${kubeletId} --assignee-principal-type ServicePrincipal --role 'Container Registry Repository Writer' --scope ${registryId}`,
  },
  "passes with Contributor and Reader, whom the switch is meant to take the images from": {
    given: inLegacyMode(grant({ role: contributor }), grant({ role: reader })),
    gives: ["prepared"],
  },
  "does not apply in ABAC mode": { given: inAbacMode(grant()), gives: ["abacMode"], outcome: "notApplicable" },
  "is unknown when a role could not be read": { given: inLegacyMode(unread), gives: ["unknown"] },
  "is unknown when the registry did not say its mode": { given: inUnsaidMode(grant()), gives: ["unknown"] },
});
