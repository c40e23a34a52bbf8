import { z } from "zod";
import { listDenyAssignments } from "../azure/authorization.ts";
import { AzureError } from "../azure/error.ts";
import type { Denial } from "../core/facts.ts";
import type { Collector } from "./collector.ts";

/** The all-zero id of type `SystemDefined` stands for everyone. */
const everyoneId = "00000000-0000-0000-0000-000000000000";

const Principals = z.array(z.object({ id: z.string(), type: z.string().nullish() })).nullish();
const Actions = z.array(z.string()).nullish();

const Body = z.object({
  id: z.string(),
  denyAssignmentName: z.string().nullish(),
  scope: z.string(),
  doNotApplyToChildScopes: z.boolean().nullish(),
  permissions: z.array(
    z.object({ actions: Actions, notActions: Actions, dataActions: Actions, notDataActions: Actions }),
  ),
  principals: Principals,
  excludePrincipals: Principals,
});

/** Deny assignments at, above and below a subscription. */
export const denials: Collector<string, readonly Denial[]> = {
  id: "denials",
  permissions: { actions: ["Microsoft.Authorization/denyAssignments/read"] },
  read: async (connection, subscriptionId) => {
    const parsed = z.array(Body).safeParse(await listDenyAssignments(connection, subscriptionId));
    if (!parsed.success) {
      throw new AzureError(
        "malformed",
        `list deny assignments of subscription ${subscriptionId}`,
        z.prettifyError(parsed.error),
      );
    }
    return parsed.data.map(denialOf);
  },
};

function denialOf(body: z.infer<typeof Body>): Denial {
  const principals = (body.principals ?? []).map(({ id, type }) => ({ id, type: type ?? "" }));
  return {
    id: body.id,
    name: body.denyAssignmentName ?? body.id,
    scope: body.scope,
    appliesToChildScopes: body.doNotApplyToChildScopes !== true,
    permissions: body.permissions.map(({ actions, notActions, dataActions, notDataActions }) => ({
      actions: actions ?? [],
      notActions: notActions ?? [],
      dataActions: dataActions ?? [],
      notDataActions: notDataActions ?? [],
    })),
    principals,
    everyone: principals.some(({ id }) => id === everyoneId),
    excludedPrincipals: (body.excludePrincipals ?? []).map(({ id, type }) => ({ id, type: type ?? "" })),
  };
}
