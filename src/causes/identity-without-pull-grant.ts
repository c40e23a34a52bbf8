import { callerMay, leastRole } from "../core/caller-permission.ts";
import { defineCause, excluded } from "../core/cause.ts";
import { deniedVerdict, notAboutGrants } from "../core/refusal.ts";
import { grantPull } from "../core/remedy/grant/assign-role.ts";
import { wantedOperation } from "../core/symptom.ts";

export const identityWithoutPullGrant = defineCause({
  id: "identity-without-pull-grant",
  title: "The identity has no grant for what it tries",
  rank: 41,
  severity: "high",
  incident: true,
  needs: ["registry", "caller", "access"],
  message:
    "<name> is refused by <registry> since <since>: it has no grant that lets it <operation> in mode <mode>. <history>",
  remediation: { text: "Assign <roleWords> on the registry to <name>.", cli: grantPull },
  references: ["https://learn.microsoft.com/azure/container-registry/container-registry-rbac-built-in-roles-overview"],

  rulesOut: notAboutGrants,
  weigh: (symptom, { registry, caller, access }, now) => {
    if (caller === null) return excluded("the identity is no principal of this tenant");
    const { clusters, name, principalId } = caller;
    if (clusters.known && clusters.value.length > 0) return excluded(`${name} is the kubelet identity of a cluster`);
    const evidence = {
      name,
      principalId,
      operation: wantedOperation(symptom),
      ...leastRole(symptom, registry),
      mode: registry.roleAssignmentMode ?? "not said",
    };
    const verdict = deniedVerdict(symptom, callerMay(symptom, { registry, caller, access }, now), evidence);
    if (clusters.known || verdict.verdict === "excluded") return verdict;
    return { ...verdict, notChecked: [`whether a cluster pulls with it: ${clusters.gap.detail}`] };
  },
});
