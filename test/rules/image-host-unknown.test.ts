import { known, missing } from "../../src/core/collected.ts";
import { imageHostUnknown } from "../../src/rules/image-host-unknown.ts";
import { forbidden, pullerSnapshot } from "../facts.ts";
import { workloadSnapshot } from "../workload-facts.ts";
import { judges } from "./judges.ts";

const images = (host: string) => [`${host}/shop/orders:2.1`];
const gone = { host: "fabrikam.azurecr.io", images: images("fabrikam.azurecr.io") };
const misspelt = { host: "contoso.azureacr.io", images: images("contoso.azureacr.io"), nearest: "contoso.azurecr.io" };

judges(imageHostUnknown, {
  "fails when no registry of that name is visible": {
    given: workloadSnapshot({ unknownHosts: known([gone]) }),
    gives: ["notThere"],
    finding: { severity: "medium", about: "fabrikam.azurecr.io" },
    message:
      "orders pulls fabrikam.azurecr.io/shop/orders:2.1, but no registry fabrikam.azurecr.io is visible in this tenant.",
    command: "az acr check-name --name fabrikam",
  },
  "is high when a registry that is there may be meant": {
    given: workloadSnapshot({ unknownHosts: known([misspelt, gone]) }),
    gives: ["misspelt", "notThere"],
    finding: { severity: "high", about: "contoso.azureacr.io" },
    command: "az acr repository list --name contoso --output table",
  },
  "passes when all are there": {
    given: workloadSnapshot({ unknownHosts: known([]) }),
    gives: ["known"],
    outcome: "pass",
  },
  "is unknown when not all registries can be seen": {
    given: workloadSnapshot({ unknownHosts: missing(forbidden) }),
    gives: ["unknown"],
  },
  "does not apply to clusters": { given: pullerSnapshot(), gives: ["notVisible"], outcome: "notApplicable" },
});
