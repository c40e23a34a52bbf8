import { type Collected, known, missing } from "../../src/core/collected.ts";
import type { Registry } from "../../src/core/facts.ts";
import type { SubnetAddresses } from "../../src/core/network/endpoint-subnet.ts";
import type { PrivateEndpoint } from "../../src/core/network/registry-network.ts";
import { privateEndpointSubnetFull } from "../../src/rules/private-endpoint-subnet-full.ts";
import { connection, endpoint, endpointId, forbidden, hubId, networkSettings, registrySnapshot } from "../facts.ts";
import { judges } from "./judges.ts";

const subnetId = `${hubId}/subnets/endpoints`;
const otherId = `${hubId.replace("/hub", "/spoke")}/subnets/Endpoints`;

/** A subnet of 16 addresses, 11 of which can be had. */
const subnet = (used: number, changes: Partial<SubnetAddresses> = {}) =>
  known({ size: 16, used, dualStack: false, ...changes });
const second = (changes: Partial<PrivateEndpoint> = {}) =>
  endpoint({ id: `${endpointId}2`, name: "pe-contoso2", ...changes });
const regional = endpoint({
  addresses: [...endpoint().addresses, { host: "contoso.westeurope.geo.azurecr.io", address: "10.0.1.6" }],
});

function given(
  subnets: Readonly<Record<string, Collected<SubnetAddresses>>>,
  endpoints: readonly PrivateEndpoint[] = [endpoint()],
  { status = "Approved", ...changes }: Partial<Registry> & { status?: string } = {},
) {
  const connections = endpoints.map(({ id }) => connection(status, id));
  const around = { settings: known(networkSettings({ connections })), endpoints: known(endpoints) };
  const snapshot = registrySnapshot(changes, around);
  const endpointSubnets = Object.entries(subnets).map(([id, addresses]) => ({ id, addresses }));
  return { ...snapshot, facts: { ...snapshot.facts, endpointSubnets: known(endpointSubnets) } };
}

judges(privateEndpointSubnetFull, {
  "fails when all addresses are in use": {
    given: given({ [subnetId]: subnet(11) }),
    gives: ["full"],
    message:
      "contoso cannot get another replica: the subnet endpoints of its 1 private endpoint has 0 of 16 addresses free, and 1 would be needed.",
    finding: { severity: "low", about: subnetId.toLowerCase() },
    command: `az network vnet subnet show --ids ${subnetId} --query "ipConfigurations[].id"`,
  },
  "passes with one address left": {
    given: given({ [subnetId]: subnet(10) }),
    gives: ["roomy"],
    message: "contoso has room for another replica in each subnet of its private endpoints.",
  },
  "fails with one address left for two endpoints in the subnet": {
    given: given({ [subnetId]: subnet(10) }, [endpoint(), second({ subnetId: subnetId.toUpperCase() })]),
    gives: ["full"],
    finding: { about: subnetId.toLowerCase() },
    message:
      "contoso cannot get another replica: the subnet endpoints of its 2 private endpoints has 1 of 16 addresses free, and 2 would be needed.",
  },
  "passes with two left for both": {
    given: given({ [subnetId]: subnet(9) }, [endpoint(), second()]),
    gives: ["roomy"],
  },
  "fails with one address left where a replica takes one for its regional endpoint too": {
    given: given({ [subnetId]: subnet(10) }, [regional]),
    gives: ["full"],
  },
  "passes with two left there": { given: given({ [subnetId]: subnet(9) }, [regional]), gives: ["roomy"] },
  "judges each subnet on its own": {
    given: given({ [subnetId]: subnet(3), [otherId]: subnet(11) }, [endpoint(), second({ subnetId: otherId })]),
    gives: ["full"],
    finding: { about: otherId.toLowerCase() },
    undecided: [],
  },
  "passes a dual-stack subnet with room, whatever is of IPv6": {
    given: given({ [subnetId]: subnet(10, { dualStack: true }) }),
    gives: ["roomy"],
  },
  "cannot tell of one that seems full, because addresses of IPv6 are among those in use": {
    given: given({ [subnetId]: subnet(11, { dualStack: true }) }),
    gives: ["unknown"],
    undecided: [subnetId.toLowerCase()],
  },
  "cannot tell of a subnet whose addresses are not known": {
    given: given({ [subnetId]: missing(forbidden) }),
    gives: ["unknown"],
    undecided: [subnetId.toLowerCase()],
  },
  "cannot tell of a subnet that is not listed": {
    given: given({}),
    gives: ["unknown"],
    undecided: [subnetId.toLowerCase()],
  },
  "fails for one subnet although another one is not listed": {
    given: given({ [otherId]: subnet(11) }, [endpoint(), second({ subnetId: otherId })]),
    gives: ["unknown", "full"],
    outcome: "fail",
    undecided: [subnetId.toLowerCase()],
  },
  "cannot tell while an endpoint is not visible": {
    given: registrySnapshot({}, { endpoints: known([]) }),
    gives: ["unknown"],
    undecided: "all",
  },
  "does not apply to an endpoint that is not approved": {
    given: given({ [subnetId]: subnet(11) }, [endpoint()], { status: "Pending" }),
    gives: ["none"],
    outcome: "notApplicable",
  },
  "does not apply in a tier without replicas": {
    given: given({ [subnetId]: subnet(11) }, [endpoint()], { sku: "Standard" }),
    gives: ["noReplicas"],
    outcome: "notApplicable",
  },
});
