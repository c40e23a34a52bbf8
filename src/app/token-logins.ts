import type { Connection } from "../azure/connection.ts";
import { collect } from "../collect/collector.ts";
import { repositoryToken } from "../collect/repository-token.ts";
import { scopeMap } from "../collect/scope-map.ts";
import { missing } from "../core/collected.ts";
import type { TokenLogin } from "../core/repository-token.ts";

/** Two calls for each token that some workload logs in with: few do, and most of those share one. */
export function tokenLogins(connection: Connection): (registryId: string, name: string) => Promise<TokenLogin> {
  const asked = new Map<string, Promise<TokenLogin>>();
  const read = async (registryId: string, name: string): Promise<TokenLogin> => {
    const token = await collect(repositoryToken, connection, { registryId, name });
    if (!token.known) return { token, scopeMap: token };
    const map = token.value === null ? undefined : await collect(scopeMap, connection, token.value.scopeMapId);
    const detail = `${registryId} has no token ${name}`;
    return { token, scopeMap: map ?? missing({ fact: "scope-map", reason: "notFound", detail }) };
  };
  return (registryId, name) => {
    const key = `${registryId}/tokens/${name}`.toLowerCase();
    const answer = asked.get(key) ?? read(registryId, name);
    asked.set(key, answer);
    return answer;
  };
}
