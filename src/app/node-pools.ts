import type { ListedCluster } from "../collect/clusters.ts";
import { type Collected, known, missing } from "../core/collected.ts";
import type { NodePool, Puller } from "../core/facts.ts";
import { parseResourceId } from "../core/resource-id.ts";

/** The scale sets in a cluster's node resource group. A cluster that should have some and shows none is not known. */
export function nodePoolsOf(
  { id, subscriptionId, network, pools }: ListedCluster,
  scaleSets: Collected<readonly NodePool[]>,
): Collected<readonly NodePool[]> {
  if (!scaleSets.known) return scaleSets;
  if (pools === undefined)
    return missing({ fact: "nodePools", reason: "malformed", detail: `${id} does not say which node pools it has` });
  const group = network.nodeResourceGroup.toLowerCase();
  const own = scaleSets.value.filter((one) => {
    const parts = parseResourceId(one.id);
    return parts?.subscriptionId === subscriptionId && parts.resourceGroup.toLowerCase() === group;
  });
  if (own.length > 0 || !pools.some(({ scaleSet }) => scaleSet)) return known(own);
  const detail = `no scale set of ${id} is visible in resource group ${network.nodeResourceGroup}`;
  return missing({ fact: "nodePools", reason: "notFound", detail });
}

/** Pools whose nodes are in no scale set that is visible, and so are not known to have the kubelet identity. */
export function unseenPoolsOf(
  { pools = [] }: ListedCluster,
  nodePools: Collected<readonly NodePool[]>,
): NonNullable<Puller["unseenPools"]> {
  if (!nodePools.known) return [];
  const seen = new Set(nodePools.value.map(({ name }) => name.toLowerCase()));
  return pools
    .filter(({ name }) => !seen.has(name.toLowerCase()))
    .map(({ name, scaleSet }) => ({ name, ofScaleSet: scaleSet }));
}

/**
 * Since cloud-provider-azure#8593 of 21 March 2025 nodes log in with a token made for registries; images older than that
 * still ask for one made for Azure Resource Manager.
 */
const changedOn = "20250321";

export function oldPoolsOf({ pools = [] }: ListedCluster): readonly string[] {
  return pools.filter(({ nodeImage }) => (builtOn(nodeImage) ?? changedOn) < changedOn).map(({ name }) => name);
}

/** Why it is not known of some pools how old their images are, if that is so. */
export function undatedNodesOf({ name, pools }: ListedCluster): Pick<Puller, "undatedNodes"> {
  const undated = pools?.filter(({ nodeImage }) => builtOn(nodeImage) === undefined).map((pool) => pool.name);
  if (undated?.length === 0) return {};
  const detail = undated
    ? `the node images of ${name} (${undated.join(", ")}) do not say how old they are`
    : `${name} does not say which node pools it has, and so not how old their images are`;
  return { undatedNodes: { fact: "nodeImages", reason: "notFound", detail } };
}

/**
 * `20250313` of `AKSUbuntu-2204gen2containerd-202503.13.0`, `20221003` of `AKSUbuntu-1804gen2containerd-2022.10.03`, as
 * images were named until 2023, and `20250313` of `AKSWindows-2022-containerd-20348.3328.250313`.
 * https://github.com/Azure/AKS/tree/master/vhd-notes
 */
function builtOn(nodeImage: string): string | undefined {
  const [, month, day] = /-(20\d{4})\.(\d{2})\.\d+$/.exec(nodeImage) ?? [];
  if (month !== undefined && day !== undefined) return `${month}${day}`;
  const [, ...parts] = /-(20\d{2})\.(\d{2})\.(\d{2})$/.exec(nodeImage) ?? [];
  if (parts.length > 0) return parts.join("");
  const [, short] = /^AKSWindows-.*-\d{5}\.\d+\.(\d{6})$/.exec(nodeImage) ?? [];
  return short === undefined ? undefined : `20${short}`;
}
