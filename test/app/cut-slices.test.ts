import { expect, test } from "vitest";
import type { PullerSettings } from "../../src/app/cluster-entries.ts";
import { cutSlices } from "../../src/app/cut-slices.ts";
import { indexGrants } from "../../src/app/grant-index.ts";
import type { TenantInventory } from "../../src/app/inventory.ts";
import { noNetworks } from "../../src/app/network-inventory.ts";
import { noWorkloads } from "../../src/app/workloads.ts";
import type { ListedCluster } from "../../src/collect/clusters.ts";
import type { DirectoryEntry } from "../../src/collect/directory.ts";
import type { ListedRegistry } from "../../src/collect/registries.ts";
import { type Collected, known, missing } from "../../src/core/collected.ts";
import { microsoftTenant } from "../../src/core/credential-applicability.ts";
import type { Credential, Grant, Principal } from "../../src/core/facts.ts";
import type { PrincipalEntry, PrincipalSlice, PullerEntry, SubscriptionSlice } from "../../src/core/slice.ts";
import {
  appId,
  clusterId,
  controlPlaneId,
  credential,
  forbidden,
  grant,
  kubeletId,
  principal,
  principalId,
  realm,
  registryId,
  repositoryReader,
  role,
  subscriptionId,
  subscriptionScope,
} from "../facts.ts";

const otherSubscription = "50000000-0000-4000-8000-000000000002";
const fabrikamId = `/subscriptions/${otherSubscription}/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/fabrikam`;
const contoso: ListedRegistry = {
  id: registryId,
  name: "contoso",
  subscriptionId,
  loginServer: "contoso.azurecr.io",
  roleAssignmentMode: "LegacyRegistryPermissions",
};
const fabrikam: ListedRegistry = {
  id: fabrikamId,
  name: "fabrikam",
  subscriptionId: otherSubscription,
  loginServer: "fabrikam.azurecr.io",
  roleAssignmentMode: "AbacRepositoryPermissions",
};

function cluster(changes: Partial<ListedCluster> = {}): ListedCluster {
  return {
    id: clusterId,
    name: "shop",
    subscriptionId,
    kubelet: { objectId: kubeletId, clientId: "c" },
    servicePrincipalClientId: "msi",
    controlPlaneIds: [controlPlaneId],
    declared: [],
    network: {
      location: "westeurope",
      nodeResourceGroup: "mc_shop",
      subnetIds: [],
      outboundType: "loadBalancer",
      outboundIpIds: [],
      nodePublicIps: false,
    },
    ...changes,
  };
}

function withServicePrincipal(changes: Partial<ListedCluster> = {}): ListedCluster {
  const { kubelet: _, ...rest } = cluster();
  return { ...rest, servicePrincipalClientId: appId.toUpperCase(), ...changes };
}

function directoryOf(
  one: Principal = principal(),
  own: Collected<readonly Credential[]> = known([]),
  application = true,
) {
  const entry: DirectoryEntry = { principal: one, credentials: own };
  return known({
    servicePrincipals: new Map([[one.id, known(entry)]]),
    objectIds: new Map([[one.appId, one.id]]),
    applications: new Map(
      application ? [[one.appId, { id: "app-object", credentials: known([credential()]), singleTenant: true }]] : [],
    ),
  });
}

interface World {
  readonly grants?: readonly Grant[];
  readonly groups?: Readonly<Record<string, Collected<readonly string[]>>>;
  readonly clusters?: readonly ListedCluster[];
  readonly inventory?: Partial<TenantInventory>;
  readonly settings?: Partial<PullerSettings>;
}

