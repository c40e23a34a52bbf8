import type { Role } from "../../src/core/facts.ts";
import { role } from "../facts.ts";

const acr = (...names: readonly string[]) => names.map((name) => `Microsoft.ContainerRegistry/registries/${name}`);
const repositories = acr("repositories/metadata/read", "repositories/content/read");
const writing = [...repositories, ...acr("repositories/metadata/write", "repositories/content/write")];

/**
 * A role of Azure, and what it lets one do by registry mode.
 * https://learn.microsoft.com/azure/container-registry/container-registry-rbac-built-in-roles-directory-reference
 */
export interface RoleRow {
  readonly role: Role;
  readonly pull: { readonly legacy: boolean; readonly abac: boolean };
  readonly push: { readonly legacy: boolean; readonly abac: boolean };
  readonly delete: { readonly legacy: boolean; readonly abac: boolean };
}

const never = { legacy: false, abac: false };
const inLegacy = { legacy: true, abac: false };
const inAbac = { legacy: false, abac: true };
const always = { legacy: true, abac: true };

export const roleRows: readonly RoleRow[] = [
  { role: role("AcrPull", { actions: acr("pull/read") }), pull: inLegacy, push: never, delete: never },
  { role: role("AcrPush", { actions: acr("pull/read", "push/write") }), pull: inLegacy, push: inLegacy, delete: never },
  { role: role("AcrDelete", { actions: acr("artifacts/delete") }), pull: never, push: never, delete: inLegacy },
  {
    role: role("AcrImageSigner", { actions: acr("sign/write"), dataActions: acr("trustedCollections/write") }),
    pull: never,
    push: never,
    delete: never,
  },
  {
    role: role("AcrQuarantineReader", {
      actions: acr("quarantine/read"),
      dataActions: acr("quarantinedArtifacts/read"),
    }),
    pull: never,
    push: never,
    delete: never,
  },
  {
    role: role("AcrQuarantineWriter", {
      actions: acr("quarantine/read", "quarantine/write"),
      dataActions: acr("quarantinedArtifacts/read", "quarantinedArtifacts/write"),
    }),
    pull: never,
    push: never,
    delete: never,
  },
  {
    role: role("Container Registry Repository Reader", { dataActions: repositories }),
    pull: inAbac,
    push: never,
    delete: never,
  },
  {
    role: role("Container Registry Repository Writer", { dataActions: writing }),
    pull: inAbac,
    push: inAbac,
    delete: never,
  },
  {
    role: role("Container Registry Repository Contributor", {
      dataActions: [...writing, ...acr("repositories/metadata/delete", "repositories/content/delete")],
    }),
    pull: inAbac,
    push: inAbac,
    delete: inAbac,
  },
  {
    role: role("Container Registry Repository Catalog Lister", { dataActions: acr("catalog/read") }),
    pull: never,
    push: never,
    delete: never,
  },
  {
    role: role("Container Registry Data Importer and Data Reader", {
      actions: acr("importImage/action", "read", "pull/read"),
      dataActions: [...repositories, ...acr("catalog/read")],
    }),
    pull: always,
    push: never,
    delete: never,
  },
  { role: role("Owner", { actions: ["*"] }), pull: inLegacy, push: inLegacy, delete: inLegacy },
  {
    role: role("Contributor", {
      actions: ["*"],
      notActions: [
        "Microsoft.Authorization/*/Delete",
        "Microsoft.Authorization/*/Write",
        "Microsoft.Authorization/elevateAccess/Action",
      ],
    }),
    pull: inLegacy,
    push: inLegacy,
    delete: inLegacy,
  },
  { role: role("Reader", { actions: ["*/read"] }), pull: inLegacy, push: never, delete: never },
  {
    role: role("Container Registry Configuration Reader and Data Access Configuration Reader", {
      actions: acr("read", "listCredentials/action", "tokens/read", "scopeMaps/read", "webhooks/read"),
    }),
    pull: never,
    push: never,
    delete: never,
  },
  {
    role: role("Container Registry Contributor and Data Access Configuration Administrator", {
      actions: [
        ...acr("read", "write", "delete", "listCredentials/action", "regenerateCredential/action"),
        ...acr("generateCredentials/action", "tokens/write", "scopeMaps/write"),
        "Microsoft.Authorization/*/read",
      ],
    }),
    pull: never,
    push: never,
    delete: never,
  },
  {
    role: role("Container Registry Tasks Contributor", {
      actions: acr("tasks/read", "tasks/write", "scheduleRun/action", "runs/read", "runs/cancel/action"),
    }),
    pull: never,
    push: never,
    delete: never,
  },
  {
    role: role("Container Registry Transfer Pipeline Contributor", {
      actions: acr("exportPipelines/write", "importPipelines/write", "pipelineRuns/write"),
    }),
    pull: never,
    push: never,
    delete: never,
  },
  {
    role: role("Container Registry Cache Rule Administrator", { actions: acr("cacheRules/write") }),
    pull: never,
    push: never,
    delete: never,
  },
  {
    role: role("Container Registry Cache Rule Reader", { actions: acr("cacheRules/read") }),
    pull: never,
    push: never,
    delete: never,
  },
  {
    role: role("Container Registry Credential Set Administrator", { actions: acr("credentialSets/write") }),
    pull: never,
    push: never,
    delete: never,
  },
  {
    role: role("Container Registry Credential Set Reader", { actions: acr("credentialSets/read") }),
    pull: never,
    push: never,
    delete: never,
  },
];
