import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path/posix";
import { expect, test } from "vitest";

/**
 * The architecture: what each part of src may import besides itself. A package stands with its whole name; Node's own
 * modules are open to every part that is not pure.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  core: [],
  rules: ["core"],
  causes: ["core"],
  report: ["core", "hono", "d3-scale", "d3-shape"],
  notify: ["core"],
  azure: [
    "core",
    "zod",
    "@azure/arm-authorization",
    "@azure/arm-containerregistry",
    "@azure/arm-resourcegraph",
    "@azure/core-auth",
    "@azure/core-rest-pipeline",
    "@azure/eventgrid",
    "@azure/identity",
    "@azure/monitor-query",
  ],
  collect: ["core", "azure", "zod"],
  store: [
    "core",
    "azure",
    "settings.ts",
    "@azure/core-auth",
    "@azure/core-rest-pipeline",
    "@azure/data-tables",
    "@azure/storage-blob",
    "@azure/storage-queue",
  ],
  "settings.ts": ["core", "zod", "cron-parser"],
  app: [
    ...["core", "rules", "causes", "notify", "report", "azure", "collect", "store", "settings.ts"],
    ...["@azure/core-auth", "cron-parser", "zod"],
  ],
  // a trigger names the queue that it is bound to and the formats that it can be asked for, and it answers an AzureError
  functions: ["core", "app", "report", "azure/error.ts", "store/slice-queue.ts", "zod", "@azure/functions"],
  "main.ts": ["app", "functions", "settings.ts"],
  "cli.ts": ["app"],
};

/** Folders that only compute: no file, socket, clock or environment, and nothing to wait for. */
const pure = ["core", "rules", "causes", "report"];
const pureNodeModules = ["node:crypto", "node:util"];
const impurity =
  /(?<!instanceof )\b(?:async|await|Promise|fetch|setTimeout|setInterval|setImmediate|queueMicrotask|process|performance|globalThis)\b|\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|\brandomUUID\b|\brandomBytes\b|\bimport\(/;

const files = globSync("src/**/*.ts").map((path) => path.replaceAll("\\", "/"));
const sources = files.map((file) => ({ file, part: partOf(file), text: readFileSync(file, "utf8") }));
const imports = sources.flatMap(({ file, part, text }) =>
  targetsIn(text).map((target) => ({ file, part, target, to: destination(file, target) })),
);

test("the guard finds imports in every file that has any", () => {
  expect(imports.length).toBeGreaterThan(0);
  const silent = sources.filter(({ text }) => /^import\b/m.test(text) && targetsIn(text).length === 0);
  expect(silent.map(({ file }) => file)).toEqual([]);
});

test.for([
  ['import { a } from "../core/a.ts";', ["../core/a.ts"]],
  ['import type {\n  A,\n  B,\n} from "./b.ts";', ["./b.ts"]],
  ['export { c } from "./c.ts";', ["./c.ts"]],
  ['export * from "./d.ts";', ["./d.ts"]],
  ['import "./e.ts";', ["./e.ts"]],
  ['const f = await import("./f.ts");', ["./f.ts"]],
  ['type G = import("./g.ts").G;', ["./g.ts"]],
  ['const text = "nothing from here";', []],
] as const)("the guard sees what %s imports", ([text, targets]) => {
  expect(targetsIn(text)).toEqual(targets);
});

test.for([
  ["const now = new Date();", true],
  ["const then = new Date(text);", false],
  ["const t = Date.now();", true],
  ["export async function f() {}", true],
  ["const home = process.env.HOME;", true],
  ['const why = "every process awaits a new Date()";', false],
  ["// a comment about process and await", false],
  ["/** a Promise */", false],
  ["const text = `at §{Date.now()}`;", true],
  ["const text = `process §{a} await §{ { b }.b } Promise`;", false],
  ["const text = `§{`§{a} process`} async`; await b;", true],
] as const)("the guard takes %s for impure: %s", ([text, impure]) => {
  expect(impurity.test(code(text.replaceAll("§", "$")))).toBe(impure);
});

test("every file under src is in a part that the table knows", () => {
  expect(files.filter((file) => !(partOf(file) in mayImport))).toEqual([]);
});

test("docs/architecture.md says the same", () => {
  const rows = readFileSync("docs/architecture.md", "utf8").matchAll(/^\| `([^`]+)` \|[^|]*\| ([^|]+) \|$/gm);
  const said = [...rows].map(([, part = "", imports = ""]) => [
    part,
    [...imports.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  ]);
  const isPart = (name: string) => name in mayImport || name.includes(".ts");
  const held = Object.entries(mayImport).map(([part, imports]) => [part, imports.filter(isPart)]);
  expect(Object.fromEntries(said)).toEqual(Object.fromEntries(held));
});

test("every file under src is reached from what is started", () => {
  const byFile = Map.groupBy(imports, ({ file }) => file);
  const reached = new Set<string>();
  const visit = (file: string) => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const { target } of byFile.get(file) ?? []) if (target.startsWith(".")) visit(join(dirname(file), target));
  };
  for (const entry of files.filter((file) => /^src\/(?:main|cli)\.ts$/.test(file))) visit(entry);
  expect(files.filter((file) => !reached.has(file))).toEqual([]);
});

test.for(imports.filter(({ target }) => !target.startsWith("node:")))(
  "$file may import $target",
  ({ part, target, to }) => {
    const allowed = [part, ...(mayImport[part] ?? [])];
    expect(allowed.includes(to) || allowed.includes(`${to}/${basename(target)}`)).toBe(true);
  },
);

test.for(Object.entries(mayImport))("%s imports all that it may", ([part, allowed]) => {
  const used = imports
    .filter((one) => one.part === part)
    .flatMap(({ target, to }) => [to, `${to}/${basename(target)}`]);
  expect(allowed.filter((one) => !used.includes(one))).toEqual([]);
});

test("@azure/functions is imported by functions and main.ts alone", () => {
  const users = imports.filter(({ target }) => target.startsWith("@azure/functions"));
  expect(users.filter(({ part }) => part !== "functions" && part !== "main.ts")).toEqual([]);
});

test("what only computes uses no module of Node that does more", () => {
  const used = imports.filter(({ part, target }) => pure.includes(part) && target.startsWith("node:"));
  expect(used.length).toBeGreaterThan(0);
  expect(used.filter(({ target }) => !pureNodeModules.includes(target))).toEqual([]);
});

test.for(sources.filter(({ part }) => pure.includes(part)))("$file only computes", ({ text }) => {
  expect(impurity.exec(code(text))?.[0]).toBeUndefined();
});

test("the environment is read by main.ts and cli.ts alone", () => {
  const readers = sources.filter(({ text }) => /\bprocess\b/.test(code(text)));
  expect(readers.map(({ file }) => file).filter((file) => !/^src\/(?:main|cli)\.ts$/.test(file))).toEqual([]);
});

function targetsIn(text: string): readonly string[] {
  return [...text.matchAll(/\bfrom "([^"\n]+)"|\bimport\(?\s*"([^"\n]+)"/g)].map(
    ([, from, bare]) => from ?? bare ?? "",
  );
}

function partOf(file: string): string {
  return file.split("/")[1] ?? "";
}

/** The part of src, or the package, that an import leads to. */
function destination(file: string, target: string): string {
  if (target.startsWith(".")) return partOf(join(dirname(file), target));
  const [scope = "", name = ""] = target.split("/");
  return scope.startsWith("@") ? `${scope}/${name}` : scope;
}

const insignificant = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"/y;
const templateText = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*/y;

/** A source without its comments, strings and the texts of its templates, so that words in sentences do not count. */
function code(text: string): string {
  const depths: number[] = []; // braces open in each `${}` that is open
  let kept = "";
  for (let at = 0; at < text.length; at++) {
    const skipped = matchAt(insignificant, text, at);
    if (skipped > 0) {
      at += skipped - 1;
      continue;
    }
    const character = text[at] ?? "";
    const depth = depths.pop();
    const resumes = character === "}" && depth === 0;
    if (character === "`" || resumes) {
      at += 1 + matchAt(templateText, text, at + 1);
      if (text[at] === "$") depths.push(...(resumes || depth === undefined ? [] : [depth]), 0);
      else if (!resumes && depth !== undefined) depths.push(depth);
      if (text[at] === "$") at++;
      kept += " ";
      continue;
    }
    if (depth !== undefined) depths.push(depth + (character === "{" ? 1 : character === "}" ? -1 : 0));
    kept += character;
  }
  return kept;
}

function matchAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}
