import type { RemedyInput, Template } from "../remedy.ts";
import { repositoryToken } from "./repository-token.ts";
import { synchronizes } from "./synchronizes.ts";

export function createToken({ puller, repositories, identity }: RemedyInput): Template | undefined {
  const { userName = "" } = identity;
  if (synchronizes(puller) || !isTokenName(userName)) return undefined;
  return repositoryToken("userName", text, repositories);
}

/** https://learn.microsoft.com/rest/api/container-registry/tokens/create */
function isTokenName(userName: string): boolean {
  return /^[A-Za-z0-9-]+$/.test(userName);
}

const text =
  "Create the repository token for what the workload pulls, or correct the user name; a managed identity with <roleWords> needs neither.";
