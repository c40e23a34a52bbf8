import { defineRule } from "../core/rule.ts";
import { workloadEvidence } from "../core/workload-evidence.ts";

export const taskWithoutSourceIdentity = defineRule({
  id: "task-without-source-identity",
  title: "Task has no identity for its own registry",
  subject: "puller",
  severity: "high",
  category: "grants",
  needs: ["puller", "needs"],

  why: "A registry in legacy mode lets its own tasks pull and push without a grant. In ABAC mode it does not: a task without an identity for its own registry fails at its first pull, push or base image check with 401 Unauthorized.",
  failures: {
    missing: {
      message:
        "<workload> has no identity for its own registry, which is in ABAC mode and gives its tasks nothing by default.",
      remediation: {
        text: "Give the task an identity for its registry, and assign that identity a repository role.",
        cli: "az acr task update --subscription <subscription> --registry <registry> --name <resource> --source-acr-auth-id '[system]'",
      },
    },
  },
  statements: {
    default: "<workload> relies on what <registry> in legacy mode gives to its own tasks.",
    identity: "<workload> has an identity for its own registry.",
    notATask: "<workload> is no task of a registry.",
  },
  references: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions",
    "https://learn.microsoft.com/azure/container-registry/container-registry-tasks-authentication-managed-identity",
  ],

  evaluate: ({ puller, needs }) => {
    const own = needs.find(({ registryId }) =>
      puller.id.toLowerCase().startsWith(`${registryId.toLowerCase()}/tasks/`),
    );
    if (puller.kind !== "acrTask" || own === undefined)
      return [{ outcome: "notApplicable", statement: "notATask", evidence: { workload: puller.name } }];
    const evidence = workloadEvidence(puller, own);
    if (own.identity?.fault !== "taskDefault") return [{ outcome: "pass", statement: "identity", evidence }];
    if (!own.registry.known) return [{ outcome: "unknown", gaps: [own.registry.gap] }];
    const { roleAssignmentMode, id } = own.registry.value;
    if (roleAssignmentMode === undefined) {
      const detail = `${id} did not say its role assignment mode`;
      return [{ outcome: "unknown", gaps: [{ fact: "roleAssignmentMode", reason: "malformed", detail }] }];
    }
    return roleAssignmentMode === "LegacyRegistryPermissions"
      ? [{ outcome: "pass", statement: "default", evidence }]
      : [{ outcome: "fail", failure: "missing", evidence }];
  },
});
