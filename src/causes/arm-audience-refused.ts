import { callerMay } from "../core/caller-permission.ts";
import { defineCause, excluded } from "../core/cause.ts";
import { notAboutGrants, notACredential } from "../core/refusal.ts";
import type { Symptom } from "../core/symptom.ts";

export const armAudienceRefused = defineCause({
  id: "arm-audience-refused",
  title: "The registry refuses tokens that were made for Azure Resource Manager",
  rank: 29,
  severity: "high",
  incident: true,
  needs: ["registry", "doors", "caller", "access"],
  message:
    "<name> logs in to <registry> and is refused since <since>: the registry takes no tokens made for Azure Resource Manager, which some services and older clients send. <history>",
  remediation: {
    text: "Update the client so that it asks for a token of the registry's own audience, or allow tokens for Azure Resource Manager where the service cannot (Container Apps, App Service).",
    cli: "az acr config authentication-as-arm show --subscription <subscriptionId> --registry <registry>",
  },
  references: ["https://learn.microsoft.com/azure/container-registry/container-registry-disable-authentication-as-arm"],

  rulesOut: (symptom) => notACredential(symptom) ?? (isSaid(symptom) ? undefined : notAboutGrants(symptom)),
  weigh: (symptom, { registry, doors, caller, access }, now) => {
    if (doors.takesArmTokens) return excluded("the registry takes tokens made for Azure Resource Manager");
    if (isSaid(symptom)) return { verdict: "likely", evidence: { name: caller?.name ?? "A client" } };
    if (caller === null) return excluded("the identity is no principal of this tenant");
    if (symptom.login === undefined && symptom.repository !== undefined) return excluded("the login works");
    if (callerMay(symptom, { registry, caller, access }, now).answer === "deny")
      return excluded("it has no grant anyway");
    const kubelet = caller.clusters.known && caller.clusters.value.length > 0;
    return {
      verdict: kubelet ? "possible" : "likely",
      evidence: { name: caller.name },
      contradicting: kubelet ? ["nodes with an image of 2025 or later ask for the registry's own audience"] : [],
      notChecked: ["which audience the client asked for"],
    };
  },
});

/** The answer to a token of an audience that is not taken. */
function isSaid({ error }: Symptom): boolean {
  return /token validation failed/i.test(error);
}
