import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { arm } from "./arm.ts";
import { bearerToken } from "./bearer.ts";
import { createCertificateAuthority } from "./certificate.ts";
import { createConnectProxy } from "./connect-proxy.ts";
import type { Context } from "./context.ts";
import { entra } from "./entra.ts";
import { eventGrid, type PublishedEvent } from "./event-grid.ts";
import { type Api, type AzureRequest, queryParameter, type Reply, type RequestRecord } from "./exchange.ts";
import { createFaults, damage, emptyLastPage, type FaultMatch, type FaultOrChoice, replyOfFault } from "./faults.ts";
import { graph } from "./graph.ts";
import { apiOf, resolves } from "./hosts.ts";
import { identityEndpoint } from "./identity-endpoint.ts";
import { logs } from "./logs.ts";
import { ownIdentity } from "./managed-identity.ts";
import { registry } from "./registry.ts";
import { createResourceGraphState } from "./resource-graph-state.ts";
import { indexTenant, loginServers } from "./tenant.ts";
import { createTokenMint } from "./token.ts";
import type { World } from "./world.ts";

export interface SimulateAzureOptions {
  /** The world's time, for `now()` in queries, for which log rows have arrived and for which credentials are valid. */
  readonly now?: () => Date;
  /** Items per page of every list, instead of each service's own. */
  readonly pageSize?: number;
  /** Resource Graph queries per identity in five seconds. */
  readonly resourceGraphQuota?: number;
  /** Seconds that access tokens last; a day unless said otherwise. */
  readonly tokenLifetime?: number;
  /** What Resource Graph, which is minutes behind, still shows; otherwise the world itself. */
  readonly graphWorld?: World;
  /** Who the managed identity endpoint signs in as; otherwise the world's first caller, or an identity of its own. */
  readonly identity?: { readonly objectId: string; readonly clientId: string };
}

export interface SimulatedAzure extends AsyncDisposable {
  /** The environment of a program that shall find the simulated Azure instead of the real one. */
  readonly env: Readonly<Record<string, string>>;
  readonly caPem: string;
  /** The world that is served. Editing it is allowed: the next request sees the change. */
  readonly world: World;
  /** Serves another world, with the first options but for those given, and forgets requests, faults, pages and quotas. */
  readonly load: (world: World, options?: SimulateAzureOptions) => void;
  readonly requests: readonly RequestRecord[];
  /** Requests that the simulator has no answer for, with the reason why a test has to look at them. */
  readonly unknownRoutes: readonly RequestRecord[];
  /** Calls that would have returned or made a secret. */
  readonly secretCalls: readonly RequestRecord[];
  /** The world's time. */
  readonly now: () => Date;
  /** What custom topics of Event Grid took, oldest first. */
  readonly published: readonly PublishedEvent[];
  /** Calls for every event that a custom topic takes from now on, whatever world is served. */
  readonly onPublished: (listener: (event: PublishedEvent) => void) => Disposable;
  readonly fault: (match: FaultMatch, fault: FaultOrChoice) => Disposable;
  /** Throws when a request went to a route that Azure does not have, or asked for a secret. */
  readonly assertClean: () => void;
}

