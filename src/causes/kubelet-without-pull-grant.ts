import { callerMay, leastRole } from "../core/caller-permission.ts";
import { defineCause, excluded } from "../core/cause.ts";
import { deniedVerdict, notAboutGrants } from "../core/refusal.ts";
import { grantPull } from "../core/remedy/grant/assign-role.ts";

export const kubeletWithoutPullGrant = defineCause({
  id: "kubelet-without-pull-grant",
  title: "The cluster's kubelet identity has no grant that lets it pull",
  rank: 40,
  severity: "high",
  incident: true,
  needs: ["registry", "caller", "access"],
  message:
    "Nodes of <clusters> are refused by <registry> since <since>: their kubelet identity <principalId> has no grant that lets it <operation>. <history>",
  remediation: { text: "Assign <roleWords> on the registry to the kubelet identity.", cli: grantPull },
  references: ["https://learn.microsoft.com/azure/aks/cluster-container-registry-integration"],

  rulesOut: notAboutGrants,
  weigh: (symptom, { registry, caller, access }, now) => {
    if (caller === null) return excluded("the identity is no principal of this tenant");
    const { clusters } = caller;
    if (clusters.known && clusters.value.length === 0)
      return excluded(`no cluster that can be seen pulls with ${caller.name}`);
    if (!clusters.known && !caller.managedIdentity) return excluded(`${caller.name} is no managed identity`);
    const evidence = {
      clusters: clusters.known ? clusters.value.map(({ name }) => name) : "an unknown cluster",
      clusterIds: clusters.known ? clusters.value.map(({ id }) => id) : [],
      principalId: caller.principalId,
      operation: "pull",
      ...leastRole(symptom, registry),
      mode: registry.roleAssignmentMode ?? "not said",
    };
    const verdict = deniedVerdict(symptom, callerMay(symptom, { registry, caller, access }, now), evidence);
    if (clusters.known || verdict.verdict === "excluded") return verdict;
    return { verdict: "possible", evidence, notChecked: [clusters.gap.detail] };
  },
});
