import { describe, expect, test } from "vitest";
import { answerCanPull } from "../../src/app/can-pull.ts";
import { readWorkloads } from "../../src/app/workloads.ts";
import { createMeter } from "../../src/azure/meter.ts";
import { auditor, azureWith, sweep } from "../audit.ts";
import type { World } from "../azure/world.ts";
import { containerGroupBody } from "../azure/worlds/container-group.ts";
import { identityOf } from "../azure/worlds/identity-of.ts";
import { mlWorkspaceBody } from "../azure/worlds/ml-workspace.ts";
import { pullApp, pullCluster, pullGrant, pullIds, pullRegistry, pullWorld } from "../azure/worlds/pull-world.ts";
import { registryTaskBody } from "../azure/worlds/registry-task.ts";
import { repositoryTokenBody } from "../azure/worlds/repository-token.ts";
import { scaleSetBody } from "../azure/worlds/scale-set.ts";
import { scopeMapBody } from "../azure/worlds/scope-map.ts";
import { siteBody, siteContainerBody } from "../azure/worlds/site.ts";

const place = { subscriptionId: pullIds.subscriptionId, resourceGroup: "rg-apps" };
const image = "contosoprod.azurecr.io/shop/web:1";
const portal = siteBody({ ...place, name: "portal", image, usesIdentity: true, systemAssigned: true });
const slot = siteBody({ ...place, name: "portal", slot: "next", image, usesIdentity: false });
const sidecars = siteBody({ ...place, name: "sidecars", linuxFxVersion: "sitecontainers", systemAssigned: true });
const plain = siteBody({ ...place, name: "plain" });
const group = containerGroupBody({
  ...{ ...place, name: "batch", images: ["contosoprod.azurecr.io/shop/batch:3", "docker.io/library/redis"] },
  credentials: [{ server: "contosoprod.azurecr.io", username: "depot-token" }],
});
const workspace = mlWorkspaceBody({ ...place, name: "models", registryId: pullIds.registry });
const task = registryTaskBody({
  ...{ registryId: pullIds.registry, name: "build", systemAssigned: true },
  customRegistries: { "contosodev.azurecr.io": "[system]", "quay.io": "password" },
});
const typo = pullApp({ images: ["contosoprod.azureacr.io/shop/orders:2.1"] });

const consumers = pullWorld({
  resources: [
    ...[pullRegistry("contosoprod"), pullRegistry("contosodev"), portal, slot, sidecars, plain, group, workspace, task],
    ...typo,
  ],
  children: {
    [`${pullIds.registry}/tokens`]: [
      repositoryTokenBody({
        ...{ registryId: pullIds.registry, name: "depot-token", scopeMap: "shop" },
        passwords: [{ name: "password1", creationTime: "2026-01-05T08:00:00Z" }],
      }),
    ],
    [`${pullIds.registry}/scopeMaps`]: [
      scopeMapBody({ registryId: pullIds.registry, name: "shop", actions: ["repositories/shop/*/content/read"] }),
    ],
    [`${sidecars.id}/sitecontainers`]: [
      siteContainerBody(sidecars.id, "main", { image, authType: "SystemIdentity" }),
      siteContainerBody(sidecars.id, "logs", {
        image: "contosodev.azurecr.io/logs:1",
        authType: "UserCredentials",
        userName: "contosodev",
      }),
    ],
  },
  roleAssignments: [pullGrant(portal.id), pullGrant(workspace.id)],
});

