import type { RemedyInput, Template } from "../remedy.ts";
import { containerAppJobLogin, containerAppLogin } from "./container-app-login.ts";
import { siteLogin } from "./site-login.ts";
import { taskLogin } from "./task-login.ts";

/** How a workload gets a login to the registry that uses its own identity. */
export function logInWithIdentity(input: RemedyInput): Template | undefined {
  switch (input.puller.kind) {
    case "containerApp":
      return containerAppLogin;
    case "containerAppJob":
      return containerAppJobLogin;
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