function cut({ grants = [], groups = {}, clusters = [cluster()], inventory = {}, settings = {} }: World) {
  const slices = cutSlices(
    {
      homeTenantId: realm.tenantId,
      subscriptions: {
        whole: true,
        subscriptions: [
          { id: subscriptionId, name: "Shop", tenantId: realm.tenantId, ancestors: ["mg-root"] },
          { id: otherSubscription, name: "Data", tenantId: realm.tenantId, ancestors: ["mg-root", "mg-data"] },
        ],
        gaps: [],
      },
      registries: known({ registries: [contoso, fabrikam], malformed: [] }),
      clusters: known({ clusters, malformed: [] }),
      grants: known(indexGrants(grants, new Map(Object.entries(groups)))),
      directory: directoryOf(),
      network: noNetworks,
      workloads: noWorkloads,
      ...inventory,
    },
    { clusterRegistries: {}, expectedScopes: [], ...settings },
  );
  const subscriptions = slices.filter((slice): slice is SubscriptionSlice => slice.kind === "subscription");
  const principals = slices.find((slice): slice is PrincipalSlice => slice.kind === "principals");
  const pullers = subscriptions.flatMap((slice) => slice.pullers);
  return {
    slices,
    subscriptions,
    principals: principals ?? expect.unreachable(),
    pullers,
    get shop(): PullerEntry {
      return pullers[0] ?? expect.unreachable("there is no puller");
    },
  };
}

function needsOf({ needs }: PullerEntry): Readonly<Record<string, readonly string[]>> {
  if (!needs.known) return expect.unreachable();
  return Object.fromEntries(needs.value.map(({ registryName, learned }) => [registryName, learned]));
}

test("there is a slice for each subscription with its registries and clusters, and one for principals", () => {
  const { slices, subscriptions } = cut({});
  expect(slices.map(({ id }) => id)).toEqual([subscriptionId, otherSubscription, "principals"]);
  expect(subscriptions.map(({ registries }) => registries.map(({ name }) => name))).toEqual([
    ["contoso"],
    ["fabrikam"],
  ]);
  expect(subscriptions.map(({ pullers }) => pullers.map(({ name }) => name))).toEqual([["shop"], []]);
});

test("slices are plain JSON", () => {
  const { slices } = cut({
    grants: [grant(), grant({ principalId })],
    clusters: [cluster({ declared: ["contoso", "gone"] })],
  });
  expect(JSON.parse(JSON.stringify(slices))).toEqual(slices);
});

const ways: Readonly<Record<string, readonly [World, Readonly<Record<string, readonly string[]>>]>> = {
  "a tag that names it": [{ clusters: [cluster({ declared: ["CONTOSO"] })] }, { contoso: ["tag"] }],
  "a tag with its host or its id": [
    { clusters: [cluster({ declared: ["contoso.azurecr.io", fabrikamId.toUpperCase()] })] },
    { contoso: ["tag"], fabrikam: ["tag"] },
  ],
  "a setting by the cluster's name": [
    { settings: { clusterRegistries: { shop: ["contoso"] } } },
    { contoso: ["setting"] },
  ],
  "a setting by the cluster's id": [
    { settings: { clusterRegistries: { [clusterId.toLowerCase()]: ["contoso"] } } },
    { contoso: ["setting"] },
  ],
  "its bootstrap profile": [
    { clusters: [cluster({ bootstrapRegistryId: registryId.toUpperCase() })] },
    { contoso: ["bootstrapProfile"] },
  ],
  "a grant to its kubelet identity on the registry": [{ grants: [grant()] }, { contoso: ["grant"] }],
  "a grant to its control-plane identity on the registry": [
    { grants: [grant({ principalId: controlPlaneId })] },
    { contoso: ["grant"] },
  ],
  "a grant that the registry's mode ignores": [{ grants: [grant({ scope: fabrikamId })] }, { fabrikam: ["grant"] }],
  "a grant to a group that it is in": [
    { grants: [grant({ principalId: "g", principalType: "Group" })], groups: { g: known([kubeletId]) } },
    { contoso: ["grant"] },
  ],
  "what is expected of its subscription": [
    { settings: { expectedScopes: [subscriptionScope] } },
    { contoso: ["expected"] },
  ],
  "several of these": [
    {
      grants: [grant()],
      clusters: [cluster({ declared: ["contoso"] })],
      settings: { expectedScopes: [subscriptionScope] },
    },
    { contoso: ["tag", "expected", "grant"] },
  ],
};

