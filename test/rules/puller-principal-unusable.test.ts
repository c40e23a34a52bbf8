import { known, missing } from "../../src/core/collected.ts";
import type { Credential } from "../../src/core/facts.ts";
import { pullerPrincipalUnusable } from "../../src/rules/puller-principal-unusable.ts";
import {
  credential,
  daysFromNow,
  forbidden,
  need,
  principalId,
  puller,
  pullerSnapshot,
  registryId,
  subscriptionId,
} from "../facts.ts";
import { managed, workloadNeed, workloadSnapshot } from "../workload-facts.ts";
import { judges } from "./judges.ts";

const servicePrincipal = (fault?: "deleted" | "disabled") =>
  managed({ kind: "servicePrincipal", principalId: missing(forbidden), ...(fault && { fault }) });
const carrying = (...credentials: readonly Credential[]) =>
  managed({ kind: "servicePrincipal", principalId: known(principalId), credentials: known(credentials) });
const app = (identity: ReturnType<typeof managed>) => workloadSnapshot({}, [workloadNeed({ identity })]);
const ended = credential({ endsOn: daysFromNow(-1) });
const later = credential({ startsOn: daysFromNow(5) });

judges(pullerPrincipalUnusable, {
  "fails for a cluster, which takes another principal": {
    given: pullerSnapshot({ puller: puller({ identity: servicePrincipal("deleted") }), needs: [need()] }),
    gives: ["deleted"],
    finding: { severity: "high", about: registryId.toLowerCase() },
    command: `az aks update-credentials --subscription ${subscriptionId} --resource-group rg-aks --name shop --reset-service-principal --service-principal NEW_CLIENT_ID --client-secret NEW_SECRET`,
  },
  "fails for another workload": {
    given: app(servicePrincipal("deleted")),
    gives: ["deleted"],
    message: "orders pulls from contoso as service principal c, which does not exist any more.",
    command: `az containerapp identity assign --subscription ${subscriptionId} --resource-group rg-apps --name orders --system-assigned`,
  },
  "says what to do where the registry is not known": {
    given: workloadSnapshot({}, [
      workloadNeed({ identity: servicePrincipal("deleted"), registry: missing(forbidden) }),
    ]),
    gives: ["deleted"],
    command: "az ad app show --id c",
  },
  "fails for one that is disabled": {
    given: app(servicePrincipal("disabled")),
    gives: ["disabled"],
    message: "orders pulls from contoso as service principal c, which is disabled.",
    command: "az ad sp update --id c --set accountEnabled=true",
  },
  "fails when its last secret has ended, also for who could log in by federation": {
    given: app(carrying(ended)),
    gives: ["withoutCredential"],
    finding: { severity: "high" },
    message:
      "orders pulls from contoso as service principal c, whose last secret or certificate ended on 2026-02-28: it cannot log in.",
  },
  "fails when its only secret is valid later": {
    given: app(carrying(later)),
    gives: ["withoutCredential"],
    message:
      "orders pulls from contoso as service principal c, whose first secret or certificate is valid from 2026-03-06 on: it cannot log in.",
  },
  "fails between two secrets": {
    given: app(carrying(ended, later)),
    gives: ["withoutCredential"],
    message:
      "orders pulls from contoso as service principal c, whose last secret or certificate ended on 2026-02-28, with the next valid from 2026-03-06 on: it cannot log in.",
  },
  "fails for a cluster whose principal has no secret, and gives the cluster a new one": {
    given: pullerSnapshot({ puller: puller({ identity: carrying() }), needs: [need()] }),
    gives: ["withoutCredential"],
    message:
      "shop pulls from contoso as service principal c, which has no secret and no certificate: it cannot log in.",
    command: `az aks update-credentials --subscription ${subscriptionId} --resource-group rg-aks --name shop --reset-service-principal --service-principal c --client-secret NEW_SECRET`,
  },
  "passes with one that is valid beside one that has ended": {
    given: app(carrying(ended, credential())),
    gives: ["canLogIn"],
    outcome: "pass",
  },
  "is unknown when the directory could not be read": { given: app(servicePrincipal()), gives: ["unknown"] },
  "is unknown when its credentials are in another tenant": {
    given: app({ ...carrying(), credentials: missing(forbidden) }),
    gives: ["unknown"],
    outcome: "unknown",
  },
  "passes for a managed identity": { given: workloadSnapshot(), gives: ["canLogIn"], outcome: "pass" },
  "does not apply to what needs no registry": { given: workloadSnapshot({}, []), gives: ["noneNeeded"] },
});
