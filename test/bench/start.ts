import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { buildProduct } from "../../.ci/build.ts";

const rounds = 5;

/** Milliseconds from the first line of the app to its last function registered, as the Functions worker sees it. */
export async function measureStart(): Promise<{ readonly bundled: number; readonly unbundled: number }> {
  const outdir = await mkdtemp(join(tmpdir(), "acraudit-start-"));
  try {
    await buildProduct({ outdir });
    const bundled: number[] = [];
    const unbundled: number[] = [];
    // By turns, so that a slow moment of the machine does not fall on one of them alone.
    for (let round = 0; round < rounds; round++) {
      bundled.push(await start(join(outdir, "main.cjs")));
      unbundled.push(await start(join(import.meta.dirname, "../../src/main.ts")));
    }
    return { bundled: median(bundled), unbundled: median(unbundled) };
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
}

const run = promisify(execFile);

async function start(entry: string): Promise<number> {
  const env = {
    ...process.env,
    AzureWebJobsStorage: "UseDevelopmentStorage=true",
    ACRAUDIT_SWEEP_SCHEDULE: "0 0 3 * * *",
  };
  const { stdout } = await run(
    process.execPath,
    [fileURLToPath(new URL("../host/load-entry.ts", import.meta.url)), entry],
    { env },
  );
  const { milliseconds } = JSON.parse(stdout) as { milliseconds: number };
  return milliseconds;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
