import { broadReadersCanPull } from "../../src/rules/broad-readers-can-pull.ts";
import { grant, groupScope, principalId, reader, registryId, role, subscriptionScope } from "../facts.ts";
import { contributor, inAbacMode, inLegacyMode, inUnsaidMode, unread } from "./granted.ts";
import { judges } from "./judges.ts";

const everywhere = grant({ role: reader, scope: subscriptionScope });

judges(broadReadersCanPull, {
  "fails when Reader is granted at the subscription or above": {
    given: inLegacyMode(
      everywhere,
      { ...everywhere, principalId, scope: "/providers/Microsoft.Management/managementGroups/mg-root" },
      { ...everywhere, id: "twice" },
    ),
    gives: ["broadReaders"],
    message: "contoso lets 2 principals pull its images by Reader, granted above its resource group.",
    finding: { severity: "low" },
    command: `az role assignment list --scope ${registryId} --include-inherited --role Reader`,
  },
  "passes when it is granted at the resource group": {
    given: inLegacyMode({ ...everywhere, scope: groupScope }),
    gives: ["none"],
    outcome: "pass",
  },
  "passes with Contributor there, who manages the registry": {
    given: inLegacyMode({ ...everywhere, ...grant({ role: contributor, scope: subscriptionScope }) }),
    gives: ["none"],
  },
  "passes with User Access Administrator there, who gives roles to himself": {
    given: inLegacyMode(
      grant({ role: role("UAA", { actions: ["*/read", "Microsoft.Authorization/*"] }), scope: subscriptionScope }),
    ),
    gives: ["none"],
  },
  "passes with AcrPull there, which is made for pulling": {
    given: inLegacyMode(grant({ scope: subscriptionScope })),
    gives: ["none"],
  },
  "does not apply in ABAC mode": { given: inAbacMode(everywhere), gives: ["abacMode"], outcome: "notApplicable" },
  "is unknown when a role could not be read": { given: inLegacyMode(unread), gives: ["unknown"] },
  "is unknown when the registry did not say its mode": { given: inUnsaidMode(everywhere), gives: ["unknown"] },
});