/** A whole Azure on loopback, until disposed: real TLS, reached through the proxy and CA settings of `env`. */
export async function simulateAzure(first: World, options: SimulateAzureOptions = {}): Promise<SimulatedAzure> {
  const authority = await createCertificateAuthority();
  const directory = await mkdtemp(join(tmpdir(), "azure-ca-"));
  const caFile = join(directory, "ca.pem");
  await writeFile(caFile, authority.caPem);
  const identitySecret = randomUUID().replaceAll("-", "").toUpperCase();
  const tokens = createTokenMint();
  const faults = createFaults();
  const requests: RequestRecord[] = [];
  const unknownRoutes: RequestRecord[] = [];
  const secretCalls: RequestRecord[] = [];
  const mistakes: string[] = [];
  const published: PublishedEvent[] = [];
  const listeners = new Set<(event: PublishedEvent) => void>();
  const publish = (event: PublishedEvent) => {
    published.push(event);
    for (const listener of listeners) listener(event);
  };

  let settings = options;
  const contextOf = (world: World, resourceGraph: Context["resourceGraph"]): Context => {
    const tenant = indexTenant(world);
    return {
      tenant,
      tokens,
      identity: ownIdentity(world, settings.identity),
      now: settings.now ?? (() => new Date()),
      pageSize: settings.pageSize,
      tokenLifetime: settings.tokenLifetime ?? 86_399,
      resourceGraph,
      loginServers: loginServers(tenant),
      publish,
    };
  };
  const newState = () => createResourceGraphState(settings.resourceGraphQuota ?? 15);
  let current = contextOf(first, newState());
  // Whoever holds the world may have edited it, so that the index of it is made anew before the next answer.
  let edited = false;
  const context = () => {
    if (edited) current = contextOf(current.tenant.world, current.resourceGraph);
    edited = false;
    return current;
  };

  const answer = (api: Api, request: AzureRequest): Reply => {
    const known = context();
    switch (api) {
      case "arm":
        return arm(request, known);
      case "resourceGraph":
        return arm(request, settings.graphWorld ? { ...known, tenant: indexTenant(settings.graphWorld) } : known);
      case "graph":
        return graph(request, known);
      case "entra":
        return entra(request, known);
      case "logs":
        return logs(request, known);
      case "registry":
        return registry(request);
      case "eventGrid":
        return eventGrid(request, known);
      case "identity":
        return identityEndpoint(request, known, identitySecret);
      case "foreign":
        return { status: 404, headers: { "content-type": "text/plain" }, body: "Not Azure.", unknownRoute: true };
    }
  };

  const serve = async (message: IncomingMessage, response: ServerResponse, identity: boolean) => {
    const request = await readRequest(message);
    const api = identity ? "identity" : apiOfRequest(request, context().loginServers);
    const met = faults.meet(api, request);
    for (const fault of met) if (fault.kind === "slow") await sleep(fault.milliseconds);
    if (met.some(({ kind }) => kind === "reset")) {
      record(api, request, { status: 0 });
      message.socket.destroy();
      return;
    }
    let reply = met.map((fault) => replyOfFault(fault, api, request)).find((found) => found !== undefined);
    if (!reply) {
      reply = emptyLastPage(request, api) ?? answer(api, request);
      for (const fault of met) reply = damage(reply, fault, api, request);
    }
    record(api, request, reply);
    if (met.some(({ kind }) => kind === "answerLost")) {
      message.socket.destroy();
      return;
    }
    send(
      response,
      request,
      reply,
      met.some(({ kind }) => kind === "truncated"),
    );
  };

  const record = (api: Api, request: AzureRequest, reply: Reply) => {
    const entry: RequestRecord = {
      method: request.method,
      host: request.host,
      path: request.path,
      query: Object.fromEntries(request.query),
      api,
      apiVersion: queryParameter(request.query, "api-version"),
      status: reply.status,
      principal: tokens.read(bearerToken(request) ?? "")?.oid,
      authorized: request.headers.authorization !== undefined,
      at: new Date(),
    };
    requests.push(entry);
    if (reply.unknownRoute) unknownRoutes.push(entry);
    if (reply.secretCall) secretCalls.push(entry);
  };

  const handle = (identity: boolean) => (message: IncomingMessage, response: ServerResponse) => {
    serve(message, response, identity).catch((error: unknown) => {
      response.destroy();
      if (message.destroyed && !message.complete) return;
      // A mistake of the simulator itself: it fails the test, and has no shape that a client could take for Azure's.
      mistakes.push(
        `${message.method} ${message.headers.host}${message.url}: ${error instanceof Error ? error.stack : error}`,
      );
    });
  };
  const tls = createHttpsServer(
    {
      SNICallback: (host, callback) => {
        authority.contextFor(host).then((secure) => callback(null, secure), callback);
      },
    },
    handle(false),
  );
  const identityServer = createHttpServer(handle(true));
  const proxy = createConnectProxy(
    (socket) => tls.emit("connection", socket),
    (host) => resolves(host, context().loginServers),
  );
  await Promise.all([listen(identityServer), listen(proxy.server)]);
  const proxyUrl = `http://127.0.0.1:${portOf(proxy.server)}`;
  const identityUrl = `http://127.0.0.1:${portOf(identityServer)}/MSI/token`;

  return {
    env: environment(proxyUrl, identityUrl, identitySecret, caFile),
    caPem: authority.caPem,
    get world() {
      edited = true;
      return current.tenant.world;
    },
    load: (world, changed = {}) => {
      settings = { ...options, ...changed };
      current = contextOf(world, newState());
      edited = false;
      faults.clear();
      for (const log of [requests, unknownRoutes, secretCalls, mistakes, published]) log.length = 0;
    },
    requests,
    unknownRoutes,
    secretCalls,
    now: () => context().now(),
    published,
    onPublished: (listener) => {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    fault: faults.add,
    assertClean: () => {
      const complaints = [
        ...mistakes.map((mistake) => `the simulator itself failed: ${mistake}`),
        ...unknownRoutes.map((entry) => `not a route of Azure: ${describe(entry)}`),
        ...secretCalls.map((entry) => `asks for a secret: ${describe(entry)}`),
      ];
      if (complaints.length > 0)
        throw new Error(`The simulated Azure was asked for what it must not be:\n${complaints.join("\n")}`);
    },
    [Symbol.asyncDispose]: async () => {
      proxy.destroy();
      identityServer.closeAllConnections();
      identityServer.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function environment(
  proxy: string,
  identity: string,
  secret: string,
  caFile: string,
): Readonly<Record<string, string>> {
  const local = "127.0.0.1,localhost";
  return {
    HTTPS_PROXY: proxy,
    https_proxy: proxy,
    NO_PROXY: local,
    no_proxy: local,
    NODE_USE_ENV_PROXY: "1",
    NODE_EXTRA_CA_CERTS: caFile,
    REQUESTS_CA_BUNDLE: caFile,
    SSL_CERT_FILE: caFile,
    CURL_CA_BUNDLE: caFile,
    IDENTITY_ENDPOINT: identity,
    IDENTITY_HEADER: secret,
    MSI_ENDPOINT: identity,
    MSI_SECRET: secret,
  };
}

function apiOfRequest(request: AzureRequest, servers: ReadonlyMap<string, unknown>): Api {
  const api = apiOf(request.host, servers);
  const isQuery = api === "arm" && /\/providers\/microsoft\.resourcegraph\/resources$/i.test(request.path);
  return isQuery ? "resourceGraph" : api;
}

async function readRequest(message: IncomingMessage): Promise<AzureRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const [rawPath = "/", ...search] = (message.url ?? "/").split("?");
  const path = rawPath.replace(/\/{2,}/g, "/").replace(/(.)\/$/, "$1");
  return {
    method: message.method ?? "GET",
    host: (message.headers.host ?? "").toLowerCase().replace(/:443$/, ""),
    path,
    segments: path
      .split("/")
      .slice(1)
      .filter((part) => part !== "")
      .map(decode),
    query: new URLSearchParams(search.join("?")),
    headers: message.headers,
    body: Buffer.concat(chunks).toString(),
  };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function send(response: ServerResponse, request: AzureRequest, reply: Reply, truncate: boolean): void {
  const text = typeof reply.body === "string" ? reply.body : reply.body === undefined ? "" : JSON.stringify(reply.body);
  const bytes = Buffer.from(text);
  response.writeHead(reply.status, {
    "content-type": "application/json; charset=utf-8",
    ...reply.headers,
    "content-length": String(bytes.length),
  });
  if (request.method === "HEAD") response.end();
  else if (truncate) response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
  else response.end(bytes);
}

function describe({ method, host, path, status }: RequestRecord): string {
  return `${method} https://${host}${path} (answered ${status})`;
}

async function listen(server: Server): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(0, "127.0.0.1", resolve);
  await promise;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((wake) => setTimeout(wake, milliseconds));
}
