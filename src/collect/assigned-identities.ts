import { z } from "zod";
import type { AssignedIdentities } from "../core/workload.ts";

/** The `identity` of a resource, as every resource provider writes it. */
export const Identity = z
  .object({
    principalId: z.string().nullish(),
    userAssignedIdentities: z
      .record(z.string(), z.object({ principalId: z.string().nullish(), clientId: z.string().nullish() }).nullish())
      .nullish(),
  })
  .nullish();

export function identitiesOf(identity: z.infer<typeof Identity>): AssignedIdentities {
  return {
    systemPrincipalId: identity?.principalId ?? "",
    user: Object.entries(identity?.userAssignedIdentities ?? {}).map(([id, one]) => ({
      id,
      principalId: one?.principalId ?? "",
      clientId: one?.clientId ?? "",
    })),
  };
}
