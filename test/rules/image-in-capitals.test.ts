import { known } from "../../src/core/collected.ts";
import { imageInCapitals } from "../../src/rules/image-in-capitals.ts";
import { pullerSnapshot } from "../facts.ts";
import { workloadSnapshot } from "../workload-facts.ts";
import { judges } from "./judges.ts";

judges(imageInCapitals, {
  "notes capital letters": {
    given: workloadSnapshot({ unknownHosts: known([]), capitalised: ["Contoso.azurecr.io/shop/orders:2.1"] }),
    gives: ["capitals"],
    finding: { severity: "info", about: "contoso.azurecr.io" },
    message: "orders pulls Contoso.azurecr.io/shop/orders:2.1, written with capital letters.",
    command: "az acr repository list --name contoso --output table",
  },
  "passes where all is in lower case": {
    given: workloadSnapshot({ unknownHosts: known([]) }),
    gives: ["lower"],
    outcome: "pass",
  },
  "does not apply to clusters": { given: pullerSnapshot(), gives: ["notVisible"], outcome: "notApplicable" },
});
