import { missing } from "../core/collected.ts";
import { counted } from "../core/counted.ts";
import { freeAddresses } from "../core/network/endpoint-subnet.ts";
import { isApproved, type PrivateEndpoint } from "../core/network/registry-network.ts";
import { parseResourceId } from "../core/resource-id.ts";
import { defineRule, type Judgement } from "../core/rule.ts";

const failures = {
  full: {
    message:
      "<registry> cannot get another replica: the subnet <subnet> of its <endpointsCounted> has <free> of <size> addresses free, and <needed> would be needed.",
    remediation: {
      // A range can be changed while nothing is in the subnet: https://learn.microsoft.com/azure/virtual-network/virtual-network-manage-subnet
      text: "Move something else out of the subnet, or make the endpoint anew in a wider one before you add a replica: Microsoft recommends /27 at least. The range of a subnet in use cannot be changed; the command lists what is in it.",
      cli: 'az network vnet subnet show --ids <subnetId> --query "ipConfigurations[].id"',
    },
  },
} as const;

const statements = {
  roomy: "<registry> has room for another replica in each subnet of its private endpoints.",
  none: "<registry> has no approved private endpoint.",
  noReplicas: "<registry> is in a service tier that has no replicas.",
} as const;

export const privateEndpointSubnetFull = defineRule({
  id: "private-endpoint-subnet-full",
  title: "Private endpoint's subnet has no room for a replica",
  subject: "registry",
  severity: "low",
  category: "network",
  needs: ["registry", "network", "endpoints", "endpointSubnets"],

  why: "A new replica takes an address in the subnet of every private endpoint of the registry. When one of them is full Azure rolls the whole replica back, and its error names neither subnet nor network.",
  failures,
  statements,
  references: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-private-endpoints",
    "https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq",
  ],

  evaluate: ({ registry, network, endpoints, endpointSubnets }) => {
    const shared = { registry: registry.name };
    if (registry.sku.toLowerCase() !== "premium")
      return [{ outcome: "notApplicable", statement: "noReplicas", evidence: shared }];
    const approved = network.connections.filter(isApproved);
    if (approved.length === 0) return [{ outcome: "notApplicable", statement: "none", evidence: shared }];

    const ids = new Set(approved.map(({ endpointId }) => endpointId.toLowerCase()));
    const visible = endpoints.filter(({ id }) => ids.has(id.toLowerCase()));
    const subnets = new Map(endpointSubnets.map((subnet) => [subnet.id.toLowerCase(), subnet]));
    const judgements: Judgement<typeof failures, typeof statements>[] = [];
    for (const [about, group] of Map.groupBy(visible, ({ subnetId }) => subnetId.toLowerCase())) {
      const { id, addresses } = subnets.get(about) ?? { id: about, addresses: missing(notVisible(about)) };
      if (!addresses.known) {
        judgements.push({ outcome: "unknown", about, gaps: [addresses.gap] });
        continue;
      }
      const free = freeAddresses(addresses.value);
      const needed = group.map(addressesOfReplica).reduce((sum, one) => sum + one, 0);
      if (free >= needed) continue;
      if (addresses.value.dualStack) {
        const detail = `some of the ${addresses.value.used} addresses in use in ${id} may be of IPv6`;
        judgements.push({
          outcome: "unknown",
          about,
          gaps: [{ fact: "endpoint-subnets", reason: "malformed", detail }],
        });
        continue;
      }
      const { size, used } = addresses.value;
      const endpointNames = group.map(({ name }) => name);
      const place = { subnet: parseResourceId(id)?.name ?? id, subnetId: id };
      const evidence = {
        ...shared,
        ...place,
        endpoints: endpointNames,
        endpointsCounted: counted(group.length, "private endpoint"),
        size,
        used,
        free,
        needed,
      };
      judgements.push({ outcome: "fail", failure: "full", about, evidence });
    }
    const seen = new Set(visible.map(({ id }) => id.toLowerCase()));
    const unseen = approved.filter(({ endpointId }) => !seen.has(endpointId.toLowerCase()));
    if (unseen.length > 0) {
      const detail = `${unseen.map(({ endpointId, name }) => endpointId || name).join(", ")} cannot be seen`;
      judgements.push({ outcome: "unknown", gaps: [{ fact: "endpoints", reason: "notFound", detail }] });
    }
    return judgements.length > 0 ? judgements : [{ outcome: "pass", statement: "roomy", evidence: shared }];
  },
});

/** One for the replica's layers, and one for its own name where the registry has regional endpoints. */
function addressesOfReplica({ addresses }: PrivateEndpoint): number {
  return addresses.some(({ host }) => /^[^.]+\.[^.]+\.geo\./i.test(host)) ? 2 : 1;
}

function notVisible(subnetId: string) {
  return { fact: "endpoint-subnets", reason: "notFound", detail: `${subnetId} is not visible` } as const;
}
