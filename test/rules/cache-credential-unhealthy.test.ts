import type { CacheRule, CredentialSet } from "../../src/core/artifact-cache.ts";
import { known, missing } from "../../src/core/collected.ts";
import { cacheCredentialUnhealthy } from "../../src/rules/cache-credential-unhealthy.ts";
import { forbidden, registryId, registrySnapshot, subscriptionId } from "../facts.ts";
import { judges } from "./judges.ts";

const good = { name: "Credential1", healthy: true, errorCode: "", errorMessage: "" };
const bad = { ...good, healthy: false, errorCode: "AADSTS700016", errorMessage: "cannot read the secret" };

function set(health: CredentialSet["health"], name = "hub"): CredentialSet {
  const id = `${registryId}/credentialSets/${name}`;
  return { id, name, loginServer: "docker.io", principalId: "p", vaults: ["contoso.vault.azure.net"], health };
}

function given(...sets: readonly CacheRule["credentialSet"][]) {
  const rules = sets.map((credentialSet, index): CacheRule => {
    const name = `rule-${index}`;
    const rule = { id: `${registryId}/cacheRules/${name}`, name, upstream: `docker.io/library/${index}` };
    return credentialSet ? { ...rule, credentialSet } : rule;
  });
  const snapshot = registrySnapshot();
  return { ...snapshot, facts: { ...snapshot.facts, cacheRules: known(rules) } };
}

judges(cacheCredentialUnhealthy, {
  "passes with credentials that work": { given: given(known(set([good]))), gives: ["healthy"], outcome: "pass" },
  "passes while nothing is said of them": { given: given(known(set([]))), gives: ["healthy"] },
  "passes while one of two works": { given: given(known(set([bad, good]))), gives: ["healthy"] },
  "fails when none works, once for all rules that use them": {
    given: given(known(set([bad])), known(set([bad]))),
    gives: ["unhealthy"],
    finding: { severity: "high", about: `${registryId}/credentialSets/hub`.toLowerCase() },
    message:
      "contoso caches docker.io/library/0, docker.io/library/1 and cannot log in there: the credentials of hub are refused (AADSTS700016).",
    command: `az acr credential-set show --subscription ${subscriptionId} --registry contoso --name hub`,
  },
  "tells sets apart": {
    given: given(known(set([bad])), known(set([good], "quay")), undefined),
    gives: ["unhealthy", "healthy"],
  },
  "fails when the set is gone": {
    given: given(known(null)),
    gives: ["gone"],
    command: `az acr cache update --subscription ${subscriptionId} --registry contoso --name rule-0 --cred-set CREDENTIAL_SET`,
  },
  "is unknown when the sets could not be read": { given: given(missing(forbidden)), gives: ["unknown"] },
  "does not apply to rules that pull as nobody": {
    given: given(undefined),
    gives: ["noLogin"],
    outcome: "notApplicable",
  },
});
