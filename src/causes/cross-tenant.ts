import { defineCause, excluded } from "../core/cause.ts";
import { sameId } from "../core/resource-id.ts";
import { unionOf } from "../core/symptom.ts";

export const crossTenant = defineCause({
  id: "cross-tenant",
  title: "The identity belongs to another tenant",
  rank: 14,
  severity: "high",
  incident: true,
  needs: ["caller", "tenants"],
  message: "<name> comes from <callerTenant>; <registry> trusts tenant <tenantId> alone. <history>",
  remediation: {
    text: "A managed identity or a single-tenant application cannot cross tenants. Use a multitenant application: sign in to tenant <tenantId>, make its service principal there and assign that one its role; or log in with a repository token.",
    cli: "az ad sp create --id MULTITENANT_APPLICATION_ID",
  },
  references: ["https://learn.microsoft.com/azure/container-registry/authenticate-aks-cross-tenant"],

  rulesOut: ({ identityKind, status }) => {
    if (identityKind !== "id") return "the identity is no id";
    return status === "401" || status === "403" ? undefined : `status ${status || "unknown"} has other causes`;
  },
  weigh: (symptom, { caller, tenants: { registry: tenantId } }) => {
    const name = caller?.name ?? symptom.identity;
    const seen = unionOf(symptom, ({ callerTenants }) => callerTenants);
    const foreign = seen.filter((tenant) => !sameId(tenant, tenantId));
    if (foreign.length > 0)
      return { verdict: "confirmed", evidence: { name, callerTenant: `tenant ${foreign.join(", ")}`, tenantId } };
    if (seen.length > 0) return excluded("the caller is of the registry's own tenant");
    if (caller === null) {
      const evidence = { name, callerTenant: "a tenant that is not this one", tenantId };
      const notChecked = ["the caller's tenant, which only repository events tell"];
      return { verdict: /AADSTS700016/i.test(symptom.error) ? "likely" : "possible", evidence, notChecked };
    }
    const own = caller.tenantId;
    if (!own.known) {
      const evidence = { name, callerTenant: "a tenant that is not known", tenantId };
      return { verdict: "possible", evidence, notChecked: [own.gap.detail] };
    }
    if (sameId(own.value, tenantId)) return excluded(`${name} has a service principal in the registry's tenant`);
    const evidence = { name, callerTenant: `tenant ${own.value}`, tenantId };
    if (!caller.multiTenant) return { verdict: "confirmed", evidence };
    const notChecked = [`whether ${name} has a service principal in tenant ${tenantId}, and what that one is granted`];
    return { verdict: "possible", evidence, notChecked };
  },
});
