import { defineCause, excluded } from "../core/cause.ts";
import { streaksOf } from "../core/symptom.ts";

export const notAnIncident = defineCause({
  id: "not-an-incident",
  title: "Nothing is wrong: the login worked right after",
  rank: 0,
  severity: "info",
  incident: false,
  needs: [],
  message: "<identity> at <registry>: <why>.",
  remediation: {
    text: "Nothing has to be done.",
    cli: "az acr check-health --subscription <subscriptionId> --name <registry>",
  },
  references: ["https://learn.microsoft.com/azure/container-registry/container-registry-troubleshoot-login"],

  rulesOut: (symptom) => (streaksOf(symptom).length === 0 ? "no row of the logs shows it" : undefined),
  weigh: (symptom) => {
    const streaks = streaksOf(symptom);
    if (streaks.every(({ healed, count }) => healed === count)) {
      return {
        verdict: "confirmed",
        evidence: {
          why: "every failure was followed within two minutes by a success of the same identity and address",
        },
      };
    }
    const anonymous = symptom.identityKind === "anonymous";
    if (anonymous && streaks.every(({ besideCredentialed, count }) => besideCredentialed === count)) {
      const why =
        "nodes try without a credential beside every attempt with one, and the one with a credential is judged by itself";
      return { verdict: "confirmed", evidence: { why } };
    }
    return excluded("failures were not followed by a success of the same identity and address within two minutes");
  },
});
