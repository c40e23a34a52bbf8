import { connect } from "node:net";
import { beforeEach, expect, test } from "vitest";
import { ask, tokenFor } from "./ask.ts";
import type { SimulatedAzure } from "./simulate-azure.ts";
import { small, smallWorld } from "./small-world.ts";
import { useAzure } from "./use-azure.ts";

let azure: SimulatedAzure;
beforeEach(async () => {
  azure = await useAzure(smallWorld());
});

test("a registry challenges", async () => {
  const { status, headers, body } = await ask("https://contoso.azurecr.io/v2/");
  expect(status).toBe(401);
  expect(headers["www-authenticate"]).toBe(
    'Bearer realm="https://contoso.azurecr.io/oauth2/token",service="contoso.azurecr.io"',
  );
  expect(headers["docker-distribution-api-version"]).toBe("registry/2.0");
  expect(body).toMatchObject({ errors: [{ code: "UNAUTHORIZED" }] });
  azure.assertClean();
});

test("a registry that the world does not have is not in the DNS", async () => {
  expect((await ask("https://nobody.azurecr.io/v2/")).status).toBe(502);
  expect(azure.requests).toEqual([]);
});

test("any other host is not Azure, and a test that goes there fails", async () => {
  await ask("https://telemetry.example/");
  expect(() => azure.assertClean()).toThrow("telemetry.example");
});

test("the proxy lets only port 443 through", async () => {
  const { port, hostname } = new URL(azure.env.HTTPS_PROXY ?? "");
  const socket = connect(Number(port), hostname);
  const { promise, resolve } = Promise.withResolvers<string>();
  socket.once("data", (data) => resolve(data.toString()));
  socket.write("CONNECT management.azure.com:22 HTTP/1.1\r\nHost: management.azure.com:22\r\n\r\n");
  expect(await promise).toContain("403");
  socket.destroy();
});

test("a topic takes events in its own schema from an identity", async () => {
  const topic = {
    id: `/subscriptions/${small.subscription}/resourceGroups/rg/providers/Microsoft.EventGrid/topics/t`,
    type: "Microsoft.EventGrid/topics",
    properties: {
      endpoint: "https://t.westeurope-1.eventgrid.azure.net/api/events",
      inputSchema: "CloudEventSchemaV1_0",
    },
  };
  azure.load(smallWorld({ resources: [topic] }));
  const send = async (type: string, token: string | undefined) =>
    (
      await ask("https://t.westeurope-1.eventgrid.azure.net/api/events?api-version=2018-01-01", {
        method: "POST",
        token,
        body: [],
        headers: { "content-type": type },
      })
    ).status;
  const token = await tokenFor("https://eventgrid.azure.net");
  expect(await send("application/cloudevents-batch+json", token)).toBe(200);
  expect(await send("application/json", token)).toBe(400);
  expect(await send("application/cloudevents-batch+json", undefined)).toBe(401);
  azure.assertClean();
});
