import { defineCause, excluded } from "../core/cause.ts";
import { notACredential } from "../core/refusal.ts";
import { sameId } from "../core/resource-id.ts";
import { streaksOf, unionOf } from "../core/symptom.ts";

export const principalDeleted = defineCause({
  id: "principal-deleted",
  title: "The principal does not exist any more",
  rank: 13,
  severity: "high",
  incident: true,
  needs: ["directory", "caller", "tenants", "access"],
  message:
    "<identity> is refused by <registry> since <since>: no service principal of this tenant has that id. <history>",
  remediation: {
    text: "Point the client to an identity that exists, and assign that one its role; roles of a deleted principal do not come back when it is made again.",
    cli: "az ad sp show --id <identity>",
  },
  references: ["https://learn.microsoft.com/azure/role-based-access-control/troubleshooting"],

  rulesOut: (symptom) => (symptom.identityKind === "id" ? notACredential(symptom) : "the identity is no id"),
  weigh: (symptom, { directory, caller, tenants: { registry: tenantId, directory: seenTenant }, access }) => {
    if (directory.principal !== null) return excluded(`it is ${directory.principal.displayName}, which exists`);
    if (caller?.tenantId.known && !sameId(caller.tenantId.value, tenantId))
      return excluded(`it is ${caller.name}, which belongs to another tenant`);
    const tenants = unionOf(symptom, ({ callerTenants }) => callerTenants);
    const foreign = tenants.filter((tenant) => !sameId(tenant, tenantId));
    if (foreign.length > 0) return excluded(`it belongs to tenant ${foreign.join(", ")}`);
    const orphans = access.grants
      .filter(({ principalId }) => sameId(principalId, symptom.identity))
      .map(({ id }) => id);
    const worked = streaksOf(symptom).some(({ lastSuccess }) => lastSuccess !== undefined);
    const evidence = { orphanedGrants: orphans, tenantId };
    if (!seenTenant.known || !sameId(seenTenant.value, tenantId)) {
      const notChecked = [`the directory of tenant ${tenantId}, which cannot be seen`];
      return { verdict: "possible", evidence, notChecked };
    }
    if (tenants.length > 0 || orphans.length > 0) return { verdict: "confirmed", evidence };
    const notChecked = ["the caller's tenant, which only repository events tell"];
    return { verdict: worked ? "likely" : "possible", evidence, notChecked };
  },
});