test.for(Object.entries(ways))("a cluster needs a registry by %s", ([, [world, needs]]) => {
  const { shop } = cut(world);
  expect(needsOf(shop)).toEqual(needs);
  expect(shop.unresolved).toEqual([]);
});

const noWays: Readonly<Record<string, World>> = {
  "a grant above the registry": { grants: [grant({ scope: subscriptionScope })] },
  "a grant that lets nobody pull": { grants: [grant({ role: role("AcrDelete", { actions: ["x/delete"] }) })] },
  "a grant to somebody else": { grants: [grant({ principalId })] },
  "a setting for another cluster": { settings: { clusterRegistries: { billing: ["contoso"] } } },
  "what is expected of another subscription": { settings: { expectedScopes: [`/subscriptions/${otherSubscription}`] } },
  "a tag that says none": { clusters: [cluster({ declared: ["None"] })] },
};

test.for(Object.entries(noWays))("a cluster needs no registry by %s", ([, world]) => {
  expect(needsOf(cut(world).shop)).toEqual({});
});

test("a name that no registry has is kept, so that nothing is taken for fixed", () => {
  const { shop } = cut({
    clusters: [cluster({ declared: ["gone"] })],
    settings: { clusterRegistries: { shop: ["lost"] } },
  });
  expect(shop.unresolved).toEqual([
    { text: "gone", learned: ["tag"] },
    { text: "lost", learned: ["setting"] },
  ]);
});

test("a cluster may have the name of something that every object has", () => {
  expect(needsOf(cut({ clusters: [cluster({ name: "constructor" })] }).shop)).toEqual({});
});

test("a need carries the grants at and above its registry, and no others", () => {
  const above = grant({ scope: "/providers/Microsoft.Management/managementGroups/mg-data", id: "above" });
  const beside = grant({ scope: subscriptionScope, id: "beside" });
  const { shop } = cut({
    clusters: [cluster({ declared: ["fabrikam"] })],
    grants: [
      above,
      beside,
      { ...above, principalId: controlPlaneId, id: "bystander" },
      { ...above, principalId: "u", principalType: "Group" },
    ],
    groups: { u: missing(forbidden) },
  });
  const [need] = shop.needs.known ? shop.needs.value : [];
  expect(need).toMatchObject({
    registryId: fabrikamId,
    ancestors: ["mg-root", "mg-data"],
    grants: known([above]),
    unreadGroups: [{ principalId: "u" }],
    bystanderGrants: [{ id: "bystander", principalId: controlPlaneId }],
  });
});

test("other clusters that can pull are named for contrast, some for each mode", () => {
  const others = Array.from({ length: 9 }, (_, index) =>
    cluster({ id: `${clusterId}${index}`, name: `c${index}`, kubelet: { objectId: `k${index}`, clientId: "c" } }),
  );
  const grants = others.map((_, index) =>
    grant({ principalId: `k${index}`, scope: fabrikamId, ...(index === 8 && { role: repositoryReader }) }),
  );
  const { shop } = cut({ clusters: [cluster({ declared: ["fabrikam"] }), ...others], grants });
  const [need] = shop.needs.known ? shop.needs.value : [];
  const names = need?.others.map(({ name }) => name) ?? [];
  expect(names).toContain("c8");
  expect(names).not.toContain("shop");
  expect(names.length).toBeLessThan(9);
});

const hidden: Readonly<Record<string, World>> = {
  "the registries": { inventory: { registries: missing(forbidden) } },
  "the grants": { inventory: { grants: missing(forbidden) } },
  "the members of a group with a grant on a registry": {
    grants: [grant({ principalId: "g", principalType: "Group" })],
    groups: { g: missing(forbidden) },
  },
  "the object id of its service principal": {
    clusters: [withServicePrincipal({ declared: ["contoso"] })],
    inventory: { directory: missing(forbidden) },
  },
};

