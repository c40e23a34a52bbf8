import { known, missing } from "../../src/core/collected.ts";
import { privateRecordBroken } from "../../src/rules/private-record-broken.ts";
import {
  connection,
  endpoint,
  endpointId,
  forbidden,
  hubId,
  networkSettings,
  registrySnapshot,
  subscriptionId,
  zone,
  zoneId,
} from "../facts.ts";
import { judges } from "./judges.ts";

const zones = (...records: Parameters<typeof zone>[0][]) => ({ zones: known(records.map((changes) => zone(changes))) });
const login = { contoso: ["10.0.1.5"] };
const data = { "contoso.westeurope.data": ["10.0.1.4"] };

const regional = { id: `${zoneId}2`, name: "westeurope.data.privatelink.azurecr.io" };
const otherId = hubId.replace("/hub", "/other");
const twoEndpoints = {
  settings: known(networkSettings({ connections: [connection(), connection("Approved", `${endpointId}2`)] })),
  endpoints: known([
    endpoint(),
    endpoint({
      id: `${endpointId}2`,
      name: "pe-other",
      subnetId: `${otherId}/subnets/endpoints`,
      addresses: [
        { host: "contoso.azurecr.io", address: "10.1.1.5" },
        { host: "contoso.westeurope.data.azurecr.io", address: "10.1.1.4" },
      ],
    }),
  ]),
};