test("every kind of workload is listed with its images and how it logs in, and with no secret", async () => {
  await azureWith(consumers);
  const { connect } = auditor();
  const { workloads, malformed, gaps } = await readWorkloads(connect(createMeter()), {});
  expect([...malformed, ...gaps]).toEqual([]);
  const shown = Object.fromEntries(workloads.map(({ name, kind, images, logins }) => [name, { kind, images, logins }]));
  expect(shown).toEqual({
    orders: {
      kind: "containerApp",
      images: ["contosoprod.azureacr.io/shop/orders:2.1"],
      logins: [{ server: "contosoprod.azurecr.io", as: { kind: "identity", named: pullIds.appIdentity } }],
    },
    batch: {
      kind: "containerGroup",
      images: ["contosoprod.azurecr.io/shop/batch:3", "docker.io/library/redis"],
      logins: [{ server: "contosoprod.azurecr.io", as: { kind: "password", userName: "depot-token" } }],
    },
    portal: { kind: "webApp", images: [image], logins: [{ server: "", as: { kind: "identity", named: "" } }] },
    "portal/next": {
      kind: "webAppSlot",
      images: [image],
      logins: [{ server: "", as: { kind: "password", userName: "" } }],
    },
    sidecars: {
      kind: "webApp",
      images: [image, "contosodev.azurecr.io/logs:1"],
      logins: [
        {
          server: "contosoprod.azurecr.io",
          as: { kind: "identity", named: "" },
          container: { name: "main", image },
        },
        {
          server: "contosodev.azurecr.io",
          as: { kind: "password", userName: "contosodev" },
          container: { name: "logs", image: "contosodev.azurecr.io/logs:1" },
        },
      ],
    },
    plain: { kind: "webApp", images: [], logins: [{ server: "", as: { kind: "password", userName: "" } }] },
    models: { kind: "mlWorkspace", images: [], logins: [{ server: "", as: { kind: "identity", named: "" } }] },
    "contosoprod/build": {
      kind: "acrTask",
      images: ["contosodev.azurecr.io/", "quay.io/"],
      logins: [
        { server: "contosodev.azurecr.io", as: { kind: "identity", named: "[system]" } },
        { server: "quay.io", as: { kind: "password", userName: "" } },
        { server: pullIds.registry, as: { kind: "taskDefault" } },
      ],
    },
  });
  expect(JSON.stringify(workloads)).not.toMatch(/REDACTED|robot|GREETING/);
});

test("a sweep says of each what is wrong, and of a site without containers nothing", async () => {
  await azureWith(consumers);
  const { report } = await sweep(auditor());
  const found = report.findings.filter(({ subject }) => subject.kind === "puller");
  expect(found.map(({ ruleId, subject }) => `${subject.name}: ${ruleId}`).sort()).toEqual([
    "contosoprod/build: task-with-literal-password",
    "contosoprod/build: workload-cannot-pull",
    "orders: image-host-unknown",
    "portal/next: web-app-pulls-with-password",
    "sidecars: admin-user-still-used",
    "sidecars: workload-cannot-pull",
  ]);
  expect(found.find(({ ruleId }) => ruleId === "image-host-unknown")?.message).toMatch(
    /there is no registry contosoprod\.azureacr\.io; contosoprod\.azurecr\.io may be meant/,
  );
  const arm = report.findings.filter(({ ruleId }) => ruleId === "arm-audience-token-accepted");
  expect(arm.map(({ subject }) => subject.name)).toEqual(["contosodev"]);
});

test("what is no longer pulled from any registry is not wrong any more", async () => {
  const runtime = auditor();
  await azureWith(consumers);
  await sweep(runtime);
  const moved = pullApp({ images: ["docker.io/library/nginx"], registries: [] });
  await azureWith({
    ...consumers,
    resources: [...consumers.resources.filter(({ id }) => !/orders$/.test(id)), ...moved.slice(1)],
  });
  const { report } = await sweep(runtime);
  const typos = report.resolved.filter(({ ruleId }) => ruleId === "image-host-unknown");
  expect(typos).toMatchObject([{ state: "resolved", resolvedReason: "notApplicable" }]);
});

test("a scale set that lost the kubelet identity is found, and asked about by itself", async () => {
  const { body, resources, kubeletId } = pullCluster({ tags: { "acraudit-registries": "contosoprod" } });
  const work = scaleSetBody({ cluster: body, pool: "work", identityIds: [] });
  await azureWith(
    pullWorld({
      resources: [pullRegistry("contosoprod"), ...resources.filter(({ id }) => id !== work.id), work],
      roleAssignments: [pullGrant(kubeletId)],
    }),
  );
  const { report } = await sweep(auditor());
  expect(report.findings.filter(({ severity }) => severity === "high")).toMatchObject([
    { ruleId: "node-pool-lacks-kubelet-identity", evidence: { pools: ["work"] } },
  ]);
  const pull = await answerCanPull(auditor(), { from: body.id, registry: pullIds.registry });
  expect(pull).toMatchObject({
    answer: "deny",
    reason: "identity-not-on-nodes",
    evidence: { facts: { pools: ["work"] } },
  });
});

