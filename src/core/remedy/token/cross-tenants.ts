import type { RemedyInput, Template } from "../remedy.ts";
import { repositoryToken } from "./repository-token.ts";

export function crossTenants({ repositories }: RemedyInput): Template {
  return repositoryToken("tokenName", text, repositories);
}

const text =
  "A managed identity or a single-tenant application cannot cross tenants: create a repository token, or a service principal with <roleWords>, in the registry's tenant, and give its credential to the workload as a pull secret.";
