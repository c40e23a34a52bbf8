import { dataRegionOf } from "../core/network/host-names.ts";
import { zoneEntries } from "../core/network/record-faults.ts";
import { isApproved, type PrivateEndpoint } from "../core/network/registry-network.ts";
import { approve } from "../core/remedy/network/approve-connection.ts";
import { addRecord, recordEvidence, setRecord } from "../core/remedy/network/write-record.ts";
import { parseResourceId } from "../core/resource-id.ts";
import { defineRule, type Judgement } from "../core/rule.ts";

const failures = {
  missing: {
    message:
      "The private zone <zone> has no record <record> for <host>, which is <expected> on the endpoint <endpoint>.",
    remediation: {
      text: "Add the record, or let a zone group of the endpoint keep all of them if it has none yet; networks with this zone get no answer for the name until then.",
      cli: addRecord.cli,
    },
  },
  wrong: {
    message: "The private zone <zone> sends <host> to <found>, but the approved endpoints have <expected>.",
    remediation: {
      text: "Let the record have what the endpoints have, and nothing else.",
      cli: setRecord.cli,
    },
  },
  regionNotOnEndpoint: {
    message: "<registry> has a replica in <region>, but its endpoint <endpoint> has no address for it.",
    remediation: {
      text: "Approve the endpoint's connection again, which gives it the address, then add the record.",
      cli: approve.cli,
    },
  },
} as const;

const statements = {
  right: "The private zones that know <registry> lead to its endpoints.",
  none: "<registry> has no approved private endpoint.",
} as const;

export const privateRecordBroken = defineRule({
  id: "private-record-broken",
  title: "Private zone leads past the endpoint",
  subject: "registry",
  severity: "high",
  category: "network",
  needs: ["registry", "network", "endpoints", "zones", "replicas"],

  why: "In networks with this zone the name does not exist or leads to nobody: pulls time out or cannot find the host. A missing data record is worse to see, because logins work and only layers fail.",
  failures,
  statements,
  references: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-private-link",
    "https://learn.microsoft.com/azure/private-link/private-endpoint-dns-integration",
  ],

  evaluate: ({ registry, network, endpoints, zones, replicas }) => {
    const shared = { registry: registry.name, registrySubscription: registry.subscriptionId };
    const approved = network.connections.filter(isApproved);
    if (approved.length === 0) return [{ outcome: "notApplicable", statement: "none", evidence: shared }];

    const { entries, unseen, gaps } = zoneEntries(registry, network, endpoints, zones);
    const judgements: Judgement<typeof failures, typeof statements>[] = [];
    for (const { zone, host, recordName, found, expected, keeper } of entries) {
      if (keeper === undefined) continue;
      const about = `${zone.id}/A/${recordName}`.toLowerCase();
      const right = expected.map(({ address }) => address);
      const wrong = found.filter((address) => !right.includes(address));
      const evidence = {
        ...shared,
        ...placeOf(keeper),
        zone: zone.name,
        zoneId: zone.id,
        record: recordName,
        host,
        found,
        expected: right,
      };
      const own = expected.filter(({ endpoint }) => endpoint === keeper).map(({ address }) => address);
      if (found.length === 0) {
        const lacking = { ...evidence, ...recordEvidence(zone, recordName, own), expected: own };
        judgements.push({ outcome: "fail", failure: "missing", about, evidence: lacking });
      } else if (wrong.length > 0 && unseen.length === 0) {
        const kept = found.filter((address) => right.includes(address));
        const wanted = recordEvidence(zone, recordName, kept.length > 0 ? kept : own);
        judgements.push({
          outcome: "fail",
          failure: "wrong",
          about,
          evidence: { ...evidence, ...wanted, found: wrong },
        });
      }
    }
    for (const { endpoint, region } of missingRegions(endpoints, [registry.location, ...replicas])) {
      const own = approved.find(({ endpointId }) => endpointId.toLowerCase() === endpoint.id.toLowerCase());
      if (own === undefined) continue;
      judgements.push({
        outcome: "fail",
        failure: "regionNotOnEndpoint",
        about: `${endpoint.id}/${region}`.toLowerCase(),
        severity: "medium",
        evidence: { ...shared, ...placeOf(endpoint), region, connection: own.name },
      });
    }

    const detail =
      unseen.length > 0
        ? `addresses of ${unseen.join(", ")} are not visible`
        : `no private zone with a record of ${registry.loginServer} is visible; it may be in a subscription that the identity cannot read, or be kept by other DNS servers`;
    const blind = unseen.length > 0 || (entries.length === 0 && gaps.length === 0);
    const unknown = [...gaps, ...(blind ? [{ fact: "zones", reason: "notFound", detail } as const] : [])];
    const [gap, ...more] = unknown;
    if (gap !== undefined) judgements.push({ outcome: "unknown", gaps: [gap, ...more] });
    return judgements.length > 0 ? judgements : [{ outcome: "pass", statement: "right", evidence: shared }];
  },
});

/** Regions for which an endpoint has no data address. One that is known by hosts without members may lack some. */
function missingRegions(endpoints: readonly PrivateEndpoint[], regions: readonly string[]) {
  return endpoints.flatMap((endpoint) => {
    const own = endpoint.addresses.map(({ host }) => dataRegionOf(host));
    return regions
      .map((region) => region.toLowerCase().replaceAll(" ", ""))
      .filter((region) => !own.includes(region))
      .map((region) => ({ endpoint, region }));
  });
}

function placeOf({ id, name }: PrivateEndpoint) {
  const parts = parseResourceId(id);
  return {
    endpoint: name,
    endpointId: id,
    endpointGroup: parts?.resourceGroup ?? "",
    endpointSubscription: parts?.subscriptionId ?? "",
  };
}
