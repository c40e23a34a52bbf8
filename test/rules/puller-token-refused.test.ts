import { known, missing } from "../../src/core/collected.ts";
import type { PullerKind } from "../../src/core/facts.ts";
import type { RepositoryToken, ScopeMap } from "../../src/core/repository-token.ts";
import { pullerTokenRefused } from "../../src/rules/puller-token-refused.ts";
import { daysFromNow, forbidden, pullerSnapshot, registryId, subscriptionId } from "../facts.ts";
import { nobody, workloadNeed, workloadSnapshot } from "../workload-facts.ts";
import { judges } from "./judges.ts";

const scopeMapId = `${registryId}/scopeMaps/pull`;
const pulls: ScopeMap = { id: scopeMapId, name: "pull", actions: ["repositories/shop/*/content/read"] };
const depot: RepositoryToken = {
  ...{ id: `${registryId}/tokens/depot`, name: "depot", enabled: true, scopeMapId, certificates: [] },
  passwords: [{ name: "password1", endsOn: daysFromNow(40) }],
};
const lasting = { name: "password1" };
const ended = { name: "password2", endsOn: daysFromNow(-1) };

function given(
  token: Partial<RepositoryToken> | null,
  map: Partial<ScopeMap> = {},
  kind: PullerKind = "containerApp",
  repositories: readonly string[] = ["shop/orders"],
) {
  const login = { token: known(token && { ...depot, ...token }), scopeMap: known({ ...pulls, ...map }) };
  const identity = nobody("repositoryToken", { userName: "depot", token: login });
  return workloadSnapshot({ kind }, [workloadNeed({ identity, repositories })]);
}

const mapped = (action: string) => given({}, { actions: [action] });

judges(pullerTokenRefused, {
  "passes with a password that lasts and a scope map that names the repository": {
    given: given({}),
    gives: ["accepted"],
    outcome: "pass",
  },
  "passes with a password that never ends": { given: given({ passwords: [lasting] }), gives: ["accepted"] },
  "passes while one of two passwords is valid": { given: given({ passwords: [ended, lasting] }), gives: ["accepted"] },
  "fails when all have ended": {
    given: given({ passwords: [ended] }),
    gives: ["expired"],
    finding: { severity: "high", about: registryId.toLowerCase() },
    command: `az acr token credential generate --subscription ${subscriptionId} --registry contoso --name depot --password1 --expiration-in-days 90`,
  },
  "fails when it never had one": { given: given({ passwords: [] }), gives: ["expired"] },
  "is unknown when only a certificate is valid": {
    given: given({ passwords: [ended], certificates: [lasting] }),
    gives: ["unknown"],
  },
  "fails for a token that is disabled": {
    given: given({ enabled: false }),
    gives: ["disabled"],
    message: "orders logs in to contoso with the repository token depot, which is disabled.",
  },
  "fails for a user name that is no token": {
    given: given(null),
    gives: ["missing"],
    message: "orders logs in to contoso as depot, and the registry has no repository token of that name.",
    command: `az acr token create --subscription ${subscriptionId} --registry contoso --name depot --repository shop/orders content/read metadata/read --no-passwords`,
    remediation: `Create the repository token for what the workload pulls, or correct the user name; a managed identity with AcrPull needs neither. The token has no password until one is made with an end (az acr token credential generate --subscription ${subscriptionId} --registry contoso --name depot --password1 --expiration-in-days 90).`,
  },
  "makes no token of a user name that none can have": {
    given: workloadSnapshot({}, [
      workloadNeed({
        identity: nobody("repositoryToken", {
          userName: "depot; id",
          token: { token: known(null), scopeMap: known(pulls) },
        }),
      }),
    ]),
    gives: ["missing"],
    command: `az acr token list --subscription ${subscriptionId} --registry contoso --output table`,
  },
  "fails when the scope map names another repository": {
    given: mapped("repositories/shop/order/content/read"),
    gives: ["excluded"],
    message: "orders logs in to contoso with the repository token depot, whose scope map pull leaves out shop/orders.",
    command: `az acr scope-map update --subscription ${subscriptionId} --registry contoso --name pull --add-repository shop/orders content/read metadata/read`,
  },
  "adds all repositories that it leaves out": {
    given: given({}, { actions: ["repositories/tools/content/read"] }, "containerApp", ["shop/orders", "shop/side"]),
    gives: ["excluded"],
    command: `az acr scope-map update --subscription ${subscriptionId} --registry contoso --name pull --add-repository shop/orders content/read metadata/read --add-repository shop/side content/read metadata/read`,
  },
  "fails when it allows metadata alone": { given: mapped("repositories/shop/*/metadata/read"), gives: ["excluded"] },
  "passes when it names the repository": {
    given: mapped("repositories/Shop/Orders/content/read"),
    gives: ["accepted"],
  },
  "passes when it names all": { given: mapped("repositories/*/content/read"), gives: ["accepted"] },
  "fails for the sync token of a connected registry": {
    given: given({ passwords: [ended] }, {}, "connectedRegistry"),
    gives: ["syncExpired"],
    command: `az acr connected-registry get-settings --subscription ${subscriptionId} --registry contoso --name orders --parent-protocol https --generate-password 1`,
  },
  "is unknown when the token could not be read": {
    given: workloadSnapshot({}, [
      workloadNeed({
        identity: nobody("repositoryToken", {
          userName: "depot",
          token: { token: missing(forbidden), scopeMap: missing(forbidden) },
        }),
      }),
    ]),
    gives: ["unknown"],
  },
  "does not apply to a managed identity": {
    given: workloadSnapshot(),
    gives: ["otherLogin"],
    outcome: "notApplicable",
  },
  "does not apply to clusters": { given: pullerSnapshot(), gives: ["noneNeeded"], outcome: "notApplicable" },
});
