import type { Connection } from "../azure/connection.ts";
import { AzureError } from "../azure/error.ts";
import * as catalog from "../causes/index.ts";
import { collect } from "../collect/collector.ts";
import { registry } from "../collect/registry.ts";
import { type Subscription, subscriptions } from "../collect/subscriptions.ts";
import type { CatalogCause } from "../core/cause.ts";
import type { Gap } from "../core/collected.ts";
import { type Diagnosis, diagnose } from "../core/diagnose.ts";
import { parseResourceId, registryType, sameId } from "../core/resource-id.ts";
import type { Symptom } from "../core/symptom.ts";
import { createFactReader } from "./read-symptom-facts.ts";
import type { RegistryPlace } from "./registry-place.ts";
import type { Runtime } from "./runtime.ts";

const causes: readonly CatalogCause[] = Object.values(catalog);

/** Why something that was asked for is none of this auditor's business: whoever asks again gets the same answer. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
}

/**
 * The registry that an event or a person names, if it is one that this auditor looks after.
 *
 * Throws a RefusedError when it is not, and an AzureError when that could not be told.
 */
export async function findRegistry(
  runtime: Runtime,
  connection: Connection,
  registryId: string,
): Promise<RegistryPlace> {
  const parts = parseResourceId(registryId);
  if (registryId.length > idLimit || parts?.type !== registryType)
    throw new RefusedError("this is not the resource id of a container registry");
  const { ACRAUDIT_SUBSCRIPTIONS: own, ACRAUDIT_MANAGEMENT_GROUPS: groups } = runtime.settings;
  const isOwn = own?.length ? own.some((id) => id.toLowerCase() === parts.subscriptionId) : undefined;
  if (isOwn === false) throw new RefusedError(`subscription ${parts.subscriptionId} is not in the scope`);

  const { subscriptions: found } = await subscriptions.read(connection, { subscriptions: [parts.subscriptionId] });
  const subscription = found.find(({ id }) => id === parts.subscriptionId);
  if (!subscription)
    throw new RefusedError(`subscription ${parts.subscriptionId} is not one that the identity can read`);
  if (isOwn === undefined && groups?.length && !isBelow(groups, subscription))
    throw new RefusedError(`subscription ${parts.subscriptionId} is not in the scope`);

  const details = await collect(registry, connection, registryId);
  if (!details.known && details.gap.reason === "notFound")
    throw new RefusedError(`registry ${parts.name} does not exist`);
  return { registryId: details.known ? details.value.id : registryId, registry: details, subscription };
}

const idLimit = 500;

function isBelow(groups: readonly string[], { id, ancestors }: Subscription): boolean {
  if (ancestors !== undefined) return groups.some((group) => ancestors.some((name) => sameId(name, group)));
  const detail = `Resource Graph does not say which management groups are above subscription ${id}, and the scope is made of some`;
  throw new AzureError("malformed", "find the registry", detail);
}

/** Explains failures of one registry. Facts that cannot be read leave causes unchecked, and are named. */
export function createDiagnostician(runtime: Runtime, connection: Connection, place: RegistryPlace) {
  const readFacts = createFactReader(runtime, connection, causes, place);
  const whole = causes.filter(({ needs }) => needs.length === 0);

  return async (symptom: Symptom, logGaps: readonly Gap[]): Promise<Diagnosis> => {
    // What explains itself from the logs alone costs nothing more.
    const harmless = whole.some((cause) => {
      if (cause.incident || cause.rulesOut(symptom) !== undefined) return false;
      return cause.weigh(symptom, {}, runtime.now()).verdict === "confirmed";
    });
    const looked = harmless ? whole : causes;
    return diagnose(looked, symptom, await readFacts(symptom), runtime.now(), logGaps);
  };
}

export function nameOf(registryId: string): string {
  const name = parseResourceId(registryId)?.name;
  if (name !== undefined) return name;
  throw new AzureError("malformed", `read ${registryId}`, "this is not a resource id");
}
