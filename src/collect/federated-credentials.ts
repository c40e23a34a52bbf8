import { z } from "zod";
import { listFederatedCredentials } from "../azure/graph.ts";
import type { Collector } from "./collector.ts";
import { shaped } from "./shaped.ts";

const Federated = z.array(z.object({ issuer: z.string(), subject: z.string().nullish() }));

/** Whom an application trusts to log in without a secret: `<issuer> <subject>`. */
export const federatedCredentials: Collector<string, readonly string[]> = {
  id: "federated-credentials",
  permissions: { actions: [], graph: ["Application.Read.All"] },
  read: async (connection, applicationId) => {
    const bodies = await listFederatedCredentials(connection, applicationId);
    return shaped(Federated, bodies, `list federated credentials of application ${applicationId}`).map(
      ({ issuer, subject }) => `${issuer} ${subject ?? "(by expression)"}`,
    );
  },
};
