import type { Connection } from "../azure/connection.ts";
import { collect } from "../collect/collector.ts";
import { federatedCredentials } from "../collect/federated-credentials.ts";
import { homeTenant } from "../collect/home-tenant.ts";
import { principal } from "../collect/principal.ts";
import { repositoryToken } from "../collect/repository-token.ts";
import { scopeMap } from "../collect/scope-map.ts";
import { type CallerDirectory, doorsOf } from "../core/caller.ts";
import type { CatalogCause, CollectedFacts, DiagnosisFact } from "../core/cause.ts";
import { type Collected, known, missing } from "../core/collected.ts";
import type { RepositoryToken } from "../core/repository-token.ts";
import type { Symptom } from "../core/symptom.ts";
import { allCredentials } from "./all-credentials.ts";
import { once } from "./once.ts";
import { createAccessReader, noAccess } from "./read-access.ts";
import { createCallerReader } from "./read-caller.ts";
import type { RegistryPlace } from "./registry-place.ts";
import { remember } from "./remember.ts";
import type { Runtime } from "./runtime.ts";

/** Reads afresh what the causes of a symptom need to know, and nothing that the symptom rules out. */
export function createFactReader(
  runtime: Runtime,
  connection: Connection,
  causes: readonly CatalogCause[],
  place: RegistryPlace,
): (symptom: Symptom) => Promise<CollectedFacts> {
  const { registryId, registry, subscription } = place;
  const principalOf = remember(principal, connection);
  const readTenant = once(() => collect(homeTenant, connection, undefined));
  const readCaller = createCallerReader(runtime, connection, place, { principalOf, readTenant });
  const readAccess = createAccessReader(connection, place);

  return async (symptom) => {
    const wanted = new Set<DiagnosisFact>(
      causes.filter((cause) => cause.rulesOut(symptom) === undefined).flatMap(({ needs }) => needs),
    );
    const ifWanted = <T>(name: DiagnosisFact, read: () => Promise<Collected<T>>): Promise<Collected<T>> =>
      wanted.has(name) ? read() : Promise.resolve(notAsked(name));

    const caller = once(async () => (symptom.identityKind === "id" ? readCaller(symptom.identity) : known(null)));
    const token = once(() => collect(repositoryToken, connection, { registryId, name: symptom.identity }));
    const [tenants, who, directory, access, ownToken, ownMap] = await Promise.all([
      ifWanted("tenants", async () => known({ registry: subscription.tenantId, directory: await readTenant() })),
      ifWanted("caller", caller),
      ifWanted("directory", () => readDirectory(symptom.identity)),
      ifWanted("access", async () =>
        symptom.identityKind === "id" ? readAccess(symptom.identity, await caller()) : known(noAccess),
      ),
      ifWanted("token", token),
      ifWanted("scopeMap", async () => readScopeMap(connection, await token())),
    ]);
    return {
      registry,
      tenants,
      doors: registry.known ? doorsOf(registry.value) : registry,
      caller: who,
      directory,
      access,
      token: ownToken,
      scopeMap: ownMap,
    };
  };

  async function readDirectory(id: string): Promise<Collected<CallerDirectory>> {
    const found = await principalOf(id);
    if (!found.known) return found;
    if (found.value === null) return known({ principal: null, credentials: known([]), federated: known([]) });
    const { principal: one, application } = found.value;
    const credentials = allCredentials(found.value, application?.credentials);
    // without one it is a managed identity, or another tenant's, whose credentials are a gap
    const federated =
      application && credentials.known ? await collect(federatedCredentials, connection, application.id) : known([]);
    return known({ principal: one, credentials, federated });
  }
}

async function readScopeMap(
  connection: Connection,
  token: Collected<RepositoryToken | null>,
): Promise<CollectedFacts["scopeMap"]> {
  if (!token.known) return token;
  if (token.value !== null) return collect(scopeMap, connection, token.value.scopeMapId);
  return missing({ fact: "scopeMap", reason: "notFound", detail: "the registry has no token of this name" });
}

/** Nobody looks at it: no cause that the symptom leaves open needs it. */
function notAsked(fact: DiagnosisFact) {
  return missing({ fact, reason: "notFound", detail: `${fact} was not asked for` });
}
