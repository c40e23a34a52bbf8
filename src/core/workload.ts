import { type Collected, known, missing } from "./collected.ts";
import type { Learned, Puller, PullerKind, PullIdentity, VaultLogin } from "./facts.ts";
import { withoutRegion } from "./image-reference.ts";
import { sameId } from "./resource-id.ts";

/** A workload that pulls images, as Azure shows it; what is no cluster. */
export interface ListedWorkload {
  readonly kind: Exclude<PullerKind, "aks">;
  readonly id: string;
  readonly name: string;
  readonly subscriptionId: string;
  /** Image references. */
  readonly images: readonly string[];
  /** A registry that it names by its ARM id instead of by an image. */
  readonly registry?: { readonly id: string; readonly learned: Learned };
  readonly logins: readonly ListedLogin[];
  readonly identities: AssignedIdentities;
  readonly standing: WorkloadStanding;
  /** The connected registry that it pulls from, in place of one of Azure. */
  readonly parentId?: string;
  /** It was made and never installed, and pulls nothing yet. */
  readonly dormant?: boolean;
  /** Login servers for which it carries a password as plain text. */
  readonly literalPasswords?: readonly string[];
}

/** How a workload, or one container of it, logs in to one registry. */
export interface ListedLogin {
  /** A login server or the id of a registry; empty for every registry. */
  readonly server: string;
  readonly as: LoginAs;
  /** The one that logs in so, where each container has a login of its own. */
  readonly container?: ListedContainer;
}

interface ListedContainer {
  readonly name: string;
  readonly image: string;
}

export type LoginAs =
  /** A managed identity by its resource id or client id; empty for the workload's own, else a word of its service. */
  | { readonly kind: "identity"; readonly named: string }
  /** Nobody, and so it was configured. */
  | { readonly kind: "nobody" }
  /** A managed identity that is not named. */
  | { readonly kind: "unnamed"; readonly why: string }
  /** Somebody whom the configuration does not tell, or in a way that is not known here. */
  | { readonly kind: "unclear"; readonly why: string }
  /** A user name with a password that Azure does not show; empty where not even the name is shown. */
  | { readonly kind: "password"; readonly userName: string }
  /** A repository token, whatever it is called. */
  | { readonly kind: "token"; readonly name: string }
  /** A user name and a password in a key vault, of which it is known whether they still work. */
  | { readonly kind: "credentialSet"; readonly unhealthy: boolean; readonly set?: VaultLogin }
  | { readonly kind: "taskDefault" };

export interface AssignedIdentities {
  /** Empty without a system-assigned identity. */
  readonly systemPrincipalId: string;
  readonly user: readonly { readonly id: string; readonly principalId: string; readonly clientId: string }[];
  /** Those of the environment that it runs in and may log in as; absent for what runs in none. */
  readonly environment?: Collected<Omit<AssignedIdentities, "environment">>;
}

/** Where in the network a workload pulls from, as it says it itself. */
interface WorkloadStanding {
  readonly location: string;
  /** Subnets that it pulls through; none where it pulls over the internet. A gap where another resource would say it. */
  readonly subnetIds: Collected<readonly string[]>;
  /** The subnet that a site is integrated with and does not pull through. */
  readonly unusedSubnetId?: string;
  /** Public addresses, where the workload says them. */
  readonly outboundAddresses?: readonly string[];
}

/** One of the ways in which a workload logs in to a registry. */
interface WorkloadLogin {
  readonly identity: PullIdentity;
  /** The containers that log in so; absent where containers have no logins of their own. */
  readonly containers?: readonly ListedContainer[];
}

type LoggingIn = Pick<ListedWorkload, "kind" | "id" | "logins" | "identities">;

interface NamedRegistry {
  readonly id: string;
  readonly name: string;
  readonly loginServer: string;
}

