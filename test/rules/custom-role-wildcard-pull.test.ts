import { customRoleWildcardPull } from "../../src/rules/custom-role-wildcard-pull.ts";
import { grant, reader, registryId } from "../facts.ts";
import { custom, inAbacMode, inLegacyMode, inUnsaidMode, unread } from "./granted.ts";
import { judges } from "./judges.ts";

const pull = "Microsoft.ContainerRegistry/registries/pull/read";
const wild = grant({ role: custom("Image Reader", { actions: ["Microsoft.ContainerRegistry/*/read"] }) });

judges(customRoleWildcardPull, {
  "fails when a custom role pulls by a wildcard": {
    given: inLegacyMode(wild, { ...wild, id: "again" }),
    gives: ["wildcard"],
    message:
      "contoso is pulled from by a wildcard in the custom role Image Reader, which does not name the pull action.",
    finding: { severity: "medium" },
    command: `az role definition list --scope ${registryId} --custom-role-only true --name 'Image Reader'`,
  },
  "passes when it names the pull action too": {
    given: inLegacyMode(
      grant({ role: custom("Image Reader", { actions: [pull, "Microsoft.ContainerRegistry/*/read"] }) }),
    ),
    gives: ["none"],
    outcome: "pass",
  },
  "passes when the wildcard pulls nothing in this mode": { given: inAbacMode(wild), gives: ["none"] },
  "fails with a data action's wildcard in ABAC mode": {
    given: inAbacMode(grant({ role: custom("All", { dataActions: ["*"] }) })),
    gives: ["wildcard"],
  },
  "passes with a wildcard of Azure's own": {
    given: inLegacyMode(grant({ role: { ...reader, custom: false } })),
    gives: ["none"],
  },
  "is unknown when a role could not be read": { given: inLegacyMode(unread), gives: ["unknown"] },
  "is unknown when the registry did not say its mode": { given: inUnsaidMode(wild), gives: ["unknown"] },
});
