import { z } from "zod";
import { listDenyAssignments } from "../azure/authorization.ts";
import { parseCondition } from "../core/condition/parse.ts";
import type { Denial } from "../core/facts.ts";
import type { Collector } from "./collector.ts";
import { shaped } from "./shaped.ts";

/** The all-zero id of type `SystemDefined` stands for everyone. */
const everyoneId = "00000000-0000-0000-0000-000000000000";

const Principals = z.array(z.object({ id: z.string(), type: z.string().nullish() })).nullish();
const Actions = z.array(z.string()).nullish();

const Condition = { condition: z.string().nullish(), conditionVersion: z.string().nullish() };

const Block = z.object({
  actions: Actions,
  notActions: Actions,
  dataActions: Actions,
  notDataActions: Actions,
  ...Condition,
});

const Properties = z.object({
  denyAssignmentName: z.string().nullish(),
  scope: z.string(),
  doNotApplyToChildScopes: z.boolean().nullish(),
  permissions: z.array(Block),
  principals: Principals,
  excludePrincipals: Principals,
  denyAssignmentEffect: z.string().nullish(), // absent before API version 2024-07-01-preview: it then blocks
  ...Condition,
});

const Body = z.object({ id: z.string(), properties: Properties });

/** Deny assignments at, above and below a subscription. */
export const denials: Collector<string, readonly Denial[]> = {
  id: "denials",
  permissions: { actions: ["Microsoft.Authorization/denyAssignments/read"] },
  read: async (connection, subscriptionId) => {
    const bodies = await listDenyAssignments(connection, subscriptionId);
    return shaped(z.array(Body), bodies, `list deny assignments of subscription ${subscriptionId}`).flatMap(denialsOf);
  },
};

/** Blocks of permissions may carry conditions of their own: each condition makes a denial of its own. */
function denialsOf({ id, properties }: z.infer<typeof Body>): readonly Denial[] {
  const groups = Map.groupBy(properties.permissions, ({ condition }) => condition ?? "");
  return [...groups.values()].map(
    (blocks): Denial => ({ id, ...whatIsDenied(properties), ...whenDenied(properties, blocks) }),
  );
}

function whatIsDenied(properties: z.infer<typeof Properties>) {
  const principals = (properties.principals ?? []).map(({ id, type }) => ({ id, type: type ?? "" }));
  return {
    name: properties.denyAssignmentName ?? "without a name",
    scope: properties.scope,
    appliesToChildScopes: properties.doNotApplyToChildScopes !== true,
    principals,
    everyone: principals.some(({ id }) => id === everyoneId),
    excludedPrincipals: (properties.excludePrincipals ?? []).map(({ id, type }) => ({ id, type: type ?? "" })),
    ...(properties.denyAssignmentEffect?.toLowerCase() === "audit" && { auditOnly: true }),
  };
}

function whenDenied(properties: z.infer<typeof Properties>, blocks: readonly z.infer<typeof Block>[]) {
  const conditions = [properties, blocks[0]].flatMap((one) => (one?.condition ? [one] : []));
  const texts = conditions.flatMap(({ condition }) => condition ?? []);
  // joined, a text that is no condition could become one: `a) OR (b`
  const broken = texts.find((text) => !parseCondition(text).parsed);
  const versions = [...new Set(conditions.map(({ conditionVersion }) => conditionVersion ?? "2.0"))];
  return {
    permissions: blocks.map(({ actions, notActions, dataActions, notDataActions }) => ({
      actions: actions ?? [],
      notActions: notActions ?? [],
      dataActions: dataActions ?? [],
      notDataActions: notDataActions ?? [],
    })),
    ...(conditions.length > 0 && {
      condition: broken ?? (texts.length === 1 ? texts.join() : texts.map((text) => `(${text})`).join(" AND ")),
      conditionVersion: versions.join(" and "), // two versions are one that nobody knows
    }),
  };
}
