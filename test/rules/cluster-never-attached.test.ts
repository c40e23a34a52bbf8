import { known } from "../../src/core/collected.ts";
import { clusterNeverAttached } from "../../src/rules/cluster-never-attached.ts";
import { clusterId, kubeletId, puller, pullerSnapshot } from "../facts.ts";
import { judges } from "./judges.ts";

judges(clusterNeverAttached, {
  "fails when the cluster needs no known registry and can pull from none": {
    given: pullerSnapshot({ needs: [], hasPullGrant: false }),
    gives: ["neverAttached"],
    outcome: "fail",
    message: "shop is not known to need a registry, and its kubelet identity can pull from none.",
    finding: { severity: "low" },
    command: `az tag update --resource-id ${clusterId} --operation Merge --tags acraudit-registries=none`,
  },
  "calls a service principal what it is": {
    given: pullerSnapshot({
      puller: puller({ identity: { kind: "servicePrincipal", clientId: "c", principalId: known(kubeletId) } }),
      needs: [],
      hasPullGrant: false,
    }),
    gives: ["neverAttached"],
    message: "shop is not known to need a registry, and its service principal can pull from none.",
  },
  "passes when it can pull from some registry": {
    given: pullerSnapshot({ needs: [], hasPullGrant: true }),
    gives: ["attached"],
    outcome: "pass",
  },
  "passes when it is known to need a registry": {
    given: pullerSnapshot({ hasPullGrant: false }),
    gives: ["attached"],
    outcome: "pass",
  },
  "does not apply to a cluster that is declared to need none": {
    given: pullerSnapshot({ puller: puller({ declaresNone: true }), needs: [], hasPullGrant: false }),
    gives: ["declaredNone"],
    outcome: "notApplicable",
  },
  "does not apply to other workloads": {
    given: pullerSnapshot({ puller: puller({ kind: "containerApp" }), needs: [], hasPullGrant: false }),
    gives: ["notACluster"],
    outcome: "notApplicable",
  },
});
