import type { AzureRequest } from "./exchange.ts";
import type { Fault } from "./faults.ts";

/** A fault that only those queries of Resource Graph meet whose text has some words in it. */
export function resourceGraphOf(words: string, fault: Fault): (request: AzureRequest) => Fault | undefined {
  return ({ body }) => (body.includes(words) ? fault : undefined);
}
