import { defineCause, excluded } from "../core/cause.ts";
import { triedAdmin } from "../core/told.ts";

export const entraLoginFailedFirst = defineCause({
  id: "entra-login-failed-first",
  title: "The login with Microsoft Entra failed; the admin account was only tried after it",
  rank: 60,
  severity: "medium",
  incident: true,
  needs: ["registry"],
  message:
    "`az acr login` could not log in to <registry> with Microsoft Entra and then tried the admin account, which is disabled, as it should be. What failed stands above that line.",
  remediation: {
    text: 'Diagnose the line above, "Unable to get AAD authorization tokens"; the command shows it with its code. The admin account stays disabled.',
    cli: "az acr check-health --subscription <subscriptionId> --name <registry> --ignore-errors --yes",
  },
  references: ["https://learn.microsoft.com/azure/container-registry/container-registry-troubleshoot-login"],

  rulesOut: ({ error }) => (triedAdmin(error) ? undefined : "no text tells that the admin account was tried"),
  weigh: (_symptom, { registry }) =>
    registry.adminUserEnabled
      ? excluded("the admin account is enabled")
      : { verdict: "likely", evidence: {}, notChecked: ["why the login with Microsoft Entra failed"] },
});
