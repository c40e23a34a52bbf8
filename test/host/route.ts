import type { FunctionMetadata } from "./functions-core.ts";
import { triggerOf } from "./trigger-of.ts";

export interface Route {
  readonly functionName: string;
  readonly methods: readonly string[];
  readonly authLevel: string;
  /** The values of the route's parameters; undefined where the path is another. */
  readonly match: (path: string) => Readonly<Record<string, string>> | undefined;
}

/** The routes of the app's HTTP functions, below `/api`: those that say more of the path come first. */
export function routesOf(functions: readonly FunctionMetadata[]): readonly Route[] {
  const http = functions
    .map((metadata) => ({ name: metadata.name, trigger: triggerOf(metadata) }))
    .filter(({ trigger }) => trigger.type === "httpTrigger")
    .map(({ name, trigger }) => ({ name, trigger, template: String(trigger.route ?? name) }));
  return http
    .toSorted((a, b) => openness(a.template) - openness(b.template))
    .map(({ name, trigger, template }) => ({
      functionName: name,
      methods: (Array.isArray(trigger.methods) ? trigger.methods : ["GET", "POST"]).map(String),
      authLevel: String(trigger.authLevel ?? "anonymous").toLowerCase(),
      match: matcherOf(template),
    }));
}

/** How much of a path a template leaves open. */
function openness(template: string): number {
  return template.split("/").reduce((sum, part) => sum + (/^\{\*/.test(part) ? 100 : part.startsWith("{") ? 1 : 0), 0);
}

const types: Readonly<Record<string, string>> = {
  int: "-?\\d+",
  long: "-?\\d+",
  guid: "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
  alpha: "[A-Za-z]+",
  bool: "true|false",
};

/** `registries/{name}`, `{id:guid}`, `{name?}` and `{*rest}`, as routes of ASP.NET. */
function matcherOf(template: string): Route["match"] {
  const parts = template.split("/").filter((part) => part !== "");
  const pattern = parts.map((part) => {
    const [, star = "", name = "", type, optional] = /^\{(\*?)(\w+)(?::(\w+))?(\?)?\}$/.exec(part) ?? [];
    if (name === "") return `/${part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`;
    if (star !== "") return `(?:/(?<${name}>.*))?`;
    const value = `/(?<${name}>${type === undefined ? "[^/]+" : (types[type] ?? "[^/]+")})`;
    return optional === undefined ? value : `(?:${value})?`;
  });
  const regex = new RegExp(`^/api${pattern.join("")}/?$`, "i");
  return (path) => {
    const found = regex.exec(path);
    if (!found) return undefined;
    const given = Object.entries(found.groups ?? {}).filter(([, value]) => value !== undefined);
    return Object.fromEntries(given.map(([name, value]) => [name, decoded(value)]));
  };
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