test.for([
  ["portal", "contosoprod", { answer: "allow", reason: "allowed" }],
  ["portal/next", "contosoprod", { answer: "unknown", reason: "password-not-visible" }],
  ["batch", "contosoprod", { answer: "allow", reason: "token-allowed", identity: { userName: "depot-token" } }],
  ["models", "contosoprod", { answer: "allow", reason: "allowed" }],
  ["contosoprod/build", "contosoprod", { answer: "allow", reason: "own-task" }],
  ["sidecars", "contosodev", { answer: "deny", reason: "admin-user-disabled" }],
  ["orders", "contosoprod", { answer: "deny", reason: "no-grant", learned: ["asked"] }],
] as const)("%s and %s", async ([name, registry, answer]) => {
  await azureWith(consumers);
  const ids: Readonly<Record<string, string>> = { "portal/next": slot.id, "contosoprod/build": task.id };
  expect(await answerCanPull(auditor(), { from: ids[name] ?? name, registry })).toMatchObject(answer);
});

test("a site that runs code and no container is no puller", async () => {
  await azureWith(consumers);
  const asked = answerCanPull(auditor(), { from: "plain", registry: "contosoprod" });
  await expect(asked).rejects.toThrow(/web app "plain" runs no container, so it pulls from no registry/);
});

test("a site whose configuration is not visible is a gap, and one that runs code is none", async () => {
  const unseen = (name: string, kind: string) => {
    return { ...portal, id: portal.id.replace(/portal$/, name), name, kind, properties: { state: "Running" } };
  };
  await azureWith(
    pullWorld({
      resources: [pullRegistry("contosoprod"), unseen("boxed", "app,linux,container"), unseen("code", "app")],
    }),
  );
  const { evaluations } = await sweep(auditor());
  const sites = evaluations.filter(({ subject }) => subject.kind === "puller");
  expect(new Set(sites.map(({ subject, outcome }) => `${subject.name} ${outcome}`))).toEqual(
    new Set(["boxed unknown"]),
  );
});

describe("containers of a site log in to one registry", () => {
  const main = { image, authType: "SystemIdentity" };
  const side = { image: "contosoprod.azurecr.io/shop/side:1" };
  const clientId = identityOf(pullIds.appIdentity).clientId;
  type Container = Parameters<typeof siteContainerBody>[2];
  const withContainers = (containers: Readonly<Record<string, Container>>) =>
    azureWith(
      pullWorld({
        resources: [pullRegistry("contosoprod"), sidecars],
        children: {
          [`${sidecars.id}/sitecontainers`]: Object.entries(containers).map(([name, one]) =>
            siteContainerBody(sidecars.id, name, one),
          ),
        },
        roleAssignments: [pullGrant(sidecars.id)],
      }),
    );
  const asked = { from: "sidecars", registry: "contosoprod" };

  test.for([
    ["nobody", { authType: "Anonymous" }, "no-credential", "workload-cannot-pull"],
    [
      "the admin user, which is disabled",
      { authType: "UserCredentials", userName: "contosoprod" },
      "admin-user-disabled",
      "admin-user-still-used",
    ],
    [
      "an identity that the site does not have",
      { authType: "UserAssigned", userManagedIdentityClientId: clientId },
      "identity-not-assigned",
      "workload-cannot-pull",
    ],
  ] as const)("one as itself, and one as %s, which decides", async ([, login, reason, ruleId]) => {
    await withContainers({ main, side: { ...side, ...login } });
    const answer = await answerCanPull(auditor(), asked);
    expect(answer).toMatchObject({ answer: "deny", reason, repositories: ["shop/side"] });
    expect(answer.message).toMatch(/^sidecars \(container side\) cannot pull from contosoprod\./);
    expect(answer.evidence.facts).toMatchObject({ containers: ["side"] });
    const { report } = await sweep(auditor());
    expect(report.matrix.cells).toMatchObject([
      { puller: "sidecars", registry: "contosoprod", answer: "deny", reason },
    ]);
    const own = report.findings.filter(({ subject }) => subject.kind === "puller");
    expect(own).toMatchObject([{ ruleId, message: expect.stringMatching(/^sidecars \(container side\) /) }]);
  });

  test("all as itself, and it can", async () => {
    await withContainers({ main, side: { ...side, authType: "SystemIdentity" } });
    expect(await answerCanPull(auditor(), asked)).toMatchObject({ answer: "allow", reason: "allowed" });
  });

  test("and only those that pull a repository are asked about it", async () => {
    await withContainers({ main, side: { ...side, authType: "Anonymous" } });
    const about = (repository: string) => answerCanPull(auditor(), { ...asked, repository });
    expect(await about("shop/web")).toMatchObject({ answer: "allow" });
    expect(await about("shop/side")).toMatchObject({ answer: "deny" });
    expect(await about("shop/other")).toMatchObject({ answer: "deny" });
  });

  test.for([
    ["names no identity", { authType: "UserAssigned" }],
    ["is not known here", { authType: "FutureAuth" }],
  ] as const)("in a way that %s, and nobody is told that it can or cannot", async ([, login]) => {
    await withContainers({ main: { image, ...login } });
    const answer = await answerCanPull(auditor(), asked);
    expect(answer).toMatchObject({ answer: "unknown", reason: "identity-not-known" });
    expect(answer.gaps[0]?.detail).toMatch(/^container main /);
    const { report } = await sweep(auditor());
    expect(report.findings.filter(({ subject }) => subject.kind === "puller")).toEqual([]);
  });
});

