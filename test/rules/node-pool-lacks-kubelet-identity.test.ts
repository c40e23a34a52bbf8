import { known, missing } from "../../src/core/collected.ts";
import type { NodePool, Puller } from "../../src/core/facts.ts";
import { nodePoolLacksKubeletIdentity } from "../../src/rules/node-pool-lacks-kubelet-identity.ts";
import { forbidden, puller, pullerSnapshot, subscriptionScope } from "../facts.ts";
import { judges } from "./judges.ts";

const kubelet = `${subscriptionScope}/resourceGroups/mc/providers/Microsoft.ManagedIdentity/userAssignedIdentities/shop-agentpool`;
const pool = (name: string, ...identityIds: readonly string[]): NodePool => ({
  id: `${subscriptionScope}/resourceGroups/mc/providers/Microsoft.Compute/virtualMachineScaleSets/${name}`,
  name,
  identityIds,
});
const cluster = (...pools: readonly NodePool[]) => clusterWith({}, ...pools);
const clusterWith = (changes: Partial<Puller>, ...pools: readonly NodePool[]) => {
  const { identity } = puller();
  return pullerSnapshot({
    puller: puller({ identity: { ...identity, resourceId: kubelet }, nodePools: known(pools), ...changes }),
  });
};
const unseen = (ofScaleSet: boolean) => ({ unseenPools: [{ name: "work", ofScaleSet }] });

judges(nodePoolLacksKubeletIdentity, {
  "passes when every scale set carries it, in whatever case": {
    given: cluster(pool("system", kubelet), pool("work", kubelet.toUpperCase())),
    gives: ["carried"],
    outcome: "pass",
  },
  "fails when one of them lacks it": {
    given: cluster(pool("system", kubelet), pool("work", `${kubelet}-old`)),
    gives: ["lacking"],
    message: `shop pulls as ${kubelet}, which the scale sets of its pools work do not carry.`,
    finding: { severity: "high" },
    command:
      "az aks update --subscription 50000000-0000-4000-8000-000000000001 --resource-group rg-aks --name shop --yes",
  },
  "is unknown when the scale set of a pool is not visible": {
    given: clusterWith(unseen(true), pool("system", kubelet)),
    gives: ["unknown"],
    outcome: "unknown",
  },
  "passes when another pool is not made of a scale set": {
    given: clusterWith(unseen(false), pool("system", kubelet)),
    gives: ["carried"],
    outcome: "pass",
  },
  "fails when one lacks it and another is not visible, which leaves the rest open": {
    given: clusterWith(unseen(true), pool("system", `${kubelet}-old`)),
    gives: ["lacking", "unknown"],
    outcome: "fail",
    undecided: "all",
  },
  "passes when an id ends in a slash": {
    given: cluster(pool("system", `${kubelet}/`)),
    gives: ["carried"],
    outcome: "pass",
  },
  "is unknown when the scale sets are not known": {
    given: pullerSnapshot({
      puller: puller({ identity: { ...puller().identity, resourceId: kubelet }, nodePools: missing(forbidden) }),
    }),
    gives: ["unknown"],
  },
  "does not apply to a cluster without scale sets": { given: cluster(), gives: ["noScaleSets"] },
  "is unknown when the cluster does not say the id of its kubelet identity": {
    given: pullerSnapshot({ puller: puller({ nodePools: known([pool("system", kubelet)]) }) }),
    gives: ["unknown"],
  },
  "does not apply to a cluster with a service principal": {
    given: pullerSnapshot({
      puller: puller({
        identity: { ...puller().identity, kind: "servicePrincipal" },
        nodePools: known([pool("system")]),
      }),
    }),
    gives: ["noScaleSets"],
  },
  "does not apply to what has no node pools": { given: pullerSnapshot(), gives: ["noScaleSets"] },
});
