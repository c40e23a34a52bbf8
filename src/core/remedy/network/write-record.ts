import { recordOf } from "../../network/answering-zones.ts";
import { privateNamesOf } from "../../network/host-names.ts";
import { isWithin } from "../../network/is-within.ts";
import { nameInZone } from "../../network/record-in-zone.ts";
import type { EndpointAddress, PrivateEndpoint, PrivateZone } from "../../network/registry-network.ts";
import { sameId } from "../../resource-id.ts";
import { evidenceList } from "../evidence-list.ts";
import type { RemedyInput, Template } from "../remedy.ts";
import { approve } from "./approve-connection.ts";
import { approvedEndpoint } from "./approved-endpoint.ts";
import { connectionsOf } from "./connections-of.ts";
import { existingZone } from "./existing-zone.ts";
import { zonePlace } from "./zone-place.ts";

/** The first record that a zone lacks or has wrong, by hand; the text says which others. */
export function writeRecord(input: RemedyInput): Template {
  const { need, registry, facts } = input;
  const endpoint = approvedEndpoint(need.network, facts);
  const dataHosts = evidenceList(facts.dataHosts);
  const unserved = endpoint && dataHosts.find((host) => addressOf(host, endpoint) === undefined);
  const again = connectionsOf(need.network).find(({ endpointId }) => endpoint && sameId(endpointId, endpoint.id));
  if (unserved !== undefined && again) return { ...approveAgain, evidence: { unserved, connection: again.name } };

  const zoneIds = evidenceList(facts.zoneIds);
  const zones = (need.network.zones.known ? need.network.zones.value : []).filter(({ id }) =>
    zoneIds.some((one) => sameId(one, id)),
  );
  const [first, ...others] = endpoint ? faultsOf(endpoint, zones, registry.loginServer, dataHosts) : [];
  if (first === undefined) return { ...addRecord, evidence: { recordName: "RECORD_NAME", address: "IP_ADDRESS" } };
  const more =
    others.length > 0 ? ` Then likewise ${others.map(({ name, address }) => `${name} with ${address}`)}.` : "";
  const template = first.isThere ? setRecord : addRecord;
  return {
    ...template,
    text: `${template.text}<more>`,
    evidence: { more, ...recordEvidence(first.zone, first.name, [first.address]) },
  };
}

/** A record of a private zone, as commands name it, and what it should have. */
export function recordEvidence({ id }: Pick<PrivateZone, "id">, recordName: string, addresses: readonly string[]) {
  return {
    ...zonePlace(id),
    ...{ recordName, address: addresses, recordId: `${id}/A/${recordName}` },
    recordValue: `properties.aRecords=${JSON.stringify(addresses.map((ipv4Address) => ({ ipv4Address })))}`,
  };
}

interface RecordFault {
  readonly zone: PrivateZone;
  readonly name: string;
  /** What it should have. */
  readonly address: string;
  /** It has something else. */
  readonly isThere: boolean;
}

function faultsOf(
  endpoint: PrivateEndpoint,
  zones: readonly PrivateZone[],
  loginServer: string,
  dataHosts: readonly string[],
): readonly RecordFault[] {
  const isLogin = ({ host }: EndpointAddress) => Number(sameId(host, loginServer));
  const asked = endpoint.addresses
    .filter(({ host }) => dataHosts.length === 0 || dataHosts.includes(host.toLowerCase()))
    .toSorted((one, other) => isLogin(other) - isLogin(one));
  return asked.flatMap(({ host, address }) =>
    zones.flatMap((zone): readonly RecordFault[] => {
      const name = privateNamesOf(host, loginServer).find((one) => isWithin(one, zone.name.toLowerCase()));
      if (name === undefined) return [];
      const record = recordOf(name, zone);
      if (record?.addresses.length === 1 && record.addresses[0] === address) return [];
      const own = nameInZone(name, zone.name.toLowerCase());
      const isThere = record !== undefined && record.addresses.length > 0 && sameId(record.name, own);
      return [{ zone, name: own, address, isThere }];
    }),
  );
}

function addressOf(host: string, { addresses }: PrivateEndpoint): string | undefined {
  return addresses.find((one) => sameId(one.host, host))?.address;
}

const bicep = `${existingZone}

resource record 'Microsoft.Network/privateDnsZones/A@2020-06-01' = {
  parent: zone
  name: '<recordName>'
  properties: {
    ttl: 10
    aRecords: [{ ipv4Address: '<address>' }]
  }
}`;

/** By hand, because a zone group that the endpoint is given takes the records away that one keeps in another zone. */
export const addRecord = {
  text: "Add the record <recordName> with <address>, which the endpoint has, to the private zone <zoneName>.",
  cli: "az network private-dns record-set a add-record --subscription <zoneSubscription> --resource-group <zoneGroup> --zone-name <zoneName> --record-set-name <recordName> --ipv4-address <address>",
  bicep,
} as const satisfies Template;

export const setRecord = {
  text: "Let the record <recordName> of the private zone <zoneName> have <address>, as the endpoint has it, and nothing else.",
  cli: "az resource update --ids <recordId> --api-version 2020-06-01 --set <recordValue>",
  bicep,
} as const satisfies Template;

/** https://learn.microsoft.com/azure/container-registry/container-registry-private-link */
const approveAgain: Template = {
  ...approve,
  text: "The endpoint has no address for <unserved>. Approve its connection again, which gives it one; then the zone gets the record.",
};
