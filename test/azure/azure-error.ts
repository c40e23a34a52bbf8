import type { Reply } from "./exchange.ts";

/** An error in the shape of Azure Resource Manager. */
export function azureError(
  status: number,
  code: string,
  message: string,
  more: Pick<Reply, "headers" | "unknownRoute" | "secretCall"> & { readonly details?: readonly object[] } = {},
): Reply {
  const { details, headers, ...flags } = more;
  return {
    status,
    headers: { "x-ms-failure-cause": "gateway", ...headers },
    body: { error: details ? { code, message, details } : { code, message } },
    ...flags,
  };
}
