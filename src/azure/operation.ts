import { AsyncLocalStorage } from "node:async_hooks";
import { isRestError } from "@azure/core-rest-pipeline";
import { AggregateAuthenticationError, AuthenticationError, CredentialUnavailableError } from "@azure/identity";
import type { GapReason } from "../core/collected.ts";
import { AzureError } from "./error.ts";

/** What one call to Azure is about, seen by the pipeline while it runs. */
export interface Operation {
  readonly name: string;
  /** The answer has to carry a list in this property. */
  readonly list: string | undefined;
  /** Pages asked for so far: a page that is asked for twice never ends. */
  readonly pages: Set<string>;
}

const running = new AsyncLocalStorage<Operation>();

export function currentOperation(): Operation {
  const operation = running.getStore();
  if (!operation) throw new Error("a request to Azure was made outside of an operation");
  return operation;
}

/**
 * Runs one call to Azure, in which every failure that Azure or the network can cause becomes an AzureError. Nothing but
 * the client's call belongs in it: what takes an answer apart afterwards would have its bugs told as Azure's.
 *
 * `list` names the property that must hold the list, because a client makes an empty list of an answer without it.
 */
export async function operation<T>(name: string, call: () => Promise<T>, list?: string): Promise<T> {
  try {
    return await running.run({ name, list, pages: new Set() }, call);
  } catch (error) {
    throw toAzureError(name, error);
  }
}

function toAzureError(name: string, error: unknown): unknown {
  if (error instanceof AzureError) return error;
  if (error instanceof CredentialUnavailableError || error instanceof AggregateAuthenticationError) {
    return new AzureError(
      "forbidden",
      name,
      "no identity to ask with: sign in with `az login`, or give the app an identity",
      { cause: error },
    );
  }
  if (error instanceof AuthenticationError) {
    const { error: code, errorDescription } = error.errorResponse;
    const detail = `Microsoft Entra refused a token: ${errorDescription?.split("\n")[0] ?? code}`;
    return new AzureError("forbidden", name, detail, { status: error.statusCode, cause: error });
  }
  if (isRestError(error)) {
    const malformed = error.code === "PARSE_ERROR";
    const reason: GapReason = malformed ? "malformed" : "unreachable";
    const detail = malformed
      ? "the answer is not what this API answers"
      : `no answer (${error.code ?? "network error"})`;
    return new AzureError(reason, name, detail, { cause: error });
  }
  if (error instanceof Error && error.name === "AbortError") {
    return new AzureError("unreachable", name, "no answer in the time there was", { cause: error });
  }
  // a client stumbles where it takes an answer apart that has another shape
  if (error instanceof TypeError || error instanceof SyntaxError) {
    return new AzureError("malformed", name, "the answer is not what this API answers", { cause: error });
  }
  return error;
}
