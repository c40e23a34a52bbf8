import { fork } from "node:child_process";
import type { PullVerdict } from "../../src/core/pull-reason.ts";

export interface MatrixFigures {
  readonly clusters: number;
  readonly registries: number;
  readonly assignments: number;
  readonly counts: Readonly<Record<PullVerdict, number>>;
  readonly seconds: number;
  readonly peakBytes: number;
}

const memoryMegabytes = 512;

/** Computes who can pull what in a tenant of the largest size, within 512 MB, and prints what it took. */
export async function measureMatrix(sizes: readonly number[] = [1_000, 5_000, 100_000]): Promise<MatrixFigures> {
  const child = fork("test/bench/measured-matrix.ts", sizes.map(String), {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    execArgv: [`--max-old-space-size=${memoryMegabytes}`],
  });
  const figures = await new Promise<MatrixFigures>((resolve, reject) => {
    child.once("message", (value) => resolve(value as MatrixFigures));
    child.once("exit", (code) => reject(new Error(`the matrix ended with ${code}`)));
  });
  console.log(matrixLine(figures));
  return figures;
}

export function matrixLine({ clusters, registries, assignments, counts, seconds, peakBytes }: MatrixFigures): string {
  const pairs = counts.allow + counts.deny + counts.unknown;
  const size = `${clusters} clusters × ${registries} registries × ${assignments} assignments`;
  return `${size}: ${pairs} pairs in ${seconds.toFixed(2)} s, peak ${(peakBytes / 1024 ** 2).toFixed(0)} MB (${counts.allow} allow, ${counts.deny} deny, ${counts.unknown} unknown)`;
}