test("a site has to name its identity by the client id", async () => {
  const byId = siteBody({
    ...{ ...place, image, usesIdentity: true, name: "portal", userAssigned: [pullIds.appIdentity] },
    identityClientId: pullIds.appIdentity,
  });
  await azureWith(
    pullWorld({ resources: [pullRegistry("contosoprod"), byId], roleAssignments: [pullGrant(pullIds.appIdentity)] }),
  );
  const answer = await answerCanPull(auditor(), { from: "portal", registry: "contosoprod" });
  expect(answer).toMatchObject({ answer: "deny", reason: "identity-not-assigned" });
  expect(answer.contradicting.join()).toMatch(/has to name by its client id/);
});

test("images come from containers alone, and capitals in them are said", async () => {
  const app = pullApp({ images: ["ContosoProd.azurecr.io:443/shop/orders:2.1"] });
  const rules = [{ name: "load", custom: { metadata: { image: "contosodev.azurecr.io/not/pulled" } } }];
  const scaled = JSON.parse(
    JSON.stringify(app).replace('"rules":null', `"rules":${JSON.stringify(rules)}`),
  ) as typeof app;
  expect(JSON.stringify(scaled)).toContain("not/pulled");
  await azureWith(
    pullWorld({
      resources: [pullRegistry("contosoprod"), pullRegistry("contosodev"), ...scaled],
      roleAssignments: [pullGrant(pullIds.appIdentity)],
    }),
  );
  const { report } = await sweep(auditor());
  expect(report.matrix.cells.map(({ registry, answer }) => `${registry} ${answer}`)).toEqual(["contosoprod allow"]);
  expect(report.findings.filter(({ ruleId }) => ruleId === "image-in-capitals")).toMatchObject([{ severity: "info" }]);
  const answer = await answerCanPull(auditor(), { from: "orders", registry: "contosoprod" });
  expect(answer.contradicting).toEqual([
    "ContosoProd.azurecr.io:443/shop/orders:2.1 is written with capital letters, which clients may refuse.",
  ]);
});

test("a Compose file is read in both of its styles", async () => {
  const file =
    "services:\n  a:\n    image: contosoprod.azurecr.io/a:1\n  b: {image: 'contosodev.azurecr.io/b', ports: [80]}\n";
  const composed = siteBody({
    ...{ ...place, name: "composed", usesIdentity: true, systemAssigned: true },
    linuxFxVersion: `COMPOSE|${Buffer.from(file).toString("base64")}`,
  });
  await azureWith(pullWorld({ resources: [composed] }));
  const { workloads } = await readWorkloads(auditor().connect(createMeter()), {});
  expect(workloads[0]?.images).toEqual(["contosoprod.azurecr.io/a:1", "contosodev.azurecr.io/b"]);
});

