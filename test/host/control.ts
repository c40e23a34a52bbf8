import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import type { AlertRule } from "../azure/alert-rule.ts";
import type { SimulatedAzure } from "../azure/simulate-azure.ts";
import { World } from "../azure/world.ts";
import { withLogs } from "../azure/worlds/failed-pulls.ts";
import { outageBegins, outageEnds } from "../azure/worlds/telematics-outage.ts";

export interface ControlOptions {
  readonly azure: Pick<SimulatedAzure, "world" | "load" | "now" | "published">;
  readonly rule: AlertRule;
  readonly messages: () => readonly object[];
  /** Any free one otherwise. */
  readonly port?: number;
}

export interface Control extends AsyncDisposable {
  readonly url: string;
}

const Rows = z.record(z.string(), z.array(z.record(z.string(), z.unknown())));
const minute = 60_000;

/** A way to change the simulated world from outside, on loopback and for whoever is on this machine. */
export async function serveControl(options: ControlOptions): Promise<Control> {
  const server = createServer(async (request, response) => {
    const { status, body } = await answer(request, options).catch((error: unknown) => ({
      status: error instanceof z.ZodError || error instanceof SyntaxError ? 400 : 500,
      body: { error: error instanceof z.ZodError ? z.prettifyError(error) : String(error) },
    }));
    response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
    response.end(`${JSON.stringify(body, null, 2)}\n`);
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(options.port ?? 0, "127.0.0.1", resolve);
  await promise;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function answer(request: IncomingMessage, { azure, rule, messages }: ControlOptions): Promise<Answer> {
  const body = Buffer.concat(await Array.fromAsync(request)).toString("utf8");
  const ok = (value: unknown): Answer => ({ status: 200, body: value });
  const now = azure.now().getTime();
  const ago = (minutes: number) => new Date(now - minutes * minute);
  switch (`${request.method} ${request.url}`) {
    case "GET /world":
      return ok(azure.world);
    case "PUT /world":
      azure.load(World.parse(JSON.parse(body)));
      return ok({ served: true });
    case "POST /logs": {
      const rows = Rows.parse(JSON.parse(body));
      const dated = Object.entries(rows).map(([table, list]) => [
        table,
        list.map((row) => ({ TimeGenerated: new Date(now).toISOString(), ...row })),
      ]);
      azure.load(withLogs(azure.world, Object.fromEntries(dated)));
      return ok({ rows: Object.fromEntries(Object.entries(rows).map(([table, list]) => [table, list.length])) });
    }
    case "POST /outage":
      azure.load(outageBegins(azure.world, [ago(4), ago(3), ago(1)]));
      return ok({ broken: "aks-telematics has no grant on nfplatform any more, and has failed to pull three times" });
    case "POST /outage/end":
      azure.load(outageEnds(azure.world, ago(0.5), [new Date(now)]));
      return ok({ fixed: "aks-telematics has its grant on nfplatform again, and has pulled" });
    case "POST /alert": {
      const fired = await rule.evaluate();
      return ok({ alerts: fired.length, taken: fired.filter(({ taken }) => taken).length });
    }
    case "GET /messages":
      return ok(messages());
    case "GET /events":
      return ok(azure.published);
    default:
      return {
        status: 404,
        body: {
          requests: [
            ...["GET /world", "PUT /world", "POST /logs", "POST /outage", "POST /outage/end"],
            ...["POST /alert", "GET /messages", "GET /events"],
          ],
        },
      };
  }
}
