import { describe, expect, test } from "vitest";
import { answerCanPull } from "../../src/app/can-pull.ts";
import { UnclearQuestionError } from "../../src/app/unclear-question.ts";
import { AzureError } from "../../src/azure/error.ts";
import { auditor, azureWith, someday } from "../audit.ts";
import type { FaultMatch } from "../azure/faults.ts";
import type { World } from "../azure/world.ts";
import { agentPoolBody } from "../azure/worlds/agent-pool.ts";
import { containerAppBody, containerEnvironmentBody } from "../azure/worlds/container-app.ts";
import { containerGroupBody } from "../azure/worlds/container-group.ts";
import { identityOf } from "../azure/worlds/identity-of.ts";
import { mlWorkspaceBody } from "../azure/worlds/ml-workspace.ts";
import { privateEndpointConnectionBody } from "../azure/worlds/private-endpoint-connection.ts";
import { pullCluster, pullGrant, pullIds, pullRegistry, pullWorld } from "../azure/worlds/pull-world.ts";
import { registryTaskBody } from "../azure/worlds/registry-task.ts";
import { siteBody } from "../azure/worlds/site.ts";

const { subscriptionId, appIdentity: granted, registry: registryId } = pullIds;
const place = { subscriptionId, resourceGroup: "rg-apps" };
const image = "contosoprod.azurecr.io/shop/web:1";
const server = "contosoprod.azurecr.io";
const stranger = granted.replace("id-orders", "id-stranger");
const env = (identity: object = {}) => containerEnvironmentBody({ ...place, name: "env", ...identity });

type Resources = World["resources"];

function worldOf(resources: Resources, registry: Resources[number] = pullRegistry("contosoprod")): World {
  return pullWorld({ resources: [registry, ...resources], roleAssignments: [pullGrant(granted)] });
}

/** What is asked in a world of which Resource Graph shows another state. */
async function ask(from: string, world: World, graphWorld = world) {
  await azureWith(world, someday, graphWorld);
  return answerCanPull(auditor(), { from, registry: "contosoprod" });
}

function cluster(kubeletIdentityId: string): Resources {
  return pullCluster({ kubeletIdentityId }).resources;
}

function app(kind: "containerApps" | "jobs", identity: string): Resources {
  const registries = [{ server, identity }];
  return [
    env(),
    containerAppBody({ ...place, name: "orders", kind, images: [image], registries, userAssigned: [granted] }),
  ];
}

function lent(userAssigned: readonly string[]): Resources {
  const registries = [{ server, identity: granted }];
  return [env({ userAssigned }), containerAppBody({ ...place, name: "orders", images: [image], registries })];
}

function group(identity: string): Resources {
  const credentials = [{ server, identity }];
  return [containerGroupBody({ ...place, name: "batch", images: [image], credentials, userAssigned: [granted] })];
}

function portal(
  usesIdentity: boolean,
  slot: { readonly slot?: string; readonly functionApp?: boolean } = {},
): Resources {
  const identityClientId = identityOf(granted).clientId;
  return [
    siteBody({ ...place, ...slot, name: "portal", image, usesIdentity, identityClientId, userAssigned: [granted] }),
  ];
}

const boxes = siteBody({ ...place, name: "boxes", linuxFxVersion: "sitecontainers", systemAssigned: true });

function workspace(identity: string): Resources {
  return [mlWorkspaceBody({ ...place, name: "models", registryId, systemAssigned: false, userAssigned: [identity] })];
}

function build(sourceIdentity: string): Resources {
  return [registryTaskBody({ registryId, name: "build", sourceIdentity, userAssigned: [granted] })];
}

const changes: readonly (readonly [string, string, Resources, Resources])[] = [
  ["a cluster", "my-aks-cluster", cluster(granted), cluster(stranger)],
  ["a container app", "orders", app("containerApps", granted), app("containerApps", stranger)],
  ["a container app job", "orders", app("jobs", granted), app("jobs", stranger)],
  ["the environment of a container app", "orders", lent([granted]), lent([])],
  ["a container group", "batch", group(granted), group(stranger)],
  ["a web app", "portal", portal(true), portal(false)],
  ["a function app", "portal", portal(true, { functionApp: true }), portal(false, { functionApp: true })],
  ["a slot", "portal/next", portal(true, { slot: "next" }), portal(false, { slot: "next" })],
  ["a workspace", "models", workspace(granted), workspace(stranger)],
  ["a task", "contosoprod/build", build(granted), build(stranger)],
];

