import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect, test } from "vitest";
import { askArm, askGraph } from "./ask.ts";
import { child, isBody, list, text } from "./body.ts";
import { registryId, smallWorld } from "./small-world.ts";
import { useAzure } from "./use-azure.ts";
import type { Body, World } from "./world.ts";
import { defaultWorld } from "./worlds/default-world.ts";

/**
 * Bodies are compared with what the SDK reads: each is handed to the SDK's own deserialiser behind a proxy that notes the
 * keys that are read. A key that is never read is unknown to the contract; one that is read but absent is missing.
 */
const recordings = join(import.meta.dirname, "../../../shared/azure-recordings");

/** Differences between recorded traffic and the SDK's contract (api-version 2025-11-01). */
const knownOfRecordings: Readonly<Record<string, string>> = {
  "registry unknown properties.metadataSearch": "preview api-versions only",
  "registry unknown properties.policies.softDeletePolicy": "preview api-versions only",
  "registry unknown properties.networkRuleSet.virtualNetworkRules": "older api-versions only",
};

/** Differences of what the simulator emits for the built-in company. */
const knownOfSimulator: Readonly<Record<string, string>> = Object.fromEntries(
  ["logoUrl", "marketingUrl", "privacyStatementUrl", "supportUrl", "termsOfServiceUrl"].map((name) => [
    `servicePrincipal missing info.${name}`,
    "the service principal of a managed identity has no info, and no such one was recorded",
  ]),
);

type Deserializer = (body: Body) => unknown;
const load = createRequire(import.meta.url);
const registryModels: Readonly<Record<string, Deserializer>> = load(
  join(import.meta.dirname, "../../node_modules/@azure/arm-containerregistry/dist/commonjs/models/models.js"),
);
const deserializers: readonly (readonly [kind: string, type: RegExp, deserialize: Deserializer | undefined])[] = [
  ["registry", /^microsoft\.containerregistry\/registries$/i, registryModels.registryDeserializer],
  ["token", /\/registries\/tokens$/i, registryModels.tokenDeserializer],
  ["scopeMap", /\/registries\/scopemaps$/i, registryModels.scopeMapDeserializer],
  [
    "privateEndpointConnection",
    /\/registries\/privateendpointconnections$/i,
    registryModels.privateEndpointConnectionDeserializer,
  ],
  ["replication", /\/registries\/replications$/i, registryModels.replicationDeserializer],
  ["webhook", /\/registries\/webhooks$/i, registryModels.webhookDeserializer],
  ["cacheRule", /\/registries\/cacherules$/i, registryModels.cacheRuleDeserializer],
  ["credentialSet", /\/registries\/credentialsets$/i, registryModels.credentialSetDeserializer],
  ["connectedRegistry", /\/registries\/connectedregistries$/i, registryModels.connectedRegistryDeserializer],
];

function unknownKeys(kind: string, body: Body, deserialize: Deserializer): string[] {
  const read = new Map<object, Set<string>>();
  const found: string[] = [];
  const proxies = new WeakMap<object, object>();
  const watch = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(watch);
    if (!isBody(value)) return value;
    const known = proxies.get(value);
    if (known) return known;
    const keys = new Set<string>();
    read.set(value, keys);
    const proxy = new Proxy(value, {
      get: (target, key) => {
        if (typeof key !== "string") return undefined;
        keys.add(key);
        return watch(target[key]);
      },
      // A deserialiser that walks all keys reads a dictionary: every key of it belongs to the contract.
      ownKeys: (target) => {
        for (const key of Object.keys(target)) keys.add(key);
        return Reflect.ownKeys(target);
      },
    });
    proxies.set(value, proxy);
    return proxy;
  };
  deserialize(watch(body) as Body);
  const walk = (value: unknown, path: string) => {
    if (Array.isArray(value)) for (const item of value) walk(item, path);
    if (!isBody(value)) return;
    const keys = read.get(value);
    if (!keys) return;
    for (const [key, inner] of Object.entries(value)) {
      const name = path === "" ? key : `${path}.${key}`;
      if (keys.has(key)) walk(inner, name);
      else found.push(`${kind} unknown ${name}`);
    }
  };
  walk(body, "");
  return found;
}

function differences(bodies: Iterable<Body>): readonly string[] {
  const found = new Set<string>();
  for (const body of bodies)
    for (const [kind, type, deserialize] of deserializers)
      if (deserialize && type.test(text(body, "type") ?? ""))
        for (const key of unknownKeys(kind, body, deserialize)) found.add(key);
  return [...found].sort();
}

function* recordedBodies(): Generator<Body> {
  for (const file of readdirSync(recordings).filter((name) => name.endsWith(".json"))) {
    const { items } = JSON.parse(readFileSync(join(recordings, file), "utf8")) as {
      readonly items?: readonly unknown[];
    };
    for (const item of items ?? []) {
      const body = child(item, "body");
      if (text(item, "method") !== "GET" || !isBody(body)) continue;
      yield body;
      for (const inner of list(body, "value")) if (isBody(inner)) yield inner;
    }
  }
}

