import { known, missing } from "../../src/core/collected.ts";
import { privateEndpointsCollide } from "../../src/rules/private-endpoints-collide.ts";
import {
  connection,
  endpoint,
  endpointId,
  forbidden,
  hubId,
  networkSettings,
  registrySnapshot,
  zone,
  zoneId,
} from "../facts.ts";
import { judges } from "./judges.ts";

const spokeId = hubId.replace("/hub", "/spoke");
const second = (networkId: string) =>
  endpoint({
    id: `${endpointId}2`,
    name: "pe-contoso2",
    subnetId: `${networkId}/subnets/endpoints`,
    addresses: [{ host: "contoso.azurecr.io", address: "10.1.1.5" }],
  });
const two = {
  settings: known(networkSettings({ connections: [connection(), connection("Approved", `${endpointId}2`)] })),
};
const apart = { ...two, endpoints: known([endpoint(), second(spokeId)]) };

const bothNetworks = [hubId, spokeId].map((networkId) => ({ networkId, fallsBack: false }));

judges(privateEndpointsCollide, {
  "fails when two endpoints are in one network": {
    given: registrySnapshot({}, { ...two, endpoints: known([endpoint(), second(hubId)]) }),
    gives: ["sameNetwork"],
    message: "contoso has the 2 private endpoints pe-contoso, pe-contoso2 in one virtual network.",
    finding: { severity: "medium", about: hubId.toLowerCase() },
    command: `az network private-endpoint delete --ids ${endpointId}2`,
  },
  "passes when they are in different networks and records": {
    given: registrySnapshot({}, apart),
    gives: ["apart"],
  },
  "fails when one record holds addresses of both": {
    given: registrySnapshot({}, { ...apart, zones: known([zone({ records: { contoso: ["10.0.1.5", "10.1.1.5"] } })]) }),
    gives: ["sharedRecord"],
    finding: { about: `${zoneId}/A/contoso`.toLowerCase() },
  },
  "fails when both have one name, in two resource groups": {
    given: registrySnapshot(
      {},
      {
        ...two,
        endpoints: known([endpoint(), { ...second(spokeId), name: "pe-contoso" }]),
        zones: known([zone({ records: { contoso: ["10.0.1.5", "10.1.1.5"] } })]),
      },
    ),
    gives: ["sharedRecord"],
  },
  "passes when each has a zone of its own": {
    given: registrySnapshot(
      {},
      {
        ...apart,
        zones: known([
          zone(),
          zone({
            id: `${zoneId}2`,
            links: [{ networkId: spokeId, fallsBack: false }],
            records: { contoso: ["10.1.1.5"] },
          }),
        ]),
      },
    ),
    gives: ["apart"],
  },
  "fails when the networks of both share a zone that leads to one": {
    given: registrySnapshot({}, { ...apart, zones: known([zone({ links: bothNetworks })]) }),
    gives: ["oneForAll"],
    message:
      "The private zone privatelink.azurecr.io is for the networks of the 2 endpoints pe-contoso, pe-contoso2, and leads all of them to pe-contoso for contoso.azurecr.io.",
    finding: { about: `${zoneId}/A/contoso`.toLowerCase() },
  },
  "passes when the other network asks a more specific zone": {
    given: registrySnapshot(
      {},
      {
        ...apart,
        zones: known([
          zone({ links: bothNetworks }),
          zone({
            ...{ id: `${zoneId}2`, name: "contoso.privatelink.azurecr.io" },
            links: [{ networkId: spokeId, fallsBack: false }],
            records: { "@": ["10.1.1.5"] },
          }),
        ]),
      },
    ),
    gives: ["apart"],
  },
  "cannot tell while one of them is not visible": {
    given: registrySnapshot({}, two),
    gives: ["unknown"],
  },
  "cannot tell while records could not be read": {
    given: registrySnapshot({}, { ...apart, zones: known([{ ...zone(), records: missing(forbidden) }]) }),
    gives: ["unknown"],
  },
  "does not apply to one endpoint, or to a second that is not approved": {
    given: registrySnapshot(
      {},
      {
        settings: known(networkSettings({ connections: [connection(), connection("Pending", `${endpointId}2`)] })),
        endpoints: known([endpoint(), second(hubId)]),
      },
    ),
    gives: ["few"],
    outcome: "notApplicable",
  },
});
