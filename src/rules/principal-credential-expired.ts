import { noCredentialsStatements, noCredentialsToWatch } from "../core/credential-applicability.ts";
import { credentialStanding } from "../core/credential-standing.ts";
import { describeReach } from "../core/describe-reach.ts";
import type { Credential } from "../core/facts.ts";
import { noValidCredential } from "../core/no-valid-credential.ts";
import { defineRule } from "../core/rule.ts";

export const principalCredentialExpired = defineRule({
  id: "principal-credential-expired",
  title: "Service principal credential is expired or missing",
  subject: "principal",
  severity: "critical",
  category: "credentials",
  needs: ["principal", "credentials", "federatedCredentials", "reach"],

  why: "A service principal without a valid credential cannot log in: every pull and push that depends on it fails with 401 Unauthorized. An expired secret that lies beside a valid one does no harm, but hides which one is in use.",
  failures: {
    noneValid: {
      message:
        "<principal> can no longer log in: <expired> expired on <expiredOn> and none is valid now. It reaches <reaches>.",
      remediation: {
        text: "Move the workload to a managed or federated identity; until then add a new credential, which leaves the others in place, and give it to the workload; a cluster takes it by `az aks update-credentials`. If nothing uses it any more, remove what is granted to it.",
        cli: "az ad <object> credential reset --id <appId> --append --display-name rotated --years 1",
      },
    },
    notYetValid: {
      message:
        "<principal> cannot log in now: <expired> expired on <expiredOn> and the next one is valid only from <nextFrom>. It reaches <reaches>.",
      remediation: {
        text: "Add a credential that is valid now and give it to the workload, or wait for the next one.",
        cli: "az ad <object> credential reset --id <appId> --append --display-name bridge --years 1",
      },
    },
    neverValid: {
      message: "Nobody can log in as <principal>, <state>, without a federated credential. It reaches <reaches>.",
      remediation: {
        text: "If nothing uses it, remove what is granted to it, which the command lists; else let the workload log in with a managed or federated identity, or give it a credential that is valid now.",
        cli: "az role assignment list --all --assignee <principalId>",
      },
    },
    beside: {
      message: "<principal> still carries <expired>, expired on <expiredOn>, beside <stillValid>.",
      remediation: {
        text: "Remove the expired credential, so that the list shows what is in use.",
        cli: "az ad <object> credential delete --id <appId> --key-id <keyId>",
      },
    },
    certificateBeside: {
      message: "<principal> still carries <expired>, expired on <expiredOn>, beside <stillValid>.",
      remediation: {
        text: "Remove the expired certificate, so that the list shows what is in use.",
        cli: "az ad <object> credential delete --id <appId> --key-id <keyId> --cert",
      },
    },
  },
  statements: {
    ...noCredentialsStatements,
    none: "<principal> can log in and has no expired credential.",
  },
  references: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-auth-service-principal",
    "https://learn.microsoft.com/entra/identity-platform/howto-create-service-principal-portal",
    "https://learn.microsoft.com/entra/workload-id/workload-identity-federation",
  ],

  evaluate: ({ principal, credentials, federatedCredentials, reach }, { now }) => {
    const exempt = noCredentialsToWatch(principal);
    if (principal === null || exempt !== undefined) {
      const name = principal?.displayName ?? "The principal";
      return [{ outcome: "notApplicable", statement: exempt ?? "deleted", evidence: { principal: name } }];
    }
    const { valid, expired } = credentialStanding(credentials, now);
    const none = noValidCredential(credentials, now);
    const shared = { principal: principal.displayName, appId: principal.appId, principalId: principal.id };
    const reached = {
      reaches: describeReach(reach),
      registries: reach.registries,
      registryNames: reach.names,
      subscriptionIds: reach.subscriptions,
    };
    const [latest] = expired;
    if (latest === undefined) {
      if (none === undefined || federatedCredentials.length > 0)
        return [{ outcome: "pass", statement: "none", evidence: { ...shared, credentials: credentials.length } }];
      // it never had a credential that is known to have ended, so nothing is known to have stopped
      const evidence = { ...shared, ...reached, state: none.state };
      return [{ outcome: "fail", failure: "neverValid", severity: "high", evidence }];
    }

    const evidence = {
      ...shared,
      ...reached,
      expired: describe(latest),
      expiredOn: latest.endsOn.slice(0, 10),
      keyId: latest.keyId,
      object: latest.on === "application" ? "app" : "sp",
      expiredCredentials: expired.map(
        (credential) => `${describe(credential)}, ended ${credential.endsOn.slice(0, 10)}`,
      ),
    };
    if (valid.length > 0 || federatedCredentials.length > 0) {
      const stillValid = valid.length > 0 ? "one that is valid" : "a federated credential";
      const failure = latest.kind === "certificate" ? "certificateBeside" : "beside";
      return [{ outcome: "fail", failure, severity: "info", evidence: { ...evidence, stillValid } }];
    }
    const next = none?.next;
    if (next === undefined) return [{ outcome: "fail", failure: "noneValid", evidence }];
    const nextFrom = next.startsOn.slice(0, 10);
    return [{ outcome: "fail", failure: "notYetValid", evidence: { ...evidence, nextFrom } }];
  },
});

function describe({ kind, displayName, keyId }: Credential): string {
  return `${kind} ${displayName || keyId}`;
}