judges(privateRecordBroken, {
  "passes when every host leads to the endpoint": {
    given: registrySnapshot(),
    gives: ["right"],
    message: "The private zones that know contoso lead to its endpoints.",
  },
  "fails when the data endpoint has no record": {
    given: registrySnapshot({}, zones({ records: login })),
    gives: ["missing"],
    message:
      "The private zone privatelink.azurecr.io has no record contoso.westeurope.data for contoso.westeurope.data.azurecr.io, which is 10.0.1.4 on the endpoint pe-contoso.",
    finding: { severity: "high", about: `${zoneId}/A/contoso.westeurope.data`.toLowerCase() },
    command: `az network private-dns record-set a add-record --subscription ${subscriptionId} --resource-group rg-network --zone-name privatelink.azurecr.io --record-set-name contoso.westeurope.data --ipv4-address 10.0.1.4`,
  },
  "passes when a zone for the region's data has the record instead": {
    given: registrySnapshot({}, zones({ records: login }, { ...regional, records: { contoso: ["10.0.1.4"] } })),
    gives: ["right"],
  },
  "fails when a zone for the region's data stands before the right record": {
    given: registrySnapshot({}, zones({}, { ...regional, records: {} })),
    gives: ["missing"],
    finding: { about: `${zoneId}2/A/contoso`.toLowerCase() },
  },
  "passes when that zone is linked where nobody asks for the registry": {
    given: registrySnapshot(
      {},
      zones({}, { ...regional, records: {}, links: [{ networkId: otherId, fallsBack: false }] }),
    ),
    gives: ["right"],
  },
  "passes when a wildcard leads to the endpoint": {
    given: registrySnapshot({}, zones({ records: { "*": ["10.0.1.5"], ...data } })),
    gives: ["right"],
  },
  "cannot tell where a record leads on to another name": {
    given: registrySnapshot(
      {},
      {
        zones: known([
          {
            ...zone(),
            records: known([
              { name: "contoso", addresses: [], alias: "acr.corp.example" },
              { name: "contoso.westeurope.data", addresses: ["10.0.1.4"] },
            ]),
          },
        ]),
      },
    ),
    gives: ["unknown"],
  },
  "names of two addresses the wrong one": {
    given: registrySnapshot({}, zones({ records: { contoso: ["10.0.1.5", "10.0.1.99"], ...data } })),
    gives: ["wrong"],
    message:
      "The private zone privatelink.azurecr.io sends contoso.azurecr.io to 10.0.1.99, but the approved endpoints have 10.0.1.5.",
  },
  "names the endpoint that the zone has other records of": {
    given: registrySnapshot(
      {},
      {
        ...twoEndpoints,
        ...zones({ links: [], records: { contoso: ["10.1.1.5"] } }),
      },
    ),
    gives: ["missing"],
    message:
      "The private zone privatelink.azurecr.io has no record contoso.westeurope.data for contoso.westeurope.data.azurecr.io, which is 10.1.1.4 on the endpoint pe-other.",
  },
  "names the endpoint in the network that is linked, where the zone has records of none": {
    given: registrySnapshot(
      {},
      {
        ...twoEndpoints,
        ...zones({ links: [{ networkId: otherId, fallsBack: false }], records: { contoso: ["10.9.9.9"] } }),
      },
    ),
    gives: ["wrong", "missing"],
    command: `az resource update --ids ${zoneId}/A/contoso --api-version 2020-06-01 --set 'properties.aRecords=[{"ipv4Address":"10.1.1.5"}]'`,
  },
  "fails when the login server has no record": {
    given: registrySnapshot({}, zones({ records: data })),
    gives: ["missing"],
  },
  "fails when a record leads elsewhere": {
    given: registrySnapshot({}, zones({ records: { ...data, contoso: ["10.0.9.9"] } })),
    gives: ["wrong"],
    message:
      "The private zone privatelink.azurecr.io sends contoso.azurecr.io to 10.0.9.9, but the approved endpoints have 10.0.1.5.",
  },
  "fails when one of two addresses is of an endpoint that is gone": {
    given: registrySnapshot({}, zones({ records: { ...data, contoso: ["10.0.1.5", "10.0.9.9"] } })),
    gives: ["wrong"],
  },
  "judges each zone on its own": {
    given: registrySnapshot(
      {},
      zones({}, { id: `${zoneId}2`, records: { ...login, "contoso.westeurope.data": ["10.9.9.9"] } }),
    ),
    gives: ["wrong"],
    finding: { about: `${zoneId}2/A/contoso.westeurope.data`.toLowerCase() },
  },
  "leaves a zone alone that is for other registries": {
    given: registrySnapshot({}, zones({}, { id: `${zoneId}2`, records: { contoso2: ["10.8.8.8"] } })),
    gives: ["right"],
  },
  "cannot tell of wrong records while an endpoint is not visible": {
    given: registrySnapshot(
      {},
      {
        ...zones({ records: { ...data, contoso: ["10.0.9.9"] } }),
        settings: known(
          networkSettings({ connections: [connection(), connection("Approved", `${endpointId}-hidden`)] }),
        ),
      },
    ),
    gives: ["unknown"],
    undecided: "all",
  },
  "cannot tell when no zone is visible": { given: registrySnapshot({}, zones()), gives: ["unknown"] },
  "cannot tell when the records could not be read": {
    given: registrySnapshot({}, { zones: known([{ ...zone(), records: missing(forbidden) }]) }),
    gives: ["unknown"],
  },
  "fails when the endpoint has no address for a replica": {
    given: registrySnapshot({}, { replicas: known(["northeurope"]) }),
    gives: ["regionNotOnEndpoint"],
    message: "contoso has a replica in northeurope, but its endpoint pe-contoso has no address for it.",
    finding: { severity: "medium" },
  },
  "passes when it has one, with a record": {
    given: registrySnapshot(
      {},
      {
        replicas: known(["northeurope"]),
        endpoints: known([
          endpoint({
            addresses: [...endpoint().addresses, { host: "contoso.northeurope.data.azurecr.io", address: "10.0.1.6" }],
          }),
        ]),
        ...zones({ records: { ...login, ...data, "contoso.northeurope.data": ["10.0.1.6"] } }),
      },
    ),
    gives: ["right"],
  },
  "does not apply without an approved endpoint": {
    given: registrySnapshot({}, { settings: known(networkSettings({ connections: [connection("Pending")] })) }),
    gives: ["none"],
    outcome: "notApplicable",
  },
});
