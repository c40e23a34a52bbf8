import { AzureError } from "../azure/error.ts";

/** Reads JSON that this product wrote; nobody else writes there. */
export function parseStored<T>(text: string, name: string): T {
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw new AzureError("malformed", `read ${name}`, "what is stored is not JSON", { cause: error });
  }
}
