import type { Gap } from "./collected.ts";
import type { TokenLogin } from "./repository-token.ts";
import type { Evidence } from "./rule.ts";
import { allowedRepositories, scopeMapAllows } from "./scope-map-allows.ts";

/** What a token's login and its scope map come to; the words are reasons of a pull answer. */
export interface TokenAnswer {
  readonly reason:
    | "token-allowed"
    | "token-missing"
    | "token-disabled"
    | "token-expired"
    | "scope-map-excludes-repository"
    | "repository-not-named"
    | "token-not-known";
  readonly facts: Evidence;
  readonly contradicting: readonly string[];
  readonly gaps: readonly Gap[];
}

/**
 * Whether a repository token lets somebody who has its password pull: the registry refuses one that is disabled or has
 * no password left, and one whose scope map leaves the repository out. To whom whatever the map allows is `enough`, no
 * repository has to be named.
 * https://learn.microsoft.com/azure/container-registry/container-registry-token-based-repository-permissions
 */
export function throughToken(
  login: TokenLogin,
  repositories: readonly string[],
  now: Date,
  enough = false,
): TokenAnswer {
  if (!login.token.known) return answer("token-not-known", {}, [login.token.gap]);
  const token = login.token.value;
  if (token === null) return answer("token-missing", {});
  const facts = { tokenId: token.id, token: token.name, scopeMapId: token.scopeMapId };
  if (!token.enabled) return answer("token-disabled", facts);

  const lasting = (one: { readonly endsOn?: string }) =>
    one.endsOn === undefined || Date.parse(one.endsOn) > now.getTime();
  const valid = token.passwords.filter(lasting);
  const ended = token.passwords.flatMap(({ endsOn = "" }) => (endsOn === "" ? [] : [endsOn])).sort();
  if (valid.length === 0 && token.certificates.some(lasting)) {
    const detail = `token ${token.name} has a certificate and no password that is valid, and which of them is used is not visible`;
    return answer("token-not-known", facts, [{ fact: "token", reason: "notFound", detail }]);
  }
  if (valid.length === 0)
    return answer("token-expired", { ...facts, expiredOn: ended.at(-1) ?? "never had a password" });

  const dying = token.passwords.filter((one) => !lasting(one)).map(({ name }) => name);
  const contradicting =
    dying.length > 0 ? [`${dying.join(", ")} of the token has ended; it is refused with that.`] : [];
  return { ...throughMap(login.scopeMap, repositories, facts, enough), contradicting };
}

function throughMap(
  scopeMap: TokenLogin["scopeMap"],
  repositories: readonly string[],
  facts: Evidence,
  enough: boolean,
): TokenAnswer {
  if (!scopeMap.known) return answer("token-not-known", facts, [scopeMap.gap]);
  const { id, name, actions } = scopeMap.value;
  const mapped = { ...facts, scopeMap: name, scopeMapId: id };
  const excluded = repositories.filter((repository) => !scopeMapAllows(actions, repository, "content/read"));
  if (excluded.length > 0)
    return answer("scope-map-excludes-repository", { ...mapped, excludedRepositories: excluded });
  const allowed = allowedRepositories(actions, "content/read");
  if (allowed.length === 0) return answer("scope-map-excludes-repository", { ...mapped, excludedRepositories: [] });
  if (repositories.length > 0 || allowed.includes("*") || enough) return answer("token-allowed", mapped);
  const detail = `scope map ${name} allows ${allowed.join(", ")}, and the question names no repository`;
  return answer("repository-not-named", mapped, [{ fact: "repository", reason: "notFound", detail }]);
}

function answer(reason: TokenAnswer["reason"], facts: Evidence, gaps: readonly Gap[] = []): TokenAnswer {
  return { reason, facts, contradicting: [], gaps };
}