test("an identity beside secrets of a key vault reads the vault, and does not log in", async () => {
  const vaulted = registryTaskBody({
    ...{ registryId: pullIds.registry, name: "build", systemAssigned: true },
    customRegistries: { "contosodev.azurecr.io": "vault" },
  });
  await azureWith(pullWorld({ resources: [pullRegistry("contosoprod"), pullRegistry("contosodev"), vaulted] }));
  expect(await answerCanPull(auditor(), { from: vaulted.id, registry: "contosodev" })).toMatchObject({
    answer: "unknown",
    reason: "password-not-visible",
  });
  const { report } = await sweep(auditor());
  expect(report.findings.filter(({ subject }) => subject.kind === "puller")).toEqual([]);
});

describe("a task needs the registries that its step is made from", () => {
  const base = [{ type: "BuildTime", registry: "contosodev.azurecr.io", repository: "base/node", tag: "1" }];
  const task = (step: object, customRegistries: Readonly<Record<string, string>> = {}) => {
    const shared = { registryId: pullIds.registry, name: "build", systemAssigned: true };
    return registryTaskBody({ ...shared, customRegistries, step: { ...step } });
  };
  const cellOf = async (body: ReturnType<typeof task>) => {
    const resources = [pullRegistry("contosoprod"), pullRegistry("contosodev"), body];
    await azureWith(pullWorld({ resources, roleAssignments: [pullGrant(body.id, pullIds.devRegistry)] }));
    const { report } = await sweep(auditor());
    return report.matrix.cells.find(({ registry }) => registry === "contosodev");
  };

  test.for([
    ["base images", { baseImageDependencies: base }],
    ["a context in a registry", { contextPath: "oci://contosodev.azurecr.io/context/app:v1" }],
  ] as const)("%s", async ([, step]) => {
    expect(await cellOf(task(step))).toMatchObject({ answer: "deny", reason: "no-credential" });
    expect(await cellOf(task(step, { "contosodev.azurecr.io": "[system]" }))).toMatchObject({ answer: "allow" });
  });

  test("steps of its own may log in themselves", async () => {
    const step = { type: "FileTask", taskFilePath: "acb.yaml", baseImageDependencies: base };
    expect(await cellOf(task(step))).toMatchObject({ answer: "unknown", reason: "identity-not-known" });
  });

  test("… to any registry, whichever is asked about", async () => {
    const resources = (type: string) => [
      ...[pullRegistry("contosoprod"), pullRegistry("contosodev")],
      task(type === "Docker" ? {} : { type }),
    ];
    const asked = { from: "contosoprod/build", registry: "contosodev" };
    for (const type of ["FileTask", "EncodedTask"]) {
      await azureWith(pullWorld({ resources: resources(type) }));
      expect(await answerCanPull(auditor(), asked)).toMatchObject({ answer: "unknown", reason: "identity-not-known" });
    }
    await azureWith(pullWorld({ resources: resources("Docker") }));
    expect(await answerCanPull(auditor(), asked)).toMatchObject({ answer: "deny", reason: "no-credential" });
  });

  test("and no other, nor one that only takes what it makes", async () => {
    expect(await cellOf(task({ imageNames: ["contosodev.azurecr.io/app:1"] }))).toBeUndefined();
  });
});