test.for(Object.entries(hidden))("without %s no need may be taken for gone", ([, world]) => {
  expect(cut(world).shop.needs).toEqual(missing(forbidden));
});

test("the members of a group with a grant above all registries hide no need", () => {
  const grants = [grant({ principalId: "g", principalType: "Group", scope: subscriptionScope })];
  const { shop } = cut({ grants, groups: { g: missing(forbidden) } });
  expect(needsOf(shop)).toEqual({});
  expect(shop.hasPullGrant).toEqual(missing(forbidden));
});

test("a cluster with a service principal pulls as that, found by its client id in whatever case", () => {
  const { shop } = cut({ clusters: [withServicePrincipal()], grants: [grant({ principalId })] });
  expect(shop.puller).toMatchObject({
    value: { identity: { kind: "servicePrincipal", principalId: known(principalId) } },
  });
  expect(needsOf(shop)).toEqual({ contoso: ["grant"] });
  expect(shop.hasPullGrant).toEqual(known(true));
});

test("a cluster whose service principal does not exist has no identity that is known", () => {
  const { shop } = cut({ clusters: [withServicePrincipal({ servicePrincipalClientId: "x" })] });
  expect(shop.puller).toMatchObject({
    value: { identity: { principalId: { known: false, gap: { reason: "notFound" } } } },
  });
});

test.for(["msi", "MSI", ""])("a cluster that says neither identity (%j) is a gap", (servicePrincipalClientId) => {
  const { shop } = cut({ clusters: [withServicePrincipal({ servicePrincipalClientId })] });
  const unknown = { known: false, gap: { reason: "malformed" } };
  expect(shop).toMatchObject({
    puller: { value: { identity: { kind: "managedIdentity", principalId: unknown } } },
    needs: unknown,
    hasPullGrant: unknown,
  });
});

test("a cluster that could not be read is there as a gap", () => {
  const { shop } = cut({
    inventory: { clusters: known({ clusters: [], malformed: [{ id: clusterId, detail: "odd" }] }) },
  });
  expect(shop).toMatchObject({
    name: "shop",
    puller: { known: false },
    needs: { known: false },
    hasPullGrant: { known: false },
  });
});

test("a registry that could not be read is still looked at by its worker", () => {
  const registries = known({ registries: [], malformed: [{ id: registryId, detail: "odd" }] });
  expect(cut({ inventory: { registries } }).subscriptions[0]?.registries).toEqual([
    { id: registryId, name: "contoso" },
  ]);
});

test("registries and clusters that could not be listed are gaps of every subscription", () => {
  const { subscriptions } = cut({ inventory: { registries: missing(forbidden), clusters: missing(forbidden) } });
  expect(subscriptions.map(({ gaps, pullers }) => [gaps.length, pullers.length])).toEqual([
    [2, 0],
    [2, 0],
  ]);
});

test.for([
  ["a grant on a registry", grant(), true],
  ["a grant above one", grant({ scope: subscriptionScope }), true],
  ["a grant on no registry", grant({ scope: `${registryId}2` }), false],
  ["a grant that lets nobody pull", grant({ role: role("AcrDelete", { actions: ["x"] }) }), false],
] as const)("%s is a pull grant somewhere: %s", ([, one, has]) => {
  expect(cut({ grants: [one] }).shop.hasPullGrant).toEqual(known(has));
});

function principalIn(world: World): PrincipalEntry | undefined {
  return cut({ clusters: [], ...world }).principals.principals[0];
}

