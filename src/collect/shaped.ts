import { z } from "zod";
import { AzureError } from "../azure/error.ts";

/** What Azure answered, in the shape that is read. Throws an AzureError about `what` was asked where it has another. */
export function shaped<T>(shape: z.ZodType<T>, body: unknown, what: string): T {
  const parsed = shape.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new AzureError("malformed", what, `the answer has another shape: ${z.prettifyError(parsed.error)}`);
}
