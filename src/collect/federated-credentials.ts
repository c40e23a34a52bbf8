import { z } from "zod";
import { AzureError } from "../azure/error.ts";
import { listFederatedCredentials } from "../azure/graph.ts";
import type { Collector } from "./collector.ts";

const Federated = z.array(z.object({ issuer: z.string(), subject: z.string().nullish() }));

/** Whom an application trusts to log in without a secret: `<issuer> <subject>`. */
export const federatedCredentials: Collector<string, readonly string[]> = {
  id: "federated-credentials",
  permissions: { actions: [], graph: ["Application.Read.All"] },
  read: async (connection, applicationId) => {
    const parsed = Federated.safeParse(await listFederatedCredentials(connection, applicationId));
    if (!parsed.success) {
      throw new AzureError(
        "malformed",
        `list federated credentials of application ${applicationId}`,
        z.prettifyError(parsed.error),
      );
    }
    return parsed.data.map(({ issuer, subject }) => `${issuer} ${subject ?? "(by expression)"}`);
  },
};
