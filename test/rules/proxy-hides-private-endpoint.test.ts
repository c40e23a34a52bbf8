import { known, missing } from "../../src/core/collected.ts";
import { proxyHidesPrivateEndpoint } from "../../src/rules/proxy-hides-private-endpoint.ts";
import {
  connection,
  forbidden,
  need,
  networkSettings,
  pullerSnapshot,
  registryId,
  registryNetwork,
  subscriptionId,
  vantage,
} from "../facts.ts";
import { judges } from "./judges.ts";

const behind = (noProxy: readonly string[], one = need()) =>
  pullerSnapshot({ needs: [one], vantage: vantage({ proxy: { noProxy } }) });
const about = registryId.toLowerCase();

judges(proxyHidesPrivateEndpoint, {
  "fails when noProxy leaves the registry out": {
    given: behind(["localhost", "10.0.0.0/8"]),
    gives: ["notBypassed"],
    message:
      "shop sends contoso.azurecr.io, contoso.westeurope.data.azurecr.io through its proxy, past the private endpoint of contoso.",
    finding: { severity: "medium", about },
    command: `az aks update --subscription ${subscriptionId} --resource-group rg-aks --name shop --http-proxy-config proxy.json`,
  },
  "fails when noProxy leaves only the data endpoint out": {
    given: behind(["contoso.azurecr.io"]),
    gives: ["notBypassed"],
    message: "shop sends contoso.westeurope.data.azurecr.io through its proxy, past the private endpoint of contoso.",
  },
  "passes when noProxy holds all hosts": {
    given: behind(["contoso.azurecr.io", ".data.azurecr.io"]),
    gives: ["bypassed"],
    message: "shop asks contoso past its proxy.",
  },
  "does not apply where no endpoint is approved": {
    given: behind(
      [],
      need({
        network: registryNetwork({ settings: known(networkSettings({ connections: [connection("Pending")] })) }),
      }),
    ),
    gives: ["noEndpoint"],
    outcome: "notApplicable",
  },
  "cannot tell when the registry could not be read": {
    given: behind([], need({ registry: missing(forbidden) })),
    gives: ["unknown"],
    undecided: [about],
  },
  "cannot tell when its network settings could not be read": {
    given: behind([], need({ network: registryNetwork({ settings: missing(forbidden) }) })),
    gives: ["unknown"],
  },
  "does not apply without a proxy": { given: pullerSnapshot(), gives: ["noProxy"], outcome: "notApplicable" },
  "does not apply to a puller without a registry": {
    given: pullerSnapshot({ needs: [], vantage: vantage({ proxy: { noProxy: [] } }) }),
    gives: ["noneNeeded"],
  },
});
