import { z } from "zod";
import type { SliceMessage as Message } from "../store/slice-queue.ts";

const id = z.string().regex(/^[\w-]{1,100}$/);

/** A message of the slice queue, as whoever can write to that queue may have put it there. */
export const SliceMessage: z.ZodType<Message> = z.object({ runId: id, unitId: id });
