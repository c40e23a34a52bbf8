import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BuiltFile, buildProduct } from "../.ci/build.ts";
import packageJson from "../package.json" with { type: "json" };
import { version } from "../src/core/version.ts";
import { azureWith, someday } from "./audit.ts";
import { defaultWorld } from "./azure/worlds/default-world.ts";
import type { FunctionMetadata } from "./host/functions-core.ts";
import { startHost } from "./host/start-host.ts";
import { summariseFunctions } from "./host/summarise-functions.ts";

const run = promisify(execFile);
const settings = { AzureWebJobsStorage: "UseDevelopmentStorage=true", ACRAUDIT_SWEEP_SCHEDULE: "0 0 3 * * *" };

let outdir: string;
let files: readonly BuiltFile[];

beforeAll(async () => {
  outdir = await mkdtemp(join(tmpdir(), "acraudit-build-"));
  files = await buildProduct({ outdir });
});

afterAll(() => rm(outdir, { recursive: true, force: true }));

test("there is one file for the function app and one for the terminal, small enough to start fast", () => {
  expect(files.map(({ path }) => path.slice(outdir.length + 1)).toSorted()).toEqual(["cli.cjs", "main.cjs"]);
  for (const { bytes } of files) expect(bytes).toBeLessThan(8_000_000);
});

test("package.json leads the host and npm to the bundles", () => {
  expect(packageJson).toMatchObject({ main: "dist/main.cjs", bin: { acraudit: "dist/cli.cjs" } });
});

test("the bundle registers what the sources register", async () => {
  const { stdout } = await load(settings);
  const { functions } = JSON.parse(stdout) as { functions: readonly FunctionMetadata[] };

  const host = await startHost({ env: settings });
  expect(summariseFunctions(functions)).toEqual(summariseFunctions(host.functions));
});

test("the bundle needs nothing from node_modules", async () => {
  const { stdout } = await run(process.execPath, [join(outdir, "cli.cjs"), "--version"], { cwd: outdir, env: {} });

  expect(stdout).toBe(`${version}\n`);
  expect(await readFile(join(outdir, "cli.cjs"), "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
});

test("a bundle with wrong settings says all that is wrong, without a stack trace", async () => {
  const failure = await load({ ACRAUDIT_CLOUD: "Cloud9", ACRAUDIT_EXPIRY_DAYS: "7,14" }).catch(
    (error: unknown) => error,
  );

  expect(failure).toMatchObject({ code: 1, stdout: "" });
  const { stderr } = failure as { readonly stderr: string };
  for (const name of ["ACRAUDIT_CLOUD", "ACRAUDIT_EXPIRY_DAYS", "AzureWebJobsStorage", "ACRAUDIT_SWEEP_SCHEDULE"]) {
    expect(stderr).toContain(`  ${name}: `);
  }
  expect(stderr).not.toMatch(/^ {4}at /m);
});

test("the bundled command line sweeps", async () => {
  const azure = await azureWith(defaultWorld(someday));

  const swept = await run(process.execPath, [join(outdir, "cli.cjs"), "sweep", "--format", "json"], {
    env: { ...azure.env },
    maxBuffer: 100_000_000,
  }).catch((error: unknown) => error);

  expect(swept).toMatchObject({ code: 1, stderr: "" }); // findings
  const report = JSON.parse((swept as { readonly stdout: string }).stdout);
  expect(report.findings.length).toBeGreaterThan(0);
  azure.assertClean();
});

function load(env: Readonly<Record<string, string>>) {
  return run(
    process.execPath,
    [fileURLToPath(new URL("./host/load-entry.ts", import.meta.url)), join(outdir, "main.cjs")],
    {
      cwd: outdir,
      env,
    },
  );
}
