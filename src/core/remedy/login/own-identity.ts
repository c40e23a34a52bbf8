/** A workload's system-assigned identity in Bicep. */
export const ownIdentity =
  "identity: { type: 'SystemAssigned' } // with the identities that it has, 'SystemAssigned, UserAssigned'";
