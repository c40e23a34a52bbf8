import { defineCause } from "../core/cause.ts";
import { toldBy } from "../core/told.ts";

export const nameNotResolved = defineCause({
  id: "name-not-resolved",
  title: "The client does not find the registry's name",
  rank: 3,
  severity: "high",
  incident: true,
  needs: ["registry", "doors"],
  message: "A client cannot resolve the name of <registry>: <why>. No login was tried, so none was refused.",
  remediation: {
    text: "Compare the name with <loginServer>, then look at the DNS of the client's own network: its servers, and the zone <zone> where it is linked, which needs records of the registry and of its data endpoints.",
    cli: "az acr show-endpoints --subscription <subscriptionId> --name <registry>",
  },
  references: ["https://learn.microsoft.com/azure/container-registry/container-registry-private-endpoints"],

  rulesOut: ({ error }) => (toldBy(error) === "name" ? undefined : "no text tells of a name that was not found"),
  weigh: ({ error }, { registry: { loginServer }, doors: { approvedEndpoints } }) => {
    const asked = hostIn(error);
    const zone = `privatelink.${loginServer.split(".").slice(1).join(".")}`;
    const noRecord =
      approvedEndpoints > 0
        ? `the registry has a private endpoint, and ${zone} as the client's network sees it lacks a record`
        : `its DNS does not answer, or a zone ${zone} that is linked to its network has no record of a registry without a private endpoint`;
    const misnamed = asked !== undefined && !isOf(loginServer, asked);
    const why = misnamed ? `it asks for ${asked}, and the login server is ${loginServer}` : noRecord;
    return {
      verdict: "likely",
      evidence: { why, loginServer, zone },
      notChecked: ["what the client's DNS servers answer"],
    };
  },
});

/** `lookup contoso.azurecr.io on 168.63.129.16:53: no such host` */
function hostIn(error: string): string | undefined {
  return /\blookup ([a-z0-9.-]+[a-z0-9])/i.exec(error)?.[1]?.toLowerCase();
}

/** `contoso.westeurope.data.azurecr.io` is a data endpoint of `contoso.azurecr.io`. */
function isOf(loginServer: string, host: string): boolean {
  const [name = "", ...suffix] = loginServer.toLowerCase().split(".");
  return host.startsWith(`${name}.`) && host.endsWith(`.${suffix.join(".")}`);
}
