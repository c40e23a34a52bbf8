import { type Collected, known, missing } from "../core/collected.ts";
import type { ZoneLink } from "../core/network/registry-network.ts";

/** A private zone that names of registries lie in; its records are not in Resource Graph. */
export interface ListedZone {
  readonly id: string;
  readonly name: string;
  readonly links: readonly ZoneLink[];
}

interface Row {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly networkId: string;
  readonly resolutionPolicy: string;
}

const zoneType = "microsoft.network/privatednszones";

/** `azurecr.io`, `privatelink.azurecr.io`, `westeurope.data.privatelink.azurecr.us`. */
const zoneName = /(^|\.)azurecr\.[a-z]+$/i;

/**
 * The private zones among rows, with the virtual networks that they are linked to. None of them counts with one that could
 * not be read: a link that is lost could make a network look unlinked.
 */
export function zonesIn(
  rows: readonly Row[],
  malformed: readonly { readonly id: string; readonly detail: string }[],
): Collected<readonly ListedZone[]> {
  const broken = malformed.find(({ id }) => id.toLowerCase().includes(`/${zoneType}/`));
  if (broken) {
    return missing({ fact: "private-zones", reason: "malformed", detail: `${broken.id}: ${broken.detail}` });
  }
  const links = Map.groupBy(
    rows.filter(({ type }) => type.toLowerCase() === `${zoneType}/virtualnetworklinks`),
    ({ id }) => id.toLowerCase().replace(/\/virtualnetworklinks\/[^/]+$/, ""),
  );
  return known(
    rows
      .filter(({ type, name }) => type.toLowerCase() === zoneType && zoneName.test(name))
      .map(({ id, name }) => ({
        id,
        name,
        links: (links.get(id.toLowerCase()) ?? []).map(({ networkId, resolutionPolicy }) => ({
          networkId,
          fallsBack: resolutionPolicy.toLowerCase() === "nxdomainredirect",
        })),
      })),
  );
}
