/** The parts of an ARM resource id that the product reads. */
export interface ResourceId {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  /** `microsoft.containerregistry/registries`, in lower case. */
  readonly type: string;
  readonly name: string;
}

export const registryType = "microsoft.containerregistry/registries";

const pattern =
  /^\/subscriptions\/(?<subscription>[0-9a-f-]{36})\/resourcegroups\/(?<group>[^/]+)\/providers\/(?<namespace>[^/]+)\/(?<path>[^/]+\/[^/]+(?:\/[^/]+\/[^/]+)*)$/i;

/** The parts of a resource id, or undefined when the text is not the id of a resource in a resource group. */
export function parseResourceId(id: string): ResourceId | undefined {
  const groups = pattern.exec(id)?.groups;
  if (!groups) return undefined;
  const { subscription = "", group = "", namespace = "", path = "" } = groups;
  const segments = path.split("/");
  const types = segments.filter((_, index) => index % 2 === 0);
  return {
    subscriptionId: subscription.toLowerCase(),
    resourceGroup: group,
    type: [namespace, ...types].join("/").toLowerCase(),
    name: segments.at(-1) ?? "",
  };
}

/** `/…/registries/contoso` of `/…/registries/contoso/tasks/build`. */
export function parentId(id: string): string {
  return id.replace(/\/[^/]+\/[^/]+$/, "");
}

/** ARM ids ignore case: `resourceGroups` and `resourcegroups` name the same group in different APIs. */
export function sameId(a: string, b: string): boolean {
  return idKey(a) === idKey(b);
}

/** An id to look up by: in lower case, and without the slash that people leave at its end. */
export function idKey(id: string): string {
  const lower = id.toLowerCase();
  return lower.endsWith("/") ? lower.replace(/\/+$/, "") : lower;
}