describe("whether nodes can use the identity", () => {
  const { body, resources, kubeletId } = pullCluster({ tags: { "acraudit-registries": "contosoprod" } });
  const work = scaleSetBody({ cluster: body, pool: "work", identityIds: [] });
  const [system, second] = body.properties.agentPoolProfiles;
  const dated = { nodeImageVersion: "AKSUbuntu-2204gen2containerd-202510.03.0" };
  const withPools = (pools: readonly object[] | null) => ({
    ...body,
    properties: { ...body.properties, agentPoolProfiles: pools },
  });
  const load = (
    cluster: object,
    { without = "", refuses = false, grants = [pullGrant(kubeletId)] }: Partial<Nodes> = {},
  ) => {
    const around = resources.filter(({ id }) => id !== body.id && id !== without);
    const registry = pullRegistry("contosoprod", refuses ? { armTokens: "disabled" } : {});
    return azureWith(
      pullWorld({ resources: [registry, cluster, ...around] as World["resources"], roleAssignments: grants }),
    );
  };
  interface Nodes {
    readonly without: string;
    readonly refuses: boolean;
    readonly grants: World["roleAssignments"];
  }
  const asked = { from: body.id, registry: pullIds.registry };
  const answerAndCell = async () => {
    const answer = await answerCanPull(auditor(), asked);
    const { report, evaluations } = await sweep(auditor());
    expect(report.matrix.cells).toMatchObject([{ answer: answer.answer, reason: answer.reason }]);
    return { answer, evaluations };
  };

  test("is not known where no scale set of a pool is visible", async () => {
    await load(body, { without: work.id });
    const { answer, evaluations } = await answerAndCell();
    const own = evaluations.find(({ ruleId }) => ruleId === "node-pool-lacks-kubelet-identity");
    expect(own).toMatchObject({ outcome: "unknown", gaps: [{ detail: expect.stringContaining("pools work of") }] });
    expect(answer).toMatchObject({ answer: "unknown", reason: "nodes-not-known", gaps: own?.gaps });
  });

  test("is not checked of a pool of a kind that has none", async () => {
    await load(withPools([system ?? {}, { ...second, type: "VirtualMachines" }]), { without: work.id });
    const { answer } = await answerAndCell();
    expect(answer).toMatchObject({ answer: "allow", reason: "allowed" });
    expect(answer.notChecked.join()).toMatch(/the nodes of work have the kubelet identity: they are in no scale set/);
  });

  test.for(["forbidden", "notFound", "throttled", "serverError", "html"] as const)(
    "is not known where scale sets cannot be listed (%s)",
    async (kind) => {
      const azure = await load(body);
      using _fault = azure.fault({ api: "arm", path: /virtualMachineScaleSets/i }, { kind });
      expect(await answerCanPull(auditor(), asked)).toMatchObject({ answer: "unknown", reason: "nodes-not-known" });
    },
  );

  test.for([
    [
      "one image that says no age, where tokens for Resource Manager are refused",
      { nodeImageVersion: null },
      true,
      "unknown",
    ],
    ["such an image, where they are taken", { nodeImageVersion: null }, false, "allow"],
    ["new images, where they are refused", dated, true, "allow"],
  ] as const)("%s", async ([, image, refuses, expected]) => {
    await load(
      withPools([
        { ...system, ...dated },
        { ...second, ...image },
      ]),
      { refuses },
    );
    const { answer } = await answerAndCell();
    expect(answer.answer).toBe(expected);
    if (expected === "unknown") expect(answer.gaps).toMatchObject([{ detail: expect.stringContaining("(work)") }]);
  });

  test("is not known of a cluster that does not say which node pools it has", async () => {
    await load(withPools(null));
    const { answer } = await answerAndCell();
    expect(answer).toMatchObject({ answer: "unknown", reason: "nodes-not-known" });
  });

  test("does not hide that there is no grant", async () => {
    await load(body, { without: work.id, grants: [] });
    const { answer } = await answerAndCell();
    expect(answer).toMatchObject({ answer: "deny", reason: "not-attached", also: ["nodes-not-known"] });
  });
});

test("a cluster that does not say who pulls is unknown, with what would have to be known", async () => {
  const { body, resources } = pullCluster();
  const { identityProfile: _, ...properties } = body.properties as Record<string, unknown>;
  const cluster = { ...body, properties };
  await azureWith(
    pullWorld({
      resources: [
        pullRegistry("contosoprod"),
        cluster,
        ...resources.filter(({ id }) => id !== body.id),
      ] as World["resources"],
    }),
  );
  expect(await answerCanPull(auditor(), { from: body.id, registry: "contosoprod" })).toMatchObject({
    answer: "unknown",
    reason: "identity-not-known",
    gaps: [{ detail: expect.stringContaining("does not say its kubelet identity") }],
  });
});

