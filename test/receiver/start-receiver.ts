import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** What a receiver does with a message. */
export type Answer =
  | { readonly status: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>> }
  /** The connection breaks before anything was taken. */
  | "reset"
  /** The message is taken, and the connection breaks before the answer. */
  | "acceptedThenReset"
  | "slow";

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Received extends Request {
  readonly accepted: boolean;
  readonly answer: Answer;
}

/** An endpoint on loopback that answers as it is told. */
export interface Receiver extends AsyncDisposable {
  readonly url: (path?: string) => string;
  /** Every request so far. */
  readonly received: Received[];
  /** Called for each request; answers 200 `ok` when not set. */
  script: (request: Request) => Answer;
}

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const receiver = { script: (): Answer => ({ status: 200, body: "ok" }) } as Pick<Receiver, "script">;
  const take = async (incoming: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    const { method = "GET", url: path = "/", headers } = incoming;
    const request = { method, path, headers, body: Buffer.concat(parts).toString("utf8") };
    const answer = receiver.script(request);
    const accepted = answer === "acceptedThenReset" || (typeof answer === "object" && answer.status < 300);
    received.push({ ...request, accepted, answer });
    if (answer === "reset" || answer === "acceptedThenReset") {
      incoming.socket.destroy();
      return;
    }
    if (answer === "slow") {
      await sleep(400);
      response.end("late");
      return;
    }
    response.writeHead(answer.status, answer.headers).end(answer.body ?? "");
  };
  const server = createServer((incoming, response) => {
    take(incoming, response).catch(() => void response.destroy()); // the sender may end in the middle of a message
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return Object.assign(receiver, {
    url: (path = "/hook") => `http://127.0.0.1:${port}${path}`,
    received,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
