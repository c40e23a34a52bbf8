import { readdirSync } from "node:fs";
import type { RequiredPermissions } from "../src/collect/collector.ts";
import type { CatalogCause } from "../src/core/cause.ts";
import type { CatalogRule } from "../src/core/rule.ts";
import type { Format } from "../src/report/format.ts";

/** One kind of thing that can be added: a folder where one file is one `const` object and the file name is its id. */
export interface Catalog {
  readonly folder: string;
  readonly ids: readonly string[];
}

export function catalog(folder: string): Catalog {
  const ids = readdirSync(folder)
    .filter((file) => file.endsWith(".ts") && file !== "index.ts")
    .map((file) => file.replace(/\.ts$/, ""));
  return { folder, ids: ids.sort() };
}

/** `admin-user-enabled` is exported as `adminUserEnabled`. */
export function exportName(id: string): string {
  return id.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

export async function loadRules({ folder, ids }: Catalog): Promise<readonly CatalogRule[]> {
  return Promise.all(
    ids.map(async (id) => {
      const rule = (await load(folder, id))[exportName(id)];
      if (!isRule(rule) || rule.id !== id)
        throw new Error(`${folder}/${id}.ts must export ${exportName(id)} with id "${id}"`);
      return rule;
    }),
  );
}

export async function loadCauses({ folder, ids }: Catalog): Promise<readonly CatalogCause[]> {
  return Promise.all(
    ids.map(async (id) => {
      const cause = (await load(folder, id))[exportName(id)];
      if (!isCause(cause) || cause.id !== id)
        throw new Error(`${folder}/${id}.ts must export ${exportName(id)} with id "${id}"`);
      return cause;
    }),
  );
}

/** Report formats lie among other files: they are those that export an object which renders under the file's name. */
export async function formatIds({ folder, ids }: Catalog): Promise<readonly string[]> {
  const exported = await Promise.all(ids.map(async (id) => ({ id, value: (await load(folder, id))[exportName(id)] })));
  return exported.filter(({ id, value }) => isFormat(value) && value.name === id).map(({ id }) => id);
}

export interface ListedCollector {
  readonly id: string;
  readonly name: string;
  readonly file: string;
  readonly permissions: RequiredPermissions;
}

/** Every collector in a folder: whatever its files export that declares permissions. */
export async function loadCollectors({ folder, ids }: Catalog): Promise<readonly ListedCollector[]> {
  const modules = await Promise.all(ids.map(async (file) => ({ file, exports: await load(folder, file) })));
  return modules.flatMap(({ file, exports }) =>
    Object.entries(exports).flatMap(([name, value]) =>
      isCollector(value) ? [{ id: value.id, name, file, permissions: value.permissions }] : [],
    ),
  );
}

/** What the auditor's identity has to be allowed: all that any collector needs. */
export function unionOf(collectors: readonly ListedCollector[]): Required<RequiredPermissions> {
  const union = (of: (permissions: RequiredPermissions) => readonly string[] | undefined) =>
    [...new Set(collectors.flatMap(({ permissions }) => of(permissions) ?? []))].sort();
  return { actions: union(({ actions }) => actions), graph: union(({ graph }) => graph) };
}

async function load(folder: string, id: string): Promise<Readonly<Record<string, unknown>>> {
  return import(new URL(`../${folder}/${id}.ts`, import.meta.url).href);
}

function isRule(value: unknown): value is CatalogRule {
  return typeof value === "object" && value !== null && "failures" in value && "evaluate" in value;
}

function isCause(value: unknown): value is CatalogCause {
  return typeof value === "object" && value !== null && "rank" in value && "weigh" in value;
}

function isFormat(value: unknown): value is Format {
  return typeof value === "object" && value !== null && "contentType" in value && "render" in value;
}

function isCollector(value: unknown): value is { id: string; permissions: RequiredPermissions } {
  return typeof value === "object" && value !== null && "permissions" in value && "read" in value;
}