/** Who a workload logs in to a registry as: several where its containers do not do so in the same way. */
export function loginsTo(workload: LoggingIn, registry: NamedRegistry): readonly WorkloadLogin[] {
  const { logins } = workload;
  const own = logins.filter((login) => isFor(login, registry));
  const chosen = own.length > 0 ? own : logins.filter(({ server }) => server === "");
  const [first] = chosen;
  if (first === undefined) return [{ identity: withoutLogin(workload, registry) }];
  if (first.container === undefined) return [{ identity: identityOf(workload, first.as, registry) }];
  const ways = Map.groupBy(chosen, ({ as }) => JSON.stringify(as));
  return [...ways.values()].flatMap((way) =>
    way.slice(0, 1).map(({ as }) => ({
      identity: identityOf(workload, as, registry),
      containers: way.flatMap(({ container }) => container ?? []),
    })),
  );
}

function isFor({ server }: ListedLogin, { id, loginServer }: NamedRegistry): boolean {
  return serverOf(server) === loginServer.toLowerCase() || sameId(server, id);
}

function withoutLogin({ id, logins }: LoggingIn, { loginServer }: NamedRegistry): PullIdentity {
  const servers = logins.map(({ server }) => server).filter((server) => !server.startsWith("/"));
  return nobody("anonymous", `${id} configures no login to ${loginServer}`, {
    fault: "noLogin",
    configured: [...new Set(servers)],
  });
}

function identityOf(workload: LoggingIn, as: LoginAs, { name }: NamedRegistry): PullIdentity {
  const { id } = workload;
  switch (as.kind) {
    case "identity":
      return managed(workload, as.named);
    case "nobody":
      return nobody("anonymous", `${id} logs in as nobody`, { fault: "noLogin", configured: [] });
    case "unnamed":
      return nobody("managedIdentity", as.why, { fault: "unclear" });
    case "unclear":
      return nobody("unknown", as.why, { fault: "unclear" });
    case "taskDefault":
      return nobody("anonymous", `${id} relies on what a registry gives to its own tasks`, { fault: "taskDefault" });
    case "credentialSet": {
      const detail = `${id} logs in with what its credential set keeps in a key vault`;
      return nobody("unknown", detail, {
        ...(as.unhealthy && { fault: "unhealthy" }),
        ...(as.set && { vaultLogin: as.set }),
      });
    }
    case "token":
      return withToken(id, as.name);
    case "password":
      return withPassword(id, as.userName, name);
  }
}

