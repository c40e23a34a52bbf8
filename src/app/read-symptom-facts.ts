import type { Connection } from "../azure/connection.ts";
import { assignedGrants } from "../collect/assigned-grants.ts";
import { clusters } from "../collect/clusters.ts";
import { type Collector, collect } from "../collect/collector.ts";
import { denials } from "../collect/denials.ts";
import { roleGuid, withRole } from "../collect/grants.ts";
import { type FoundPrincipal, principal } from "../collect/principal.ts";
import { registryDoors } from "../collect/registry-doors.ts";
import { repositoryToken } from "../collect/repository-token.ts";
import { role } from "../collect/roles.ts";
import { scopeMap } from "../collect/scope-map.ts";
import type { Subscription } from "../collect/subscriptions.ts";
import type { Caller, CallerAccess, CallerDirectory } from "../core/caller.ts";
import type { CatalogCause, CollectedFacts, DiagnosisFact } from "../core/cause.ts";
import { type Collected, known, missing } from "../core/collected.ts";
import type { Credential, Registry } from "../core/facts.ts";
import type { RepositoryToken } from "../core/repository-token.ts";
import { parseResourceId, sameId } from "../core/resource-id.ts";
import type { Symptom } from "../core/symptom.ts";
import { allCredentials } from "./all-credentials.ts";
import type { Runtime } from "./runtime.ts";
import { scopeOf } from "./scope-of.ts";

/** Where a symptom's registry is, read once for all its symptoms. */
export interface RegistryPlace {
  readonly registryId: string;
  readonly registry: Collected<Registry>;
  readonly subscription: Subscription;
}

/** Reads afresh what the causes of a symptom need to know, and nothing that the symptom rules out. */
export function createFactReader(
  runtime: Runtime,
  connection: Connection,
  causes: readonly CatalogCause[],
  place: RegistryPlace,
): (symptom: Symptom) => Promise<CollectedFacts> {
  const { registryId, registry, subscription } = place;
  const doors = once(() => collect(registryDoors, connection, registryId));
  const denied = once(() => collect(denials, connection, subscription.id));
  const listed = once(() => collect(clusters, connection, scopeOf(runtime.settings)));
  const roleOf = remember(role, connection);
  const principalOf = remember(principal, connection);

  return async (symptom) => {
    const wanted = new Set<DiagnosisFact>(
      causes.filter((cause) => cause.rulesOut(symptom) === undefined).flatMap(({ needs }) => needs),
    );
    const ifWanted = <T>(name: DiagnosisFact, read: () => Promise<Collected<T>>): Promise<Collected<T>> =>
      wanted.has(name) ? read() : Promise.resolve(notAsked(name));

    const caller = once(() => readCaller(symptom.identity));
    const token = once(() => collect(repositoryToken, connection, { registryId, name: symptom.identity }));
    const [openDoors, who, directory, access, ownToken, ownMap] = await Promise.all([
      ifWanted("doors", doors),
      ifWanted("caller", caller),
      ifWanted("directory", () => readDirectory(symptom.identity)),
      ifWanted("access", async () => readAccess(symptom.identity, await caller())),
      ifWanted("token", token),
      ifWanted("scopeMap", async () => readScopeMap(await token())),
    ]);
    return {
      registry,
      tenantId: known(subscription.tenantId),
      doors: openDoors,
      caller: who,
      directory,
      access,
      token: ownToken,
      scopeMap: ownMap,
    };
  };

  /** By the clusters first: whose kubelet it is needs no Microsoft Graph. An id may be of the object or the application. */
  async function readCaller(id: string): Promise<Collected<Caller | null>> {
    const inventory = await listed();
    const all = inventory.known ? inventory.value.clusters : [];
    const kubelets = all.filter(
      ({ kubelet }) => kubelet && (sameId(kubelet.objectId, id) || sameId(kubelet.clientId, id)),
    );
    const [first] = kubelets;
    if (first?.kubelet) {
      const { objectId: principalId, clientId } = first.kubelet;
      const name = `the kubelet identity of ${kubelets.map((cluster) => cluster.name).join(", ")}`;
      return known({ principalId, clientId, name, managedIdentity: true, clusters: known(kubelets.map(named)) });
    }
    const found = await principalOf(id);
    if (!found.known) return found;
    if (found.value === null) return known(null);
    const { principal: one } = found.value;
    const own = all.filter(({ servicePrincipalClientId }) => sameId(servicePrincipalClientId, one.appId));
    return known({
      principalId: one.id,
      clientId: one.appId,
      name: one.displayName,
      managedIdentity: one.type.toLowerCase() === "managedidentity",
      clusters: inventory.known ? known(own.map(named)) : inventory,
    });
  }

  async function readDirectory(id: string): Promise<Collected<CallerDirectory>> {
    const found = await principalOf(id);
    if (!found.known) return found;
    if (found.value === null) return known({ principal: null, credentials: known([]) });
    return known({ principal: found.value.principal, credentials: credentialsOf(found.value) });
  }

  async function readAccess(id: string, caller: Collected<Caller | null>): Promise<Collected<CallerAccess>> {
    if (!caller.known) return caller;
    const principalId = caller.value?.principalId ?? id; // a deleted principal leaves grants to its object id
    const assigned = await collect(assignedGrants, connection, { resourceId: registryId, principalId });
    if (!assigned.known && (caller.value !== null || assigned.gap.reason !== "notFound")) return assigned;
    const roles = new Map<string, Awaited<ReturnType<typeof roleOf>>>();
    for (const { roleDefinitionId } of assigned.known ? assigned.value : [])
      roles.set(roleGuid(roleDefinitionId), await roleOf(roleDefinitionId));
    return known({
      ancestors: subscription.ancestors,
      grants: assigned.known ? assigned.value.map((grant) => withRole(grant, roles)) : [],
      denials: await denied(),
    });
  }

  async function readScopeMap(token: Collected<RepositoryToken | null>) {
    if (!token.known) return token;
    if (token.value !== null) return collect(scopeMap, connection, token.value.scopeMapId);
    return missing({ fact: "scopeMap", reason: "notFound", detail: "the registry has no token of this name" });
  }
}

/** An application of another tenant shows no credentials here. */
function credentialsOf(found: FoundPrincipal): Collected<readonly Credential[]> {
  return allCredentials(found, found.application);
}

function named({ id, name }: { readonly id: string; readonly name: string }) {
  return { id, name: name === "" ? (parseResourceId(id)?.name ?? id) : name };
}

/** Nobody looks at it: no cause that the symptom leaves open needs it. */
function notAsked(fact: DiagnosisFact) {
  return missing({ fact, reason: "notFound", detail: `${fact} was not asked for` });
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= read();
    return answer;
  };
}

function remember<Output>(collector: Collector<string, Output>, connection: Connection) {
  const asked = new Map<string, Promise<Collected<Output>>>();
  return (input: string) => {
    const answer = asked.get(input.toLowerCase()) ?? collect(collector, connection, input);
    asked.set(input.toLowerCase(), answer);
    return answer;
  };
}
