import { createServer, type IncomingMessage, type Server, type ServerResponse, request as send } from "node:http";
import type { AddressInfo } from "node:net";
import { createLife, type Life } from "./life.ts";

/** A way to Azurite that stops working at one write, as if the process behind it had been killed there. */
export interface DyingStorage extends AsyncDisposable {
  readonly connectionString: string;
  /** Writes so far. */
  readonly writes: number;
  /** Lets so many more writes through. The next one is lost before it arrives, or arrives and its answer is lost. */
  dieAfter(writes: number, lost: "request" | "answer"): void;
  revive(): void;
}

/** `life` may be shared with what else the app writes to: then one death ends all of it. */
export async function createDyingStorage(connectionString: string, life: Life = createLife()): Promise<DyingStorage> {
  const handle = (target: URL) => (message: IncomingMessage, response: ServerResponse) => {
    const what = `${message.method} ${message.url?.replace(/\?.*/, "")}`;
    const fate = isWrite(message) ? life.meet(what) : life.dead ? "before" : "through";
    if (fate === "before") {
      message.socket.destroy();
      return;
    }
    const { method, url: path, headers } = message;
    const forwarded = send({ host: target.hostname, port: target.port, method, path, headers }, (answer) => {
      if (fate === "after") {
        answer.resume().on("end", () => message.socket.destroy());
        return;
      }
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    forwarded.on("error", () => message.socket.destroy());
    message.pipe(forwarded);
  };

  const parts = new Map(
    connectionString.split(";").flatMap((part) => {
      const [, name, value] = /^([^=]+)=(.*)$/.exec(part) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    }),
  );
  const servers: Server[] = [];
  for (const name of ["BlobEndpoint", "QueueEndpoint", "TableEndpoint"]) {
    const target = new URL(parts.get(name) ?? "");
    const server = createServer(handle(target));
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    servers.push(server);
    parts.set(name, `http://127.0.0.1:${(server.address() as AddressInfo).port}${target.pathname}`);
  }
  return {
    connectionString: [...parts].map(([name, value]) => `${name}=${value}`).join(";"),
    get writes() {
      return life.count;
    },
    dieAfter: life.dieAfter,
    revive: life.revive,
    [Symbol.asyncDispose]: async () => {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((closed) => server.close(closed));
      }
    },
  };
}

function isWrite({ method, url = "" }: IncomingMessage): boolean {
  return method !== "GET" && method !== "HEAD" && !/comp=(list|metadata)/.test(url);
}
