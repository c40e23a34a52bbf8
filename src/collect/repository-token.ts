import { z } from "zod";
import { getToken } from "../azure/container-registry.ts";
import { AzureError } from "../azure/error.ts";
import type { RepositoryToken } from "../core/repository-token.ts";
import type { Collector } from "./collector.ts";
import { placeOf } from "./place-of.ts";
import { shaped } from "./shaped.ts";

const Ends = z.object({ name: z.string().nullish(), expiry: z.date().nullish() });

const Token = z.object({
  id: z.string(),
  name: z.string(),
  status: z.string().nullish(),
  scopeMapId: z.string(),
  credentials: z.object({ passwords: z.array(Ends).nullish(), certificates: z.array(Ends).nullish() }).nullish(),
});

/** What a token may be called. A name from a log that is no such name belongs to no token, and goes into no address. */
const nameOfToken = /^[a-z0-9][a-z0-9_-]{1,63}$/i;

/** The repository token of a name; null: the registry has none. */
export const repositoryToken: Collector<
  { readonly registryId: string; readonly name: string },
  RepositoryToken | null
> = {
  id: "repository-token",
  permissions: { actions: ["Microsoft.ContainerRegistry/registries/tokens/read"] },
  read: async (connection, { registryId, name }) => {
    if (!nameOfToken.test(name)) return null;
    const body = await orUndefined(() => getToken(connection, placeOf(registryId), name));
    if (body === undefined) return null;
    const { id, name: called, status, scopeMapId, credentials } = shaped(Token, body, `get token ${name}`);
    return {
      id,
      name: called,
      enabled: status?.toLowerCase() !== "disabled",
      scopeMapId,
      passwords: (credentials?.passwords ?? []).map(endsOf),
      certificates: (credentials?.certificates ?? []).map(endsOf),
    };
  },
};

function endsOf({ name, expiry }: z.infer<typeof Ends>) {
  return { name: name ?? "a credential", ...(expiry && { endsOn: expiry.toISOString() }) };
}

async function orUndefined<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof AzureError && error.reason === "notFound") return undefined;
    throw error;
  }
}