test.for(changes)(
  "%s that was changed is answered as it is now, whatever Resource Graph still shows",
  async ([, from, able, unable]) => {
    const allowed = await ask(from, worldOf(able));
    expect(allowed).toMatchObject({ answer: "allow" });
    const refused = await ask(from, worldOf(unable));
    expect(refused.answer).not.toBe("allow");
    expect(await ask(from, worldOf(unable), worldOf(able))).toEqual(refused);
    expect(await ask(from, worldOf(able), worldOf(unable))).toEqual(allowed);
  },
);

test("the agent pool that a task was moved to decides from where it pulls", async () => {
  const shut = pullRegistry("contosoprod", { sku: "Premium", defaultAction: "Deny", allowedIps: ["9.9.9.9"] });
  const subnetId = `${pullIds.network}/subnets/nodes`;
  const [network] = pullCluster().resources.slice(1);
  if (!network) throw new Error("the cluster has no network");
  const task = registryTaskBody({
    registryId,
    name: "build",
    sourceIdentity: granted,
    userAssigned: [granted],
    agentPool: "p",
  });
  const inside = worldOf([network, task, agentPoolBody({ registryId, name: "p", subnetId })], shut);
  const outside = worldOf([network, task, agentPoolBody({ registryId, name: "p" })], shut);
  const now = await ask("contosoprod/build", inside);
  const before = await ask("contosoprod/build", outside);
  expect(before).not.toEqual(now);
  expect(await ask("contosoprod/build", inside, outside)).toEqual(now);
  expect(await ask("contosoprod/build", outside, inside)).toEqual(before);
});

test.for(changes)(
  "%s that was deleted is not there, and one that is new is there by its id",
  async ([, from, able]) => {
    const world = worldOf(able);
    const { puller } = await ask(from, world);
    const without = worldOf(able.filter(({ id }) => id.toLowerCase() !== puller.id.toLowerCase()));
    await expect(ask(from, without, world)).rejects.toThrow(UnclearQuestionError);
    await expect(ask(puller.id, without, world)).rejects.toThrow(UnclearQuestionError);
    expect(
      await ask(puller.id.toUpperCase().replace("/SUBSCRIPTIONS", "/subscriptions"), world, without),
    ).toMatchObject({
      answer: "allow",
    });
    await expect(ask(from, world, without)).rejects.toThrow(UnclearQuestionError);
  },
);

const refusals: readonly (readonly [string, string, Resources, RegExp])[] = [
  ...changes
    .filter(([what]) => what !== "the environment of a container app")
    .map(([what, from, able]) => [what, from, able, new RegExp(`/${from.split("/").at(-1)}$`, "i")] as const),
  ["the configuration of a web app", "portal", portal(true), /\/config\/web$/],
  ["the environment of a container app", "orders", lent([granted]), /\/managedEnvironments\/env$/],
];

test.for(refusals)(
  "%s that may not be read leaves it unknown, and says what may not be read",
  async ([, from, able, path]) => {
    const answer = await asking({ api: "arm", path }, { kind: "forbidden" }, from, worldOf(able));
    expect(answer).toMatchObject({ answer: "unknown", reason: "identity-not-known" });
    expect(answer.gaps).toMatchObject([{ reason: "forbidden", detail: expect.stringMatching(/^get \/.* 403/) }]);
  },
);

test("Azure that does not answer is no answer about the workload", async () => {
  const match = { api: "arm", path: /\/managedClusters\/my-aks-cluster$/ } as const;
  await expect(asking(match, { kind: "serverError" }, "my-aks-cluster", worldOf(cluster(granted)))).rejects.toThrow(
    AzureError,
  );
});

async function asking(
  match: FaultMatch,
  fault: { kind: "forbidden" | "notFound" | "serverError" },
  from: string,
  world: World,
) {
  const azure = await azureWith(world);
  using _fault = azure.fault(match, fault);
  return await answerCanPull(auditor(), { from, registry: "contosoprod" });
}

