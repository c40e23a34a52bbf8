import { isUnhealthy } from "../core/artifact-cache.ts";
import { defineRule } from "../core/rule.ts";

export const cacheCredentialUnhealthy = defineRule({
  id: "cache-credential-unhealthy",
  title: "Artifact cache cannot log in to its upstream",
  subject: "registry",
  severity: "high",
  category: "credentials",
  needs: ["registry", "cacheRules"],

  why: "A cache rule that cannot log in serves what the registry already holds and nothing newer, so the fault shows with the next tag that somebody pulls. Mostly the secret in the key vault has ended, or the identity of the credential set may not read it.",
  failures: {
    unhealthy: {
      message:
        "<registry> caches <upstreams> and cannot log in there: the credentials of <credentialSet> are refused (<errorCode>).",
      remediation: {
        text: "Put credentials that are valid into <vaults>, and let the identity <principalId> of the set read them (Key Vault Secrets User).",
        cli: "az acr credential-set show --subscription <subscriptionId> --registry <registry> --name <credentialSet>",
      },
    },
    gone: {
      message: "<registry> caches <upstreams> with a credential set that does not exist.",
      remediation: {
        text: "Create the credential set again, or let the rule use another one.",
        cli: "az acr cache update --subscription <subscriptionId> --registry <registry> --name <cacheRule> --cred-set CREDENTIAL_SET",
      },
    },
  },
  statements: {
    healthy: "<registry> logs in to <upstreams> with <credentialSet>, of which it says nothing bad.",
    noLogin: "<registry> has no cache rule that logs in to its upstream.",
  },
  references: [
    "https://learn.microsoft.com/azure/container-registry/troubleshoot-artifact-cache",
    "https://learn.microsoft.com/azure/container-registry/artifact-cache-overview",
  ],

  evaluate: ({ registry, cacheRules }) => {
    const { name, id, subscriptionId } = registry;
    const shared = { registry: name, registryId: id, subscriptionId };
    const logins = cacheRules.flatMap(({ credentialSet, ...rule }) => (credentialSet ? [{ rule, credentialSet }] : []));
    if (logins.length === 0) return [{ outcome: "notApplicable", statement: "noLogin", evidence: shared }];

    const keyOf = ({ rule, credentialSet }: (typeof logins)[number]) =>
      credentialSet.known && credentialSet.value ? credentialSet.value.id.toLowerCase() : rule.id.toLowerCase();
    return [...Map.groupBy(logins, keyOf)].map(([about, group]) => {
      const [first] = group;
      if (first === undefined) throw new Error("a group of no cache rules was made");
      const { rule, credentialSet } = first;
      // without an id: a finding is about a set, and which one this rule logs in with is not known
      if (!credentialSet.known) return { outcome: "unknown", gaps: [credentialSet.gap] };

      const upstreams = group.map((one) => one.rule.upstream).toSorted();
      const cached = { ...shared, cacheRule: rule.name, upstreams };
      if (credentialSet.value === null) return { outcome: "fail", failure: "gone", about, evidence: cached };

      const set = credentialSet.value;
      const [health] = set.health;
      const evidence = {
        ...cached,
        credentialSet: set.name,
        credentialSetId: set.id,
        principalId: set.principalId || "PRINCIPAL_ID",
        vaults: set.vaults,
        errorCode: health?.errorCode || "no error code",
        errorMessage: health?.errorMessage ?? "",
      };
      return isUnhealthy(set)
        ? { outcome: "fail", failure: "unhealthy", about, evidence }
        : { outcome: "pass", statement: "healthy", about, evidence };
    });
  },
});