async function* emittedBodies(world: World): AsyncGenerator<Body> {
  await useAzure(world);
  const ids = world.resources
    .filter(({ type }) => /^microsoft\.containerregistry\/registries$/i.test(type))
    .map(({ id }) => id);
  const collections = [
    "tokens",
    "scopeMaps",
    "privateEndpointConnections",
    "replications",
    "webhooks",
    "cacheRules",
    "credentialSets",
    "connectedRegistries",
  ];
  for (const id of ids) {
    yield (await askArm(`${id}?api-version=2025-11-01`)).body;
    for (const collection of collections)
      for (const body of list((await askArm(`${id}/${collection}?api-version=2025-11-01`)).body, "value"))
        if (isBody(body)) yield body;
  }
}

test.skipIf(!existsSync(recordings))("recorded bodies differ from the SDK's contract only as is known", () => {
  const found = differences(recordedBodies());
  expect(found.filter((difference) => !(difference in knownOfRecordings))).toEqual([]);
  expect(Object.keys(knownOfRecordings).filter((known) => !found.includes(known))).toEqual([]);
});

test.each([
  ["the built-in company", () => defaultWorld(new Date("2026-11-21T00:00:00Z"))],
  ["the small world of tests", smallWorld],
])("what is emitted for %s has no key that the SDK does not know", async (_name, world) => {
  const bodies = await Array.fromAsync(emittedBodies(world()));
  expect(bodies.length).toBeGreaterThan(3);
  expect(differences(bodies).filter((difference) => !(difference in knownOfSimulator))).toEqual([]);
});

/** By kind of body, the paths that every recorded one has. */
function alwaysRecorded(): ReadonlyMap<string, ReadonlySet<string>> {
  const always = new Map<string, Set<string>>();
  for (const body of recordedBodies()) {
    const kind = kindOf(body);
    if (!kind) continue;
    const paths = new Set(pathsOf(body));
    const common = always.get(kind);
    always.set(kind, common ? common.intersection(paths) : paths);
  }
  return always;
}

function kindOf(body: Body): string | undefined {
  if ("appId" in body && "signInAudience" in body)
    return "servicePrincipalType" in body ? "servicePrincipal" : "application";
  const type = text(body, "type")?.toLowerCase();
  return text(body, "id")?.includes("/") ? type : undefined;
}

function pathsOf(body: Body, prefix = ""): string[] {
  return Object.entries(body).flatMap(([key, value]) =>
    isBody(value) && Object.keys(value).length > 0
      ? [prefix + key, ...pathsOf(value, `${prefix}${key}.`)]
      : [prefix + key],
  );
}

test.skipIf(!existsSync(recordings))("the built-in company has every key that Azure always sends", async () => {
  const world = defaultWorld(new Date("2026-11-21T00:00:00Z"));
  const always = alwaysRecorded();
  const missing = new Set<string>();
  const check = (body: Body) => {
    const paths = new Set(pathsOf(body));
    for (const path of always.get(kindOf(body) ?? "") ?? []) {
      const difference = `${kindOf(body)} missing ${path}`;
      if (!paths.has(path) && !(difference in knownOfSimulator)) missing.add(difference);
    }
  };
  for await (const body of emittedBodies(world)) check(body);
  for (const { id, type } of world.resources)
    if (always.has(type.toLowerCase()) && !/registries$/i.test(type))
      check((await askArm(`${id}?api-version=2024-09-01`)).body);
  const [registry] = world.resources;
  for (const type of ["roleAssignments", "roleDefinitions"])
    for (const body of list(
      (await askArm(`${registry?.id}/providers/Microsoft.Authorization/${type}?api-version=2022-04-01`)).body,
      "value",
    ))
      if (isBody(body)) check(body);
  for (const path of ["/applications", "/servicePrincipals"])
    for (const body of list((await askGraph(path)).body, "value")) if (isBody(body)) check(body);
  expect([...missing].sort()).toEqual([]);
});

test.skipIf(!existsSync(recordings))("a recorded registry can be dropped in and comes out as it was", async () => {
  const { items } = JSON.parse(readFileSync(join(recordings, "registry-abac.json"), "utf8")) as {
    readonly items: readonly unknown[];
  };
  const body = child(items[0], "body");
  if (!isBody(body)) throw new Error("no body");
  const id = String(body.id);
  const subscriptionId = id.split("/")[2] ?? "";
  await useAzure(
    smallWorld({ subscriptions: [{ subscriptionId }], resources: [{ ...body, id, type: String(body.type) }] }),
  );
  expect((await askArm(`${id}?api-version=2026-03-01-preview`)).body).toEqual(body);
});

test("a registry of this project's tests has what the SDK needs most", () => {
  const world = smallWorld();
  const body = world.resources.find(({ id }) => id === registryId);
  expect(registryModels.registryDeserializer?.(body ?? {})).toMatchObject({
    name: "contoso",
    loginServer: "contoso.azurecr.io",
  });
});