describe("a grant that was removed, and that Resource Graph still shows, is nobody's", () => {
  const registry = pullRegistry("contosoprod");
  const removed = async (from: string, resources: Resources, roleAssignments: World["roleAssignments"]) => {
    const now = pullWorld({ resources: [registry, ...resources] });
    return ask(from, now, { ...now, roleAssignments });
  };

  test.for([
    ["a web app", "portal", portal(true), "no-grant"],
    [
      "a cluster whose control plane is the same identity",
      "my-aks-cluster",
      pullCluster({ kubeletIdentityId: granted, controlPlaneIdentityId: granted }).resources,
      "not-attached",
    ],
  ] as const)("of %s, not another identity's either", async ([, from, resources, reason]) => {
    expect(await removed(from, resources, [pullGrant(granted)])).toMatchObject({ answer: "deny", reason });
  });

  const both = [
    siteBody({ ...place, name: "portal", image, usesIdentity: true, systemAssigned: true, userAssigned: [granted] }),
  ];

  test("of another identity, which is not said to have it", async () => {
    expect(await removed("portal", both, [pullGrant(granted)])).toMatchObject({ answer: "deny", reason: "no-grant" });
    const kept = pullWorld({ resources: [registry, ...both], roleAssignments: [pullGrant(granted)] });
    expect(await ask("portal", kept)).toMatchObject({ answer: "deny", reason: "granted-to-other-identity" });
  });

  test("of one of two others: to switch over to the one that still has it", async () => {
    const site = siteBody({ ...place, name: "portal", image, userAssigned: [granted, stranger] });
    const now = pullWorld({ resources: [registry, site], roleAssignments: [pullGrant(stranger)] });
    const before = [pullGrant(granted), pullGrant(stranger)];
    const answer = await ask("portal", now, { ...now, roleAssignments: before });
    expect(answer).toMatchObject({ answer: "unknown", reason: "password-not-visible" });
    expect(answer.remedy?.text).toMatch(/its identity id-stranger, which may pull already/);
    const gone = await removed("portal", [site], before);
    expect(gone.remedy?.text).not.toMatch(/may pull already/);
  });
});

const nothingBelow: readonly (readonly [string, string, World, RegExp])[] = [
  ["the configuration of a web app", "portal", worldOf(portal(true)), /\/config\/web$/],
  ["the configuration of a slot", "portal/next", worldOf(portal(true, { slot: "next" })), /\/config\/web$/],
  ["the containers of a site", "boxes", worldOf([boxes]), /\/sitecontainers$/],
];

test.for(nothingBelow)(
  "%s that is not found leaves a workload that is there unknown",
  async ([, from, world, path]) => {
    const answer = await asking({ api: "arm", path }, { kind: "notFound" }, from, world);
    expect(answer).toMatchObject({ answer: "unknown", reason: "identity-not-known", gaps: [{ reason: "notFound" }] });
  },
);

describe("what Resource Graph alone showed is named", () => {
  const behind = expect.stringMatching(/in the last minutes .*virtual networks.*: Resource Graph/);

  test("not of a registry that everybody reaches", async () => {
    const { notChecked } = await ask("my-aks-cluster", worldOf(cluster(granted)));
    expect(notChecked).not.toContainEqual(behind);
  });

  test.for([
    ["that denies by default", { defaultAction: "Deny" }],
    [
      "with a private endpoint",
      {
        privateEndpointConnections: [
          privateEndpointConnectionBody({ registryId, privateEndpointId: `${pullIds.network}/x` }),
        ],
      },
    ],
  ] as const)("once, of a registry %s", async ([, registry]) => {
    const world = worldOf(cluster(granted), pullRegistry("contosoprod", { sku: "Premium", ...registry }));
    const { notChecked } = await ask("my-aks-cluster", world);
    expect(notChecked.filter((one) => /Resource Graph/.test(one))).toEqual([behind]);
  });
});

test.for(["..", "."])("an id with a step to another path (%s) is no id", async (step) => {
  const [body] = cluster(granted);
  const from = `${body?.id}/../my-aks-cluster`.replace("..", step);
  await expect(ask(from, worldOf(cluster(granted)))).rejects.toThrow(/is no name, id or login server/);
});
