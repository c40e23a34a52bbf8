import { registrySetting } from "../registry-bicep.ts";
import type { Template } from "../remedy.ts";

export const allowTasks = {
  text: "Run the task in an agent pool of a network that reaches the registry, or let tasks past the network rules.",
  cli: "az resource update --ids <registryId> --api-version 2025-11-01 --set properties.networkRuleBypassAllowedForTasks=true",
  bicep: registrySetting("networkRuleBypassAllowedForTasks: true"),
} as const satisfies Template;