test("a principal's reach counts each registry once, by what its mode honours", () => {
  const reading = grant({ principalId, scope: "/", role: repositoryReader, id: "r" });
  const entry = principalIn({
    grants: [grant({ principalId }), grant({ principalId, scope: subscriptionScope }), reading],
  });
  expect(entry?.reach).toEqual(
    known({
      registries: 2,
      names: ["contoso", "fabrikam"],
      subscriptions: [subscriptionId, otherSubscription],
    }),
  );
});

test("a principal that reaches no registry is left out", () => {
  expect(principalIn({ grants: [grant({ principalId, scope: fabrikamId })] })).toBeUndefined();
  expect(
    principalIn({ grants: [grant({ principalId, role: role("Vaults", { actions: ["v/read"] }) })] }),
  ).toBeUndefined();
});

test("a role that could not be read leaves the reach unknown where a registry lies below", () => {
  expect(principalIn({ grants: [grant({ principalId, role: forbidden })] })?.reach).toEqual(missing(forbidden));
  expect(principalIn({ grants: [grant({ principalId, role: forbidden, scope: "/subscriptions/x" })] })).toBeUndefined();
});

test("a principal has the credentials of its application and its own", () => {
  const own = credential({ keyId: "own", on: "servicePrincipal" });
  const entry = principalIn({
    grants: [grant({ principalId })],
    inventory: { directory: directoryOf(principal(), known([own])) },
  });
  expect(entry).toMatchObject({
    name: "ci-push",
    applicationId: "app-object",
    credentials: known([credential(), own]),
  });
});

const odd: Readonly<Record<string, readonly [TenantInventory["directory"], Partial<PrincipalEntry>]>> = {
  "nobody that the directory knows": [
    directoryOf(principal({ id: "other" })),
    { name: principalId, principal: known(null), credentials: known([]) },
  ],
  "somebody while the directory cannot be read": [
    missing(forbidden),
    { name: principalId, principal: missing(forbidden), credentials: missing(forbidden) },
  ],
  "a managed identity": [
    directoryOf(principal({ type: "ManagedIdentity" }), missing(forbidden), false),
    { credentials: known([]) },
  ],
  "a principal of Microsoft": [
    directoryOf(principal({ ownerTenantId: microsoftTenant }), known([]), false),
    { credentials: known([]) },
  ],
  "a principal whose own credentials could not be read": [
    directoryOf(principal(), missing(forbidden)),
    { credentials: missing(forbidden) },
  ],
};

test.for(Object.entries(odd))("a grant may be held by %s", ([, [directory, expected]]) => {
  expect(principalIn({ grants: [grant({ principalId })], inventory: { directory } })).toMatchObject(expected);
});

test("credentials of another tenant's application cannot be seen here, which is a gap", () => {
  const directory = directoryOf(principal({ ownerTenantId: "partner" }), known([]), false);
  const entry = principalIn({ grants: [grant({ principalId })], inventory: { directory } });
  expect(entry?.credentials).toMatchObject({ known: false, gap: { reason: "notFound" } });
});

const subscriptions = {
  whole: true,
  subscriptions: [{ id: subscriptionId, name: "Shop", tenantId: realm.tenantId, ancestors: [] }],
  gaps: [forbidden],
};
const incomplete: Readonly<Record<string, World>> = {
  "the grants": { inventory: { grants: missing(forbidden) } },
  "the directory": { inventory: { directory: missing(forbidden) } },
  "the registries": { inventory: { registries: missing(forbidden) } },
  "one of the registries": {
    inventory: { registries: known({ registries: [contoso], malformed: [{ id: fabrikamId, detail: "odd" }] }) },
  },
  "one of the subscriptions": { inventory: { subscriptions } },
  "a group's members": { groups: { g: missing(forbidden) } },
};

test.for(Object.entries(incomplete))(
  "without %s a principal that is not listed may still reach a registry",
  ([, world]) => {
    expect(cut(world).principals.complete).toBe(false);
  },
);

test("with all of it read, a principal that is not listed reaches none", () => {
  expect(cut({}).principals).toMatchObject({ complete: true, gaps: [] });
});
