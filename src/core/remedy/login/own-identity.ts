/** A workload's system-assigned identity in Bicep. */
export const ownIdentity =
  "identity: { type: 'SystemAssigned' } // with the identities that it has, 'SystemAssigned, UserAssigned'";

/** The same where the workload is to pull with it from now on. */
export const ownIdentityFirst = `${ownIdentity}, with <roleWords> on the registry before it is deployed to pull with it`;

/** The steps to an identity that a workload has yet to get; `change` is the command of the last one. */
export function stepsToOwnIdentity(who: string, change: string): string {
  return `In this order, so that nothing stops: turn the system-assigned identity of the <kind> on, assign <roleWords> on the registry to it, and then let ${who} pull with it (${change}).`;
}
