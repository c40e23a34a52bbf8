import { asksArmToken } from "../../workload.ts";
import type { RemedyInput, Template } from "../remedy.ts";
import { containerAppJobLogin, containerAppLogin } from "./container-app-login.ts";
import { containerGroupLogin } from "./container-group-login.ts";
import { siteLogin } from "./site-login.ts";
import { taskLogin } from "./task-login.ts";

/** How a workload gets a login to the registry that uses its own identity. */
export function logInWithIdentity(input: RemedyInput): Template | undefined {
  const template = loginOf(input);
  if (template === undefined) return undefined;
  const { fault, configured = [] } = input.identity;
  const { text } = template;
  const elsewhere = fault === "noLogin" && configured.length > 0;
  const start = elsewhere ? `${correct}; else ${text.charAt(0).toLowerCase()}${text.slice(1)}` : text;
  const refused = asksArmToken(input.puller) && !input.registry.takesArmTokens.value;
  return { ...template, text: refused ? `${start} ${caution}` : start };
}

/** Who logs in to other registries may mean one of them. */
const correct = "Correct the image if it names the wrong registry";

/** Who logs in with a password now would be cut off. */
const caution =
  "Before that the registry has to take tokens made for Azure Resource Manager again, which such an identity logs in with.";

function loginOf(input: RemedyInput): Template | undefined {
  switch (input.puller.kind) {
    case "containerApp":
      return containerAppLogin(input);
    case "containerAppJob":
      return containerAppJobLogin(input);
    case "containerGroup":
      return containerGroupLogin(input);
    case "webApp":
    case "functionApp":
    case "webAppSlot":
      return siteLogin(input);
    case "acrTask":
      return taskLogin(input);
    default:
      return undefined;
  }
}
