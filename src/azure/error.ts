import type { GapReason } from "../core/collected.ts";

/** The one error that crosses a boundary. Everything else that is thrown is a bug. */
export class AzureError extends Error {
  override readonly name = "AzureError";
  readonly reason: GapReason;
  /** What was asked, in words: `list registries of 0000…`. */
  readonly operation: string;
  /** HTTP status, where there was an answer. */
  readonly status: number | undefined;
  /** Azure's request id, for a support case. */
  readonly requestId: string | undefined;

  constructor(
    reason: GapReason,
    operation: string,
    detail: string,
    options: { status?: number | undefined; requestId?: string | undefined; cause?: unknown } = {},
  ) {
    super(`${operation}: ${detail}`, { cause: options.cause });
    this.reason = reason;
    this.operation = operation;
    this.status = options.status;
    this.requestId = options.requestId;
  }
}
