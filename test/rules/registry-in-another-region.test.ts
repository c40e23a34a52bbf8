import { known, missing } from "../../src/core/collected.ts";
import { registryInAnotherRegion } from "../../src/rules/registry-in-another-region.ts";
import {
  forbidden,
  need,
  puller,
  pullerSnapshot,
  registry,
  registryNetwork,
  subscriptionId,
  vantage,
} from "../facts.ts";
import { judges } from "./judges.ts";

const inNorth = vantage({ location: "northeurope" });

judges(registryInAnotherRegion, {
  "fails when neither the registry nor a replica is in the puller's region": {
    given: pullerSnapshot({ vantage: inNorth }),
    gives: ["far"],
    message: "shop is in northeurope and pulls from contoso, which is in westeurope.",
    finding: { severity: "low" },
    command: `az acr replication create --subscription ${subscriptionId} --registry contoso --location northeurope`,
  },
  "fails below Premium, which has no replicas": {
    given: pullerSnapshot({ vantage: inNorth, needs: [need({ registry: known(registry({ sku: "Standard" })) })] }),
    gives: ["farBelowPremium"],
  },
  "passes when a replica is there": {
    given: pullerSnapshot({
      vantage: inNorth,
      needs: [need({ network: registryNetwork({ replicas: known(["northeurope"]) }) })],
    }),
    gives: ["near"],
  },
  "passes in the same region, however it is written": {
    given: pullerSnapshot({
      needs: [
        need({
          registry: known(registry({ location: "West Europe" })),
          network: registryNetwork({ replicas: missing(forbidden) }),
        }),
      ],
    }),
    gives: ["near"],
    message: "shop and contoso are in westeurope.",
  },
  "cannot tell when the replicas could not be read": {
    given: pullerSnapshot({
      vantage: inNorth,
      needs: [need({ network: registryNetwork({ replicas: missing(forbidden) }) })],
    }),
    gives: ["unknown"],
  },
  "cannot tell of a registry that could not be read": {
    given: pullerSnapshot({ needs: [need({ registry: missing(forbidden) })] }),
    gives: ["unknown"],
  },
  "does not apply to a connected registry, which stands on premises": {
    given: pullerSnapshot({ puller: puller({ kind: "connectedRegistry" }), vantage: vantage({ location: "" }) }),
    gives: ["outside"],
    outcome: "notApplicable",
  },
  "cannot tell of a puller that does not say its region": {
    given: pullerSnapshot({ vantage: vantage({ location: "" }) }),
    gives: ["unknown"],
  },
  "does not apply to a puller without a registry": {
    given: pullerSnapshot({ needs: [] }),
    gives: ["noneNeeded"],
    outcome: "notApplicable",
  },
});
