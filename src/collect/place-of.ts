import { AzureError } from "../azure/error.ts";
import { parseResourceId, type ResourceId } from "../core/resource-id.ts";

/** The parts of a resource's id; an id that has none is an answer that makes no sense. */
export function placeOf(registryId: string): ResourceId {
  const place = parseResourceId(registryId);
  if (place) return place;
  throw new AzureError("malformed", `read ${registryId}`, "this is not a resource id");
}
