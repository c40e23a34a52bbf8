import type { HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import { AzureError } from "../azure/error.ts";
import { problemOf } from "./problem.ts";

/** What every answer carries: it is for this caller only, and no page may guess its type or learn its address. */
const headers = {
  "cache-control": "private, no-store",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer", // a function key may be in the address
};

/** An HTTP handler whose AzureErrors become problem details. Whatever else it throws is a bug, and the host's empty 500. */
export function answering(handle: (request: HttpRequest, context: InvocationContext) => Promise<HttpResponseInit>) {
  return async (request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    const answer = await handle(request, context).catch((error: unknown) => {
      if (!(error instanceof AzureError)) throw error;
      const { message, reason, status, requestId } = error;
      context.error("request failed", { message, reason, status, requestId });
      return problemOf(error);
    });
    return { ...answer, headers: { ...headers, ...answer.headers } };
  };
}
