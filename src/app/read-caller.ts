import type { Connection } from "../azure/connection.ts";
import { clusters } from "../collect/clusters.ts";
import { collect } from "../collect/collector.ts";
import type { FoundPrincipal } from "../collect/principal.ts";
import { subscriptions } from "../collect/subscriptions.ts";
import type { Caller } from "../core/caller.ts";
import { type Collected, known, missing } from "../core/collected.ts";
import { parseResourceId, sameId } from "../core/resource-id.ts";
import { once } from "./once.ts";
import type { RegistryPlace } from "./registry-place.ts";
import type { Runtime } from "./runtime.ts";
import { scopeOf } from "./scope-of.ts";

/** What is asked of the directory, once for everybody who wants it. */
interface DirectoryReads {
  readonly principalOf: (id: string) => Promise<Collected<FoundPrincipal | null>>;
  /** The tenant that it is of. */
  readonly readTenant: () => Promise<Collected<string>>;
}

/** By the clusters first: whose kubelet it is needs no Microsoft Graph. An id may be of the object or the application. */
export function createCallerReader(
  { settings }: Runtime,
  connection: Connection,
  { subscription }: RegistryPlace,
  { principalOf, readTenant }: DirectoryReads,
): (id: string) => Promise<Collected<Caller | null>> {
  const listed = once(() => collect(clusters, connection, scopeOf(settings)));

  return async (id) => {
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
      tenantId: await readTenant(),
      multiTenant: !managedIdentity && !application?.singleTenant,
      clusters: inventory.known ? known(own.map(named)) : inventory,
    });
  };

  async function tenantOf(subscriptionId: string): Promise<Collected<string>> {
    if (sameId(subscriptionId, subscription.id)) return known(subscription.tenantId);
    const read = await collect(subscriptions, connection, { subscriptions: [subscriptionId] });
    if (!read.known) return read;
    const [found] = read.value.subscriptions;
    const detail = `the tenant of subscription ${subscriptionId} cannot be seen`;
    return found ? known(found.tenantId) : missing({ fact: "subscription", reason: "forbidden", detail });
  }
}

function named({ id, name }: { readonly id: string; readonly name: string }) {
  return { id, name: name === "" ? (parseResourceId(id)?.name ?? id) : name };
}
