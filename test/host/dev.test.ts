import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, onTestFailed, test, vi } from "vitest";
import { smallWorld } from "../azure/small-world.ts";
import { useAzure } from "../azure/use-azure.ts";
import type { World } from "../azure/world.ts";
import { defaultWorld } from "../azure/worlds/default-world.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dev-"));
});
afterAll(async () => await rm(folder, { recursive: true }));

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

function dev(...args: readonly string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, "dev.ts"), ...args]);
  children.push(child);
  const said = { text: "" };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data: Buffer) => {
      said.text += data;
    });
  }
  onTestFailed(() => console.log(said.text));
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  const says = (pattern: RegExp) => vi.waitFor(() => expect(said.text).toMatch(pattern), { timeout: 20_000 });
  return { child, said, says, ended };
}

const post = async (url: string, headers: Readonly<Record<string, string>> = {}) =>
  (await fetch(url, { method: "POST", headers, body: "{}" })).status;

test("the whole product can be used with curl alone, until Ctrl+C", async () => {
  await useAzure(smallWorld()); // a shell in which another simulated Azure is set up does no harm
  const file = join(folder, "world.json");
  await writeFile(file, JSON.stringify(defaultWorld(new Date())));
  const { child, said, says, ended } = dev("--world", file, "--port", "0", "--control", "0");
  await says(/Ctrl\+C ends all of it/);
  const [app = "", world = ""] = ["The app", "The world"].map(
    (name) => new RegExp(`${name} +(http://\\S+)`).exec(said.text)?.[1],
  );
  const master = /x-functions-key: ([^']+)'/.exec(said.text)?.[1] ?? "";
  expect(said.text).toMatch(/^ {2}export AzureWebJobsStorage='Default/m);
  expect((await fetch(`${app}/api/health`)).status).toBe(200);

  expect(await post(`${world}/outage`)).toBe(200);
  expect(await (await fetch(`${world}/alert`, { method: "POST" })).json()).toEqual({ alerts: 1, taken: 1 });
  await says(/loginFailures +failed logins looked at .*opened/);
  expect(await post(`${app}/admin/functions/deliverTimer`, { "x-functions-key": master })).toBe(202);
  await says(/│ Nodes of aks-telematics are refused by nfplatform/);
  expect(await (await fetch(`${world}/messages`)).json()).toHaveLength(2);
  expect((await fetch(`${world}/world`, { method: "PUT", body: '{"tenantId":"nonsense"}' })).status).toBe(400);
  expect(await post(`${world}/nothing`)).toBe(404);

  const served = async () => ((await (await fetch(`${world}/world`)).json()) as World).subscriptions.length;
  expect(await served()).toBe(3);
  await writeFile(`${file}.new`, JSON.stringify(smallWorld({ subscriptions: [] })));
  await rename(`${file}.new`, file); // as an editor saves
  await says(/world\.json is served/);
  expect(await served()).toBe(0);
  await writeFile(file, "{");
  await says(/world\.json: is not JSON/);
  expect(await served()).toBe(0);

  child.kill("SIGINT");
  expect(await ended).toBe(0);
});

test("what cannot be started is told of, with exit 2", async () => {
  const [port, file] = [dev("--port", "x"), dev("--world", join(folder, "none.json"))];
  expect(await Promise.all([port.ended, file.ended])).toEqual([2, 2]);
  expect(port.said.text).toContain("--port: 'x' is not a port.");
  expect(file.said.text).toContain("cannot be read (ENOENT)");
});
