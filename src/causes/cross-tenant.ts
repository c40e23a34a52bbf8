import { defineCause, excluded } from "../core/cause.ts";
import { sameId } from "../core/resource-id.ts";
import { unionOf } from "../core/symptom.ts";

export const crossTenant = defineCause({
  id: "cross-tenant",
  title: "The identity belongs to another tenant",
  rank: 14,
  severity: "high",
  incident: true,
  needs: ["directory", "tenantId"],
  message: "<identity> comes from tenant <callerTenant>; <registry> trusts tenant <tenantId> alone. <history>",
  remediation: {
    text: "A managed identity cannot cross tenants. Use a multi-tenant application, bring its service principal into tenant <tenantId> and assign that one its role.",
    cli: "az ad sp create --id <identity>",
  },
  references: ["https://learn.microsoft.com/azure/container-registry/authenticate-aks-cross-tenant"],

  rulesOut: ({ identityKind, status }) => {
    if (identityKind !== "id") return "the identity is no id";
    return status === "401" || status === "403" ? undefined : `status ${status || "unknown"} has other causes`;
  },
  weigh: (symptom, { directory: { principal }, tenantId }) => {
    if (principal !== null)
      return excluded(`${principal.displayName} has a service principal in the registry's tenant`);
    const tenants = unionOf(symptom, ({ callerTenants }) => callerTenants);
    const foreign = tenants.filter((tenant) => !sameId(tenant, tenantId));
    if (foreign.length > 0) return { verdict: "confirmed", evidence: { callerTenant: foreign, tenantId } };
    if (tenants.length > 0) return excluded("the caller is of the registry's own tenant");
    const evidence = { callerTenant: "that is not this one", tenantId };
    const notChecked = ["the caller's tenant, which only repository events tell"];
    return { verdict: /AADSTS700016/i.test(symptom.error) ? "likely" : "possible", evidence, notChecked };
  },
});
