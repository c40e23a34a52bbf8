import type { Body } from "./world.ts";

/** Reads a raw body without believing anything about it. */
export function child(body: unknown, ...path: readonly string[]): unknown {
  let value = body;
  for (const name of path) {
    if (!isBody(value)) return undefined;
    value = value[name];
  }
  return value;
}

export function text(body: unknown, ...path: readonly string[]): string | undefined {
  const value = child(body, ...path);
  return typeof value === "string" ? value : undefined;
}

export function list(body: unknown, ...path: readonly string[]): readonly unknown[] {
  const value = child(body, ...path);
  return Array.isArray(value) ? value : [];
}

export function isBody(value: unknown): value is Body {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The given body without the named properties. */
export function without(body: Body, ...names: readonly string[]): Body {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)));
}
