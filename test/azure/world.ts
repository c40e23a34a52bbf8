import { z } from "zod";

/** A raw Azure body, kept as it was recorded. */
export type Body = Readonly<Record<string, unknown>>;

const AnyBody = z.record(z.string(), z.unknown());
const Identified = z.looseObject({ id: z.string().min(1) });

/** What one signed-in identity may read. Without an entry an identity reads everything in the tenant. */
const CallerAccess = z.strictObject({
  principalId: z.guid(),
  clientId: z.guid().optional(),
  readable: z.union([z.literal("all"), z.array(z.string().regex(/^\//))]).default("all"),
  graph: z.boolean().default(true),
});
export type CallerAccess = z.infer<typeof CallerAccess>;

/**
 * Everything the simulated Azure knows, as raw Azure bodies.
 *
 * `children` holds what Azure serves below a resource and Resource Graph does not list, keyed by
 * `<resourceId>/<collection>`, for example `/subscriptions/…/registries/contoso/tokens`. `logs` holds the rows of
 * Log Analytics tables by table name. `callers` says what signed-in identities may read: `readable` holds scopes (each
 * with everything below it) and `graph` says whether Microsoft Graph may be read; the first caller is who the managed
 * identity endpoint signs in as.
 */
export const World = z.strictObject({
  $schema: z.string().optional(),
  tenantId: z.guid(),
  managementGroups: z.array(Identified).default([]),
  subscriptions: z.array(z.looseObject({ subscriptionId: z.guid() })).default([]),
  resources: z.array(Identified.extend({ type: z.string().min(1) })).default([]),
  roleAssignments: z.array(Identified).default([]),
  roleDefinitions: z.array(Identified).default([]),
  denyAssignments: z.array(Identified).default([]),
  roleEligibilityScheduleInstances: z.array(Identified).default([]),
  registrationDefinitions: z.array(Identified).default([]),
  registrationAssignments: z.array(Identified).default([]),
  children: z.record(z.string(), z.array(AnyBody)).default({}),
  graph: z
    .strictObject({
      applications: z.array(Identified).default([]),
      servicePrincipals: z.array(Identified).default([]),
      groups: z.array(Identified).default([]),
    })
    .default({ applications: [], servicePrincipals: [], groups: [] }),
  logs: z.record(z.string(), z.array(AnyBody)).default({}),
  callers: z.array(CallerAccess).optional(),
});
export type World = z.infer<typeof World>;