test("what a task may do in its own registry says nothing of others", async () => {
  const source = { registryId: pullIds.registry, systemAssigned: true, sourceIdentity: "[system]" };
  const build = registryTaskBody({ ...source, name: "build" });
  const plainTask = registryTaskBody({ registryId: pullIds.registry, name: "plain" });
  const nobody = registryTaskBody({ registryId: pullIds.registry, name: "nobody", loginMode: "None" });
  await azureWith(
    pullWorld({
      resources: [pullRegistry("contosoprod"), pullRegistry("contosodev"), build, plainTask, nobody],
      roleAssignments: [pullGrant(build.id), pullGrant(build.id, pullIds.devRegistry)],
    }),
  );
  const ask = (from: string, registry: string) => answerCanPull(auditor(), { from, registry });
  expect(await ask("contosoprod/build", "contosoprod")).toMatchObject({ answer: "allow", reason: "allowed" });
  expect(await ask("contosoprod/plain", "contosoprod")).toMatchObject({ answer: "allow", reason: "own-task" });
  expect(await ask("contosoprod/nobody", "contosoprod")).toMatchObject({ answer: "deny", reason: "no-credential" });
  for (const from of ["contosoprod/build", "contosoprod/plain"]) {
    expect(await ask(from, "contosodev")).toMatchObject({
      ...{ answer: "deny", reason: "no-credential" },
      remedy: { cli: expect.stringMatching(/^az acr task credential add .* --registry contosoprod /) },
    });
  }
});

test("what a workload comes to with each registry is the same in a sweep and when it is asked", async () => {
  const shut = { sku: "Premium", publicNetworkAccess: "Disabled" } as const;
  const both = registryTaskBody({
    ...{ registryId: pullIds.registry, name: "both", systemAssigned: true },
    customRegistries: { "contosodev.azurecr.io": "[system]" },
  });
  const resources = [pullRegistry("contosoprod", shut), pullRegistry("contosodev", shut), both];
  await azureWith(pullWorld({ resources, roleAssignments: [pullGrant(both.id, pullIds.devRegistry)] }));
  const { report } = await sweep(auditor());
  const reasons = Object.fromEntries(report.matrix.cells.map(({ registry, reason }) => [registry, reason]));
  expect(reasons).toEqual({ contosoprod: "public-disabled", contosodev: "tasks-bypass-off" });
  for (const [registry, reason] of Object.entries(reasons))
    expect(await answerCanPull(auditor(), { from: both.id, registry })).toMatchObject({ reason });
});

test("the identity that a web app names by its client id is found, and one that it does not have is said", async () => {
  const { clientId } = identityOf(pullIds.appIdentity);
  const named = { ...place, image, usesIdentity: true, identityClientId: clientId };
  const good = siteBody({ ...named, name: "good", userAssigned: [pullIds.appIdentity] });
  const bad = siteBody({ ...named, name: "bad", systemAssigned: true });
  await azureWith(
    pullWorld({
      resources: [pullRegistry("contosoprod"), good, bad],
      roleAssignments: [pullGrant(pullIds.appIdentity)],
    }),
  );
  const ask = (from: string) => answerCanPull(auditor(), { from, registry: "contosoprod" });
  expect(await ask("good")).toMatchObject({ answer: "allow" });
  expect(await ask("bad")).toMatchObject({ answer: "deny", reason: "identity-not-assigned" });
});

test("a task that cannot get past the network rules is out of reach, with the bypass that it lacks", async () => {
  const shut = pullRegistry("contosoprod", { sku: "Premium", publicNetworkAccess: "Disabled", defaultAction: "Deny" });
  const own = registryTaskBody({
    ...{ registryId: pullIds.registry, name: "build", systemAssigned: true },
    sourceIdentity: "[system]",
  });
  await azureWith(pullWorld({ resources: [shut, own], roleAssignments: [pullGrant(own.id)] }));
  const { report } = await sweep(auditor());
  expect(report.findings.filter(({ subject }) => subject.kind === "puller").map(({ ruleId }) => ruleId)).toEqual([
    "registry-out-of-reach",
  ]);
  expect(await answerCanPull(auditor(), { from: own.id, registry: "contosoprod" })).toMatchObject({
    answer: "deny",
    reason: "tasks-bypass-off",
    remedy: { cli: expect.stringMatching(/networkRuleBypassAllowedForTasks=true$/) },
  });
});
