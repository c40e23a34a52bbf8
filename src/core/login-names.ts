import type { PullIdentity } from "./facts.ts";

/** How people are told what a puller logs in as. */
export const loginNames: Readonly<Record<PullIdentity["kind"], string>> = {
  managedIdentity: "managed identity",
  servicePrincipal: "service principal",
  adminUser: "admin user",
  repositoryToken: "repository token",
  anonymous: "nobody",
  unknown: "not known",
};
