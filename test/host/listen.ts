import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { answerEventGrid } from "./event-grid-webhook.ts";
import type { HttpAnswer } from "./http-call.ts";
import { pollQueues } from "./poll-queues.ts";
import { type Route, routesOf } from "./route.ts";
import { runTimers } from "./run-timers.ts";
import type { Host, LogLine } from "./start-host.ts";
import { triggerOf } from "./trigger-of.ts";

export interface ListenOptions {
  /** Any free one otherwise. */
  readonly port?: number;
  /** Made anew otherwise. */
  readonly keys?: Keys;
  readonly queues?: boolean;
  readonly timers?: boolean;
  /** How much of the host's own pauses is really waited: all of them without it. */
  readonly timeScale?: number;
}

export interface Keys {
  /** Opens everything. */
  readonly master: string;
  /** Opens functions with `authLevel: "function"`. */
  readonly function: string;
  /** Opens the webhook of Event Grid. */
  readonly system: string;
}

/** An app that can be reached, until disposed: what is being done then is done first. */
export interface ListeningHost extends AsyncDisposable {
  /** Without a slash at the end. */
  readonly url: string;
  readonly keys: Keys;
  /** Where a subscription of Event Grid has to deliver to, with its key. */
  readonly eventGridUrl: (functionName: string) => string;
  /** Ends at once: who waits for an answer gets none. What is being done does not know yet. */
  readonly kill: () => Promise<void>;
  /** Returns when nothing is being done any more. */
  readonly settled: () => Promise<void>;
}

export async function listen(
  host: Host,
  log: (line: LogLine) => void,
  { port = 0, keys = newKeys(), queues = true, timers = true, timeScale = 1 }: ListenOptions = {},
): Promise<ListeningHost> {
  const answer = answererOf(host, keys, log);
  const open = new Set<Promise<void>>();
  const server = createServer((message, response) => {
    const done = respond(message, response, answer).catch(() => void response.destroy());
    open.add(done);
    void done.then(() => open.delete(done));
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(port, "127.0.0.1", resolve);
  await promise;
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const stop = new AbortController();
  const work = [
    ...(queues && host.runtime.account ? [pollQueues(host, stop.signal, timeScale)] : []),
    ...(timers ? [runTimers(host, log, stop.signal, timeScale)] : []),
  ];
  const close = async () => {
    server.closeAllConnections();
    if (server.listening) await new Promise((closed) => server.close(closed));
  };
  return {
    url,
    keys,
    eventGridUrl: (functionName) =>
      `${url}/runtime/webhooks/eventgrid?functionName=${encodeURIComponent(functionName)}&code=${keys.system}`,
    kill: async () => {
      stop.abort();
      await close();
    },
    settled: async () => {
      while (open.size > 0) await Promise.all(open);
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await Promise.all([...work, ...open]);
      await close();
    },
  };
}

function newKeys(): Keys {
  const key = () => randomBytes(24).toString("base64url");
  return { master: key(), function: key(), system: key() };
}

interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The key that came along, in the query or in a header. */
  readonly key: string | undefined;
}

async function respond(
  message: IncomingMessage,
  response: ServerResponse,
  answer: (asked: Asked) => Promise<HttpAnswer>,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const url = new URL(message.url ?? "/", `http://${message.headers.host ?? "localhost"}`);
  const headers = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(", ") : (value ?? ""),
    ]),
  );
  const {
    status,
    headers: own,
    body,
  } = await answer({
    method: message.method ?? "GET",
    url,
    headers,
    body: Buffer.concat(chunks).toString("utf8"),
    key: url.searchParams.get("code") ?? headers["x-functions-key"],
  });
  response.writeHead(status, own);
  response.end(message.method === "HEAD" ? undefined : body);
}

const empty = (status: number): HttpAnswer => ({ status, headers: {}, body: "" });

/** What the host itself decides before a function is called: the route, the key, and Event Grid's handshake. */
function answererOf(host: Host, keys: Keys, log: (line: LogLine) => void): (asked: Asked) => Promise<HttpAnswer> {
  const routes = routesOf(host.functions);
  return async (asked) => {
    const path = asked.url.pathname;
    if (/^\/runtime\/webhooks\/eventgrid$/i.test(path)) {
      if (asked.key !== keys.system && asked.key !== keys.master) return empty(401);
      return answerEventGrid(host, asked, log);
    }
    const admin = /^\/admin\/functions\/([^/]+)$/i.exec(path)?.[1];
    if (admin !== undefined) return asked.key === keys.master ? callByAdmin(host, admin, asked) : empty(401);
    if (path === "/") return { ...empty(200), headers: { "content-type": "text/plain" }, body: "This app is up.\n" };
    return callRoute(host, routes, keys, asked);
  };
}

async function callRoute(host: Host, routes: readonly Route[], keys: Keys, asked: Asked): Promise<HttpAnswer> {
  const { method, url, headers, body, key } = asked;
  for (const { functionName, methods, authLevel, match } of routes) {
    const params = match(url.pathname);
    if (params === undefined || !methods.includes(method)) continue;
    const opening = authLevel === "admin" ? [keys.master] : [keys.master, keys.function];
    if (authLevel !== "anonymous" && !opening.includes(key ?? "")) return empty(401);
    return host.http(functionName, {
      method,
      url: url.href,
      headers,
      params,
      ...(body !== "" && { body }),
    });
  }
  return empty(404);
}

/** `POST /admin/functions/{name}` starts a function that is not called over HTTP, with `{"input": "…"}`. */
async function callByAdmin(host: Host, name: string, { method, body }: Asked): Promise<HttpAnswer> {
  const metadata = host.functions.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (!metadata) return empty(404);
  if (method !== "POST") return empty(405);
  let input: unknown;
  try {
    input = Object(JSON.parse(body === "" ? "{}" : body)).input;
  } catch {
    return empty(400);
  }
  const text = typeof input === "string" ? input : JSON.stringify(input ?? "");
  const calls: Readonly<Record<string, () => Promise<void>>> = {
    timerTrigger: () => host.timer(metadata.name),
    queueTrigger: () => host.queue(metadata.name, text),
    eventGridTrigger: () => host.eventGrid(metadata.name, JSON.parse(text)),
  };
  const call = calls[triggerOf(metadata).type];
  if (!call) return empty(400);
  await call().catch(() => {}); // the host answers before it knows; the log has it
  return empty(202);
}
