import { readFile } from "node:fs/promises";
import { z } from "zod";
import { UsageError } from "./usage-error.ts";
import { World } from "./world.ts";

/** Reads and checks a world file; what is wrong with it is told by file, place and problem. */
export async function readWorld(file: string): Promise<World> {
  let source: string;
  try {
    source = await readFile(file, "utf8");
  } catch (error) {
    throw new UsageError(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code ?? error}).`);
  }
  let json: unknown;
  try {
    json = JSON.parse(source);
  } catch (error) {
    throw new UsageError(`${file}: is not JSON: ${(error as Error).message}`);
  }
  const parsed = World.safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `  ${z.core.toDotPath(issue.path) || "(the document)"}: ${issue.message}`,
  );
  throw new UsageError(
    [`${file}: is not a world:`, ...problems, "The format is described in docs/simulated-azure.md."].join("\n"),
  );
}
