import { zoneEntries } from "../core/network/record-faults.ts";
import { isApproved, networkOfSubnet, type PrivateEndpoint } from "../core/network/registry-network.ts";
import { defineRule, type Judgement } from "../core/rule.ts";

const failures = {
  sameNetwork: {
    message: "<registry> has the <count> private endpoints <endpoints> in one virtual network.",
    remediation: {
      text: "Keep one endpoint of the registry in each network and delete the others, whose records overwrite each other.",
      cli: "az network private-endpoint delete --ids <endpointId>",
    },
  },
  sharedRecord: {
    message: "The private zone <zone> holds addresses of the <count> endpoints <endpoints> for <host>.",
    remediation: {
      text: "Give each network its own private zone, or let all of them use one endpoint; clients get either address now, whether they can route to it or not.",
      cli: "az network private-dns record-set a show --ids <recordId>",
    },
  },
  oneForAll: {
    message:
      "The private zone <zone> is for the networks of the <count> endpoints <endpoints>, and leads all of them to <held> for <host>.",
    remediation: {
      text: "Give each network its own private zone, or let all of them use one endpoint; the last that wrote the record is the one that every network is led to, whether it has a route there or not.",
      cli: "az network private-dns record-set a show --ids <recordId>",
    },
  },
} as const;

const statements = {
  apart: "<registry> has at most one private endpoint in each network and record.",
  few: "<registry> has fewer than two approved private endpoints.",
} as const;

export const privateEndpointsCollide = defineRule({
  id: "private-endpoints-collide",
  title: "Private endpoints of one registry collide",
  subject: "registry",
  severity: "medium",
  category: "network",
  needs: ["registry", "network", "endpoints", "zones"],

  why: "A name has one record in a zone. With two endpoints behind it, which one a client gets changes with the last write, so pulls work today and time out after an unrelated deployment.",
  failures,
  statements,
  references: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-private-link",
    "https://learn.microsoft.com/azure/private-link/private-endpoint-dns-integration",
  ],

  evaluate: ({ registry, network, endpoints, zones }) => {
    const shared = { registry: registry.name };
    const approved = network.connections.filter(isApproved).map(({ endpointId }) => endpointId.toLowerCase());
    if (approved.length < 2) return [{ outcome: "notApplicable", statement: "few", evidence: shared }];

    const visible = endpoints.filter(({ id }) => approved.includes(id.toLowerCase()));
    const judgements: Judgement<typeof failures, typeof statements>[] = [];
    for (const [networkId, group] of Map.groupBy(visible, networkOf)) {
      const last = group.at(-1);
      if (group.length < 2 || last === undefined) continue;
      const names = group.map(({ name }) => name);
      const evidence = { ...shared, count: group.length, endpoints: names, endpointId: last.id, networkId };
      judgements.push({ outcome: "fail", failure: "sameNetwork", about: networkId, evidence });
    }
    const { entries, unseen, gaps } = zoneEntries(registry, network, endpoints, zones);
    for (const { zone, host, recordName, found, expected, inside } of entries) {
      const held = new Set(expected.filter(({ address }) => found.includes(address)).map(({ endpoint }) => endpoint));
      const reached = new Set([...held].map(networkOf));
      const concerned = new Set([...held, ...inside.filter((one) => !reached.has(networkOf(one)))]);
      if (held.size === 0 || concerned.size < 2) continue;
      const namesOf = (some: ReadonlySet<PrivateEndpoint>) => [...some].map(({ name }) => name).toSorted();
      const recordId = `${zone.id}/A/${recordName}`;
      const about = recordId.toLowerCase();
      const evidence = {
        ...{ ...shared, zone: zone.name, host, recordId },
        ...{ count: concerned.size, endpoints: namesOf(concerned), held: namesOf(held) },
      };
      const failure = held.size > 1 ? "sharedRecord" : "oneForAll";
      judgements.push({ outcome: "fail", failure, about, evidence });
    }
    const detail = `${unseen.join(", ")} cannot be seen`;
    const [gap, ...more] = [
      ...gaps,
      ...(unseen.length > 0 ? [{ fact: "endpoints", reason: "notFound", detail } as const] : []),
    ];
    if (gap !== undefined) judgements.push({ outcome: "unknown", gaps: [gap, ...more] });
    return judgements.length > 0 ? judgements : [{ outcome: "pass", statement: "apart", evidence: shared }];
  },
});

function networkOf({ subnetId }: PrivateEndpoint): string {
  return networkOfSubnet(subnetId).toLowerCase();
}
