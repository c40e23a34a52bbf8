import { known } from "../../src/core/collected.ts";
import { registryWithoutWayIn } from "../../src/rules/registry-without-way-in.ts";
import {
  connection,
  endpointId,
  hubId,
  networkSettings,
  registryId,
  registrySnapshot,
  subscriptionId,
} from "../facts.ts";
import { judges } from "./judges.ts";

const enabled = { value: "Enabled", said: true } as const;
const off = { value: false, said: true };
const allow = { value: "Allow", said: true } as const;
const settings = (changes: Parameters<typeof networkSettings>[0]) => ({
  settings: known(networkSettings({ connections: [], ...changes })),
});

judges(registryWithoutWayIn, {
  "fails when public access is off and there is no endpoint": {
    given: registrySnapshot({}, settings({ trustedServices: off })),
    gives: ["publicAccessOff"],
    message: "contoso has public access turned off and no approved private endpoint.",
    finding: { severity: "critical" },
  },
  "is milder where trusted services get in, for which the registry may be meant": {
    given: registrySnapshot({}, settings({})),
    gives: ["publicAccessOff"],
    finding: { severity: "medium" },
  },
  "fails when the only endpoint waits for approval": {
    given: registrySnapshot({}, settings({ trustedServices: off, connections: [connection("Pending")] })),
    gives: ["notApproved"],
    message: "contoso has public access turned off, and its private endpoint connection contoso.1 waits for approval.",
    finding: { severity: "critical" },
    command: `az acr private-endpoint-connection approve --subscription ${subscriptionId} --registry-name contoso --name contoso.1`,
  },
  "leaves the choice where several wait": {
    given: registrySnapshot(
      {},
      settings({
        connections: [connection("Pending"), { ...connection("Pending", `${endpointId}2`), name: "contoso.2" }],
      }),
    ),
    gives: ["noneApproved"],
    message:
      "contoso has public access turned off, and its private endpoint connections contoso.1, contoso.2 wait for approval.",
    command: `az acr private-endpoint-connection approve --subscription ${subscriptionId} --registry-name contoso --name CONNECTION_NAME`,
  },
  "fails when the only endpoint is rejected, which nobody can approve": {
    given: registrySnapshot({}, settings({ connections: [connection("Rejected")] })),
    gives: ["publicAccessOff"],
    command: `az network private-endpoint create --subscription SUBSCRIPTION_OF_THE_NETWORK --resource-group RESOURCE_GROUP --location LOCATION_OF_THE_NETWORK --name pe-contoso-2 --subnet SUBNET_ID --private-connection-resource-id ${registryId} --group-id registry --connection-name pe-contoso-2`,
  },
  "fails when public access is off although there are rules": {
    given: registrySnapshot({}, settings({ ipRules: ["203.0.113.10"] })),
    gives: ["publicAccessOff"],
  },
  "passes when an endpoint is approved": {
    given: registrySnapshot(),
    gives: ["wayIn"],
    message: "contoso can be reached: 1 approved private endpoint.",
  },
  "fails when everybody is denied and there is no rule": {
    given: registrySnapshot({}, settings({ publicNetworkAccess: enabled, trustedServices: off })),
    gives: ["noRule"],
    finding: { severity: "high" },
    command: `az acr network-rule add --subscription ${subscriptionId} --name contoso --ip-address IP_ADDRESS_OR_RANGE`,
  },
  "passes when there is an IP rule": {
    given: registrySnapshot({}, settings({ publicNetworkAccess: enabled, ipRules: ["203.0.113.10"] })),
    gives: ["wayIn"],
    message: "contoso can be reached: 1 network rule.",
  },
  "passes when there is a virtual network rule": {
    given: registrySnapshot(
      {},
      { ...settings({ publicNetworkAccess: enabled }), virtualNetworkRules: known([`${hubId}/subnets/nodes`]) },
    ),
    gives: ["wayIn"],
  },
  "passes when everyone gets in": {
    given: registrySnapshot({}, settings({ publicNetworkAccess: enabled, defaultAction: allow })),
    gives: ["wayIn"],
    message: "contoso can be reached: from everywhere.",
  },
});
