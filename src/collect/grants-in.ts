import { z } from "zod";
import type { ListedGrant } from "./grants.ts";
import { shaped } from "./shaped.ts";

const Body = z.object({
  id: z.string(),
  principalId: z.string(),
  principalType: z.string().nullish(),
  scope: z.string(),
  roleDefinitionId: z.string(),
  condition: z.string().nullish(),
  conditionVersion: z.string().nullish(),
  updatedOn: z.date().nullish(),
  createdOn: z.date().nullish(),
});

/** Assignments, or what has their shape, as the official client gives them. Throws an AzureError about `what` was asked. */
export function grantsIn(bodies: readonly unknown[], what: string): readonly ListedGrant[] {
  return shaped(z.array(Body), bodies, what).map(
    ({ principalType, condition, conditionVersion, updatedOn, createdOn, ...grant }) => ({
      ...grant,
      principalType: principalType ?? "",
      ...(condition && { condition }),
      ...(condition && conditionVersion && { conditionVersion }),
      ...changedOn(updatedOn ?? createdOn),
    }),
  );
}

function changedOn(time: Date | null | undefined): Pick<ListedGrant, "changedOn"> {
  return time ? { changedOn: time.toISOString() } : {};
}
