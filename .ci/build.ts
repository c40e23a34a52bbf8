import { chmod, rm } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { build } from "esbuild";

const root = join(import.meta.dirname, "..");

export interface BuiltFile {
  readonly path: string;
  readonly bytes: number;
}

/**
 * Bundles each entry into one CommonJS file that needs no node_modules. The host gives `@azure/functions-core` to an app
 * by answering its `require`, so that one stays outside.
 */
export async function buildProduct({
  outdir = join(root, "dist"),
  minify = false,
} = {}): Promise<readonly BuiltFile[]> {
  const entries = ["main", "cli"];
  for (const entry of entries) await rm(join(outdir, `${entry}.cjs`), { force: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: entries.map((entry) => `src/${entry}.ts`),
    outdir,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    mainFields: ["module", "main"], // ES modules can be shaken, so that the start is a quarter faster
    external: ["@azure/functions-core"],
    sourcemap: "linked",
    sourcesContent: false,
    minify,
    treeShaking: true,
    metafile: true,
    logLevel: "warning",
  });
  await chmod(join(outdir, "cli.cjs"), 0o755);
  return Object.entries(metafile.outputs)
    .filter(([path]) => path.endsWith(".cjs"))
    .map(([path, { bytes }]) => ({ path: join(root, path), bytes }));
}

if (import.meta.main) {
  const files = await buildProduct({ minify: process.argv.includes("--minify") });
  for (const { path, bytes } of files) {
    console.log(`${path.slice(root.length + 1).padEnd(14)} ${(bytes / 1_000_000).toFixed(2)} MB`);
  }
}
