import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { smallWorld } from "./small-world.ts";

let folder: string;
let world: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "azure-main-"));
  world = await write("world.json", JSON.stringify(smallWorld()));
});
afterAll(async () => await rm(folder, { recursive: true }));

async function write(name: string, content: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

async function main(
  args: readonly string[],
  onOutput: (text: string, end: () => void) => void = () => {},
): Promise<Ended> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts"), ...args]);
  let out = "";
  let err = "";
  child.stdout.on("data", (data: Buffer) => {
    out += data;
    onOutput(out, () => child.kill("SIGINT"));
  });
  child.stderr.on("data", (data: Buffer) => {
    err += data;
  });
  const { promise, resolve } = Promise.withResolvers<Ended>();
  child.on("close", (code) => resolve({ code, out, err }));
  return await promise;
}

const nodeCommand = (script: string) => ["--", process.execPath, "-e", script];

test("runs a command in the environment and prints only what the command prints", async () => {
  const script = `
    const header = { "x-identity-header": process.env.IDENTITY_HEADER };
    const endpoint = process.env.IDENTITY_ENDPOINT + "?api-version=2019-08-01&resource=https://management.azure.com/";
    fetch(endpoint, { headers: header }).then((r) => r.json()).then(({ access_token }) =>
      fetch("https://management.azure.com/subscriptions?api-version=2022-12-01", { headers: { authorization: "Bearer " + access_token } })
    ).then((r) => r.json()).then((body) => console.log(body.value.map((s) => s.displayName).join()));`;
  expect(await main(["--world", world, ...nodeCommand(script)])).toEqual({ code: 0, out: "main,other\n", err: "" });
});

test("ends as the command ends", async () => {
  const [failed, killed, missing] = await Promise.all([
    main(["--world", world, ...nodeCommand("process.exit(7)")]),
    main(["--world", world, ...nodeCommand("process.kill(process.pid, 'SIGTERM')")]),
    main(["--world", world, "--", "no-such-command"]),
  ]);
  expect([failed.code, killed.code, missing.code]).toEqual([7, 143, 127]);
  expect(missing.err).toContain("no-such-command: command not found");
});

test("without a command it prints the environment and stays until it is interrupted", async () => {
  const ended = await main(["--world", world], (text, end) => {
    if (text.includes("# Paste")) end();
  });
  expect(ended.code).toBe(0);
  expect(ended.out).toMatch(/^export HTTPS_PROXY='http:\/\/127\.0\.0\.1:\d+'$/m);
  expect(ended.out).toMatch(/^export NODE_EXTRA_CA_CERTS='/m);
});

test("a world that cannot be used is told by file, place and problem, with exit 2", async () => {
  const broken = JSON.stringify({ ...smallWorld(), subscriptions: [{ subscriptionId: "nonsense" }], surprise: 1 });
  const [schema, syntax, missing, usage] = await Promise.all([
    main(["--world", await write("broken.json", broken), "--", "true"]),
    main(["--world", await write("syntax.json", "{"), "--", "true"]),
    main(["--world", join(folder, "none.json")]),
    main(["--wrold", world]),
  ]);
  expect([schema.code, syntax.code, missing.code, usage.code]).toEqual([2, 2, 2, 2]);
  expect(schema.err).toMatch(/broken\.json: is not a world:\n.*subscriptions\[0\]\.subscriptionId: /);
  expect(schema.err).toContain("surprise");
  expect(syntax.err).toContain("is not JSON");
  expect(missing.err).toContain("cannot be read (ENOENT)");
  expect(usage.err).toContain("--wrold");
});
