import { parseResourceId } from "../core/resource-id.ts";

/** A resource as Resource Manager answers it, read by paths as a query of Resource Graph reads it. */
export interface ResourceBody {
  /** The columns that Resource Graph makes of every resource. */
  readonly columns: Readonly<Record<"id" | "name" | "type" | "subscriptionId" | "location" | "identity", unknown>>;
  readonly part: (path: string) => unknown;
  /** Empty where there is no text, as `tostring` makes it. */
  readonly text: (path: string) => string;
}

export function resourceBody(body: unknown): ResourceBody {
  const part = (path: string) => path.split(".").reduce<unknown>(member, body);
  const text = (path: string) => {
    const found = part(path);
    return typeof found === "string" ? found : "";
  };
  return {
    part,
    text,
    columns: {
      id: part("id"),
      name: part("name"),
      type: part("type"),
      subscriptionId: parseResourceId(text("id"))?.subscriptionId,
      location: text("location").toLowerCase().replaceAll(" ", ""), // App Service answers `West Europe`
      identity: part("identity"),
    },
  };
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}
