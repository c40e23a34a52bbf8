import type { HttpRequest } from "@azure/functions";

/** Parameters by which the host takes function keys. They are its own, and secret. */
const ofTheHost = new Set(["code", "clientid"]);

/** The query of a request. A parameter that is given twice is a list, which no schema here takes. */
export function queryOf({ query }: HttpRequest): Readonly<Record<string, string | readonly string[]>> {
  const names = [...new Set(query.keys())].filter((name) => !ofTheHost.has(name.toLowerCase()));
  return Object.fromEntries(
    names.map((name) => {
      const values = query.getAll(name);
      return [name, values.length === 1 ? (values[0] ?? "") : values];
    }),
  );
}
