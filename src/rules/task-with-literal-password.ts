import { parseResourceId } from "../core/resource-id.ts";
import { defineRule } from "../core/rule.ts";

export const taskWithLiteralPassword = defineRule({
  id: "task-with-literal-password",
  title: "Task carries a password as plain text",
  subject: "puller",
  severity: "medium",
  category: "credentials",
  needs: ["puller"],

  why: "A password that was given to a task as text is kept with the task, is renewed by hand and outlives the person who entered it. A managed identity needs none, and a key vault keeps one where its use can be seen and ended.",
  failures: {
    literal: {
      message: "<workload> logs in to <servers> with a password that was given to the task as text.",
      remediation: {
        text: "Let the task log in with a managed identity (`az acr task identity assign`) that may pull there, or take the password from a key vault.",
        cli: "az acr task credential update --subscription <subscription> --registry <registry> --name <task> --login-server <server> --use-identity '[system]'",
      },
    },
  },
  statements: {
    none: "<workload> carries no password as plain text.",
    notATask: "<workload> is no task of a registry.",
  },
  references: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-tasks-authentication-managed-identity",
    "https://learn.microsoft.com/azure/container-registry/container-registry-tasks-authentication-key-vault",
  ],

  evaluate: ({ puller }) => {
    const { name: workload, kind, literalPasswords: servers, id } = puller;
    if (kind !== "acrTask") return [{ outcome: "notApplicable", statement: "notATask", evidence: { workload } }];
    if (servers === undefined) {
      const detail = `which credentials ${id} carries is not known`;
      return [{ outcome: "unknown", gaps: [{ fact: "task-credentials", reason: "notFound", detail }] }];
    }
    const [server] = servers;
    if (server === undefined) return [{ outcome: "pass", statement: "none", evidence: { workload } }];
    const evidence = {
      workload,
      workloadId: id,
      servers,
      server,
      task: parseResourceId(id)?.name ?? workload,
      subscription: parseResourceId(id)?.subscriptionId ?? "",
      registry: /\/registries\/([^/]+)\//i.exec(id)?.[1] ?? "",
    };
    return [{ outcome: "fail", failure: "literal", evidence }];
  },
});
