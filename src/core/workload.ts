import { type Collected, known, missing } from "./collected.ts";
import type { Learned, Puller, PullerKind, PullIdentity } from "./facts.ts";
import { withoutRegion } from "./image-reference.ts";
import { sameId } from "./resource-id.ts";

/** A workload that pulls images, as Resource Graph lists it; what is no cluster. */
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
  /** Login servers for which it carries a password as plain text. */
  readonly literalPasswords?: readonly string[];
}

/** How a workload logs in to one registry. */
export interface ListedLogin {
  /** A login server; empty for every registry. */
  readonly server: string;
  readonly as: LoginAs;
}

type LoginAs =
  /** A managed identity by its resource id or client id; empty for the workload's own, else a word of its service. */
  | { readonly kind: "identity"; readonly named: string }
  /** A user name with a password that Azure does not show; empty where not even the name is shown. */
  | { readonly kind: "password"; readonly userName: string }
  /** A repository token, whatever it is called. */
  | { readonly kind: "token"; readonly name: string }
  /** A user name and a password in a key vault, of which it is known whether they still work. */
  | { readonly kind: "credentialSet"; readonly unhealthy: boolean }
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

/** Who a workload logs in to a registry as. */
export function identityFor(
  { id, logins, identities }: Pick<ListedWorkload, "id" | "logins" | "identities">,
  registry: { readonly name: string; readonly loginServer: string },
): PullIdentity {
  const login =
    logins.find(({ server }) => serverOf(server) === registry.loginServer.toLowerCase()) ??
    logins.find(({ server }) => server === "");
  if (login === undefined) {
    const servers = [...new Set(logins.map(({ server }) => server))];
    return nobody("anonymous", `${id} configures no login to ${registry.loginServer}`, {
      fault: "noLogin",
      configured: servers,
    });
  }
  if (login.as.kind === "identity") return managed(id, login.as.named, identities);
  if (login.as.kind === "taskDefault") {
    return nobody("anonymous", `${id} relies on what a registry gives to its own tasks`, { fault: "taskDefault" });
  }
  if (login.as.kind === "credentialSet") {
    const detail = `${id} logs in with what its credential set keeps in a key vault`;
    return nobody("unknown", detail, login.as.unhealthy ? { fault: "unhealthy" } : {});
  }
  if (login.as.kind === "token") return withToken(id, login.as.name);
  return withPassword(id, login.as.userName, registry.name);
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
 * The environment of a container app lends its own identity as `system-environment`, and those assigned to it by their
 * ids. https://learn.microsoft.com/cli/azure/containerapp#az-containerapp-create
 */
function managed(
  id: string,
  named: string,
  { systemPrincipalId, user, environment }: AssignedIdentities,
): PullIdentity {
  if (/^\[?system\]?$/i.test(named) || named === "") {
    return systemAssigned(id, systemPrincipalId, "its own system-assigned identity");
  }
  const own = user.find((one) => sameId(one.id, named) || sameId(one.clientId, named));
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
  more: Pick<PullIdentity, "fault" | "configured" | "userName"> = {},
): PullIdentity {
  return { kind, clientId: "", principalId: missing({ fact: "identity", reason: "notFound", detail }), ...more };
}

/** Kinds that log in to registries with a token made for Azure Resource Manager when they use a managed identity. */
const armTokenKinds: readonly PullerKind[] = ["containerApp", "containerAppJob", "webApp", "functionApp", "webAppSlot"];

/** Whether a puller with a managed identity logs in with tokens made for Azure Resource Manager. */
export function asksArmToken({ kind, armTokenPools = [] }: Pick<Puller, "kind" | "armTokenPools">): boolean {
  return armTokenKinds.includes(kind) || armTokenPools.length > 0;
}
