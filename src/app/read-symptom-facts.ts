import type { Connection } from "../azure/connection.ts";
import { homeTenant } from "../azure/home-tenant.ts";
import { assignedGrants } from "../collect/assigned-grants.ts";
import { clusters } from "../collect/clusters.ts";
import { collect } from "../collect/collector.ts";
import { denials } from "../collect/denials.ts";
import { federatedCredentials } from "../collect/federated-credentials.ts";
import { principal } from "../collect/principal.ts";
import { repositoryToken } from "../collect/repository-token.ts";
import { role } from "../collect/roles.ts";
import { scopeMap } from "../collect/scope-map.ts";
import { type Subscription, subscriptions } from "../collect/subscriptions.ts";
import { type Caller, type CallerAccess, type CallerDirectory, doorsOf } from "../core/caller.ts";
import type { CatalogCause, CollectedFacts, DiagnosisFact } from "../core/cause.ts";
import { type Collected, known, missing } from "../core/collected.ts";
import type { Registry } from "../core/facts.ts";
import type { RepositoryToken } from "../core/repository-token.ts";
import { parseResourceId, sameId } from "../core/resource-id.ts";
import { withGroupsOf } from "../core/scope.ts";
import type { Symptom } from "../core/symptom.ts";
import { allCredentials } from "./all-credentials.ts";
import { remember } from "./remember.ts";
import type { Runtime } from "./runtime.ts";
import { scopeOf } from "./scope-of.ts";
import { withRoles } from "./with-roles.ts";

/** The tenant whose directory Microsoft Graph shows; it takes no permission. */
const directoryTenant = { id: "directory-tenant", permissions: { actions: [] }, read: homeTenant };

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
  const readDenials = once(() => collect(denials, connection, subscription.id));
  const listed = once(() => collect(clusters, connection, scopeOf(runtime.settings)));
  const roleOf = remember(role, connection);
  const principalOf = remember(principal, connection);
  const readDirectoryTenant = once(() => collect(directoryTenant, connection, undefined));

  return async (symptom) => {
    const wanted = new Set<DiagnosisFact>(
      causes.filter((cause) => cause.rulesOut(symptom) === undefined).flatMap(({ needs }) => needs),
    );
    const ifWanted = <T>(name: DiagnosisFact, read: () => Promise<Collected<T>>): Promise<Collected<T>> =>
      wanted.has(name) ? read() : Promise.resolve(notAsked(name));

    const caller = once(async () => (symptom.identityKind === "id" ? readCaller(symptom.identity) : known(null)));
    const token = once(() => collect(repositoryToken, connection, { registryId, name: symptom.identity }));
    const [tenants, who, directory, access, ownToken, ownMap] = await Promise.all([
      ifWanted("tenants", async () =>
        known({ registry: subscription.tenantId, directory: await readDirectoryTenant() }),
      ),
      ifWanted("caller", caller),
      ifWanted("directory", () => readDirectory(symptom.identity)),
      ifWanted("access", async () =>
        symptom.identityKind === "id" ? readAccess(symptom.identity, await caller()) : known(noAccess),
      ),
      ifWanted("token", token),
      ifWanted("scopeMap", async () => readScopeMap(await token())),
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
      const tenantId = await tenantOf(first.subscriptionId);
      const own = known(kubelets.map(named));
      return known({ principalId, clientId, name, managedIdentity: true, tenantId, multiTenant: false, clusters: own });
    }
    const found = await principalOf(id);
    if (!found.known) return found;
    if (found.value === null) return known(null);
    const { principal: one, application } = found.value;
    const managedIdentity = one.type.toLowerCase() === "managedidentity";
    const own = all.filter(({ servicePrincipalClientId }) => sameId(servicePrincipalClientId, one.appId));
    return known({
      principalId: one.id,
      clientId: one.appId,
      name: one.displayName,
      managedIdentity,
      tenantId: await readDirectoryTenant(),
      multiTenant: !managedIdentity && !application?.singleTenant,
      clusters: inventory.known ? known(own.map(named)) : inventory,
    });
  }

  async function tenantOf(subscriptionId: string): Promise<Collected<string>> {
    if (sameId(subscriptionId, subscription.id)) return known(subscription.tenantId);
    const read = await collect(subscriptions, connection, { subscriptions: [subscriptionId] });
    if (!read.known) return read;
    const [found] = read.value.subscriptions;
    const detail = `the tenant of subscription ${subscriptionId} cannot be seen`;
    return found ? known(found.tenantId) : missing({ fact: "subscription", reason: "forbidden", detail });
  }

  async function readDirectory(id: string): Promise<Collected<CallerDirectory>> {
    const found = await principalOf(id);
    if (!found.known) return found;
    if (found.value === null) return known({ principal: null, credentials: known([]), federated: known([]) });
    const { principal: one, application } = found.value;
    const credentials = allCredentials(found.value, application?.credentials);
    const federated =
      application && credentials.known ? await collect(federatedCredentials, connection, application.id) : known([]); // another tenant's application, whose credentials are a gap, or a managed identity
    return known({ principal: one, credentials, federated });
  }

  async function readAccess(id: string, caller: Collected<Caller | null>): Promise<Collected<CallerAccess>> {
    if (!caller.known) return caller;
    const tenants = caller.value?.tenantId.known && {
      principal: caller.value.tenantId.value,
      registry: subscription.tenantId,
    };
    if (caller.value && tenants && !sameId(tenants.principal, tenants.registry))
      return accessFromElsewhere(caller.value, tenants);
    const principalId = caller.value?.principalId ?? id; // a deleted principal leaves grants to its object id
    const assigned = await collect(assignedGrants, connection, { resourceId: registryId, principalId });
    if (!assigned.known && (caller.value !== null || assigned.gap.reason !== "notFound")) return assigned;
    const grants = await withRoles(assigned.known ? assigned.value : [], roleOf);
    const denied = await readDenials();
    const listed = [...grants, ...(denied.known ? denied.value : [])];
    return known({ ancestors: withGroupsOf(subscription.ancestors ?? [], listed), grants, denials: denied });
  }

  async function readScopeMap(token: Collected<RepositoryToken | null>) {
    if (!token.known) return token;
    if (token.value !== null) return collect(scopeMap, connection, token.value.scopeMapId);
    return missing({ fact: "scopeMap", reason: "notFound", detail: "the registry has no token of this name" });
  }
}

/** Whoever is no principal holds no grant. */
const noAccess: CallerAccess = { ancestors: [], grants: [], denials: known([]) };

/** No grant of the registry can name an object id of another tenant; which other id a caller has is not to be seen. */
function accessFromElsewhere(
  { name, multiTenant }: Caller,
  tenants: NonNullable<CallerAccess["tenants"]>,
): Collected<CallerAccess> {
  if (!multiTenant) return known({ ...noAccess, tenants });
  const detail = `which service principal ${name} has in tenant ${tenants.registry} cannot be seen from tenant ${tenants.principal}`;
  return missing({ fact: "access", reason: "forbidden", detail });
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
