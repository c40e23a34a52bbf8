import type { Body } from "../world.ts";

/** Any resource, with the keys that all of them share. */
export function resourceBody({
  subscriptionId,
  resourceGroup,
  type,
  name,
  location = "westeurope",
  tags = {},
  properties,
  ...more
}: ResourceOptions) {
  return {
    id: `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/${type}/${name}`,
    name,
    type,
    location,
    tags,
    ...more,
    properties: { provisioningState: "Succeeded", ...properties },
  };
}

export interface ResourceOptions {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly type: string;
  readonly name: string;
  readonly location?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly kind?: string;
  readonly sku?: Body;
  readonly identity?: Body;
  readonly properties?: Body;
}
