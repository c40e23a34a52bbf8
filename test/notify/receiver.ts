import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
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

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly accepted: boolean;
  readonly answer: Answer;
}

/** A Teams, Slack or webhook endpoint on loopback that answers as it is told. */
export interface Receiver extends AsyncDisposable {
  readonly url: (path?: string) => string;
  /** Every request so far. */
  readonly received: Received[];
  /** Called for each request; answers 200 `ok` when not set. */
  script: (request: { readonly path: string; readonly body: string }) => Answer;
}

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const receiver = { script: (): Answer => ({ status: 200, body: "ok" }) } as Pick<Receiver, "script">;
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString("utf8");
    const path = request.url ?? "/";
    const answer = receiver.script({ path, body });
    const accepted = answer === "acceptedThenReset" || (typeof answer === "object" && answer.status < 300);
    received.push({ path, headers: request.headers, body, accepted, answer });
    if (answer === "reset" || answer === "acceptedThenReset") {
      request.socket.destroy();
      return;
    }
    if (answer === "slow") {
      await sleep(400);
      response.end("late");
      return;
    }
    response.writeHead(answer.status, answer.headers).end(answer.body ?? "");
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
