import { identityOf } from "./identity-of.ts";

/** The `identity` of a resource with its own identity, with identities assigned to it, with both, or with none. */
export function workloadIdentity(id: string, systemAssigned: boolean, userAssigned: readonly string[]) {
  if (!systemAssigned && userAssigned.length === 0) return {};
  const types = [...(systemAssigned ? ["SystemAssigned"] : []), ...(userAssigned.length > 0 ? ["UserAssigned"] : [])];
  const assigned = userAssigned.map((one) => {
    const { principalId, clientId } = identityOf(one);
    return [one, { principalId, clientId }] as const;
  });
  return {
    identity: {
      type: types.join(", "),
      ...(systemAssigned ? { principalId: identityOf(id).principalId } : {}),
      ...(assigned.length > 0 ? { userAssignedIdentities: Object.fromEntries(assigned) } : {}),
    },
  };
}
