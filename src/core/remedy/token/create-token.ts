import type { RemedyInput, Template } from "../remedy.ts";
import { repositoryToken } from "./repository-token.ts";
import { synchronizes } from "./synchronizes.ts";

export function createToken({ puller, repositories }: RemedyInput): Template | undefined {
  return synchronizes(puller) ? undefined : repositoryToken("userName", text, repositories);
}

const text =
  "Create the repository token for what the workload pulls, or correct the user name; a managed identity with <role> needs neither.";