/** `contoso.azurecr.io` of `https://contoso.azurecr.io/` and of `contoso.westeurope.geo.azurecr.io`. */
export function serverOf(text: string): string {
  return withoutRegion(
    text
      .toLowerCase()
      .replace(/^https?:\/\//, "")
      .replace(/\/.*$/, ""),
  );
}

/**
 * How kinds name a managed identity that is assigned to them; tasks are taught either way.
 * https://learn.microsoft.com/azure/app-service/configure-custom-container
 * https://learn.microsoft.com/azure/container-apps/managed-identity-image-pull
 * https://learn.microsoft.com/azure/container-instances/using-azure-container-registry-mi
 */
const namesBy: Partial<Readonly<Record<PullerKind, "id" | "clientId">>> = {
  webApp: "clientId",
  functionApp: "clientId",
  webAppSlot: "clientId",
  containerApp: "id",
  containerAppJob: "id",
  containerGroup: "id",
};

/**
 * The environment of a container app lends its own identity as `system-environment`, and those assigned to it by their
 * ids. https://learn.microsoft.com/cli/azure/containerapp#az-containerapp-create
 */
function managed({ kind, id, identities }: LoggingIn, named: string): PullIdentity {
  const { systemPrincipalId, user, environment } = identities;
  const by = namesBy[kind];
  if (named === "" || (by !== "clientId" && /^\[?system\]?$/i.test(named))) {
    return systemAssigned(id, systemPrincipalId, "its own system-assigned identity");
  }
  const own = user.find((one) => sameId(one.id, named) || sameId(one.clientId, named));
  if (own && by !== undefined && !sameId(own[by], named)) return misnamed(id, named, own, by);
  if (own === undefined && environment?.known === false) {
    return { kind: "managedIdentity", clientId: "", principalId: environment };
  }
  const lent = environment?.known === true ? environment.value : undefined;
  if (/^system-environment$/i.test(named)) {
    return systemAssigned(id, lent?.systemPrincipalId ?? "", "the system-assigned identity of its environment");
  }
  const found = own ?? lent?.user.find((one) => sameId(one.id, named));
  if (found === undefined) return unassigned(id, named);
  const { id: resourceId, clientId, principalId } = found;
  const detail = `${id} does not say the principal of ${resourceId}`;
  return {
    kind: "managedIdentity",
    clientId,
    resourceId,
    principalId: principalId === "" ? missing({ fact: "identity", reason: "notFound", detail }) : known(principalId),
  };
}

/** It is assigned, and the service does not find it under what it is called. */
function misnamed(
  id: string,
  named: string,
  own: AssignedIdentities["user"][number],
  by: "id" | "clientId",
): PullIdentity {
  const detail = `${id} is to log in as ${named}, which it has, and has to name by its ${by === "id" ? "resource" : "client"} id`;
  return {
    ...unassigned(id, named),
    clientId: own.clientId,
    resourceId: own.id,
    principalId: missing({ fact: "identity", reason: "notFound", detail }),
  };
}

function systemAssigned(id: string, principalId: string, named: string): PullIdentity {
  if (principalId === "") return unassigned(id, named);
  return { kind: "managedIdentity", clientId: "", principalId: known(principalId) };
}

function unassigned(id: string, named: string): PullIdentity {
  const detail = `${id} is to log in as ${named}, which it does not have`;
  return {
    kind: "managedIdentity",
    clientId: "",
    principalId: missing({ fact: "identity", reason: "notFound", detail }),
    fault: "notAssigned",
    configured: [named],
  };
}

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** The user name that goes with a token which somebody fetched beforehand. */
const tokenUser = "00000000-0000-0000-0000-000000000000";

/** The admin user is called as the registry is, a service principal logs in with its client id, a token with its name. */
function withPassword(id: string, userName: string, registryName: string): PullIdentity {
  if (userName === "" || userName === tokenUser) {
    const which =
      userName === "" ? "a password whose user name is not visible" : "a token that somebody fetched before";
    return nobody("unknown", `${id} logs in with ${which}`, userName === "" ? {} : { userName });
  }
  if (userName.toLowerCase() === registryName.toLowerCase()) {
    return nobody("adminUser", `${id} logs in as the admin user`, { userName });
  }
  if (guid.test(userName)) {
    const detail = `service principal ${userName} was not looked up`;
    return {
      kind: "servicePrincipal",
      clientId: userName,
      userName,
      principalId: missing({ fact: "identity", reason: "notFound", detail }),
    };
  }
  return withToken(id, userName);
}

function withToken(id: string, userName: string): PullIdentity {
  return nobody("repositoryToken", `${id} logs in with the repository token ${userName}`, { userName });
}

function nobody(
  kind: PullIdentity["kind"],
  detail: string,
  more: Pick<PullIdentity, "fault" | "configured" | "userName" | "vaultLogin"> = {},
): PullIdentity {
  return { kind, clientId: "", principalId: missing({ fact: "identity", reason: "notFound", detail }), ...more };
}

/** Kinds that log in to registries with a token made for Azure Resource Manager when they use a managed identity. */
const armTokenKinds: readonly PullerKind[] = ["containerApp", "containerAppJob", "webApp", "functionApp", "webAppSlot"];

/** Whether a puller with a managed identity logs in with tokens made for Azure Resource Manager. */
export function asksArmToken({ kind, armTokenPools = [] }: Pick<Puller, "kind" | "armTokenPools">): boolean {
  return armTokenKinds.includes(kind) || armTokenPools.length > 0;
}
