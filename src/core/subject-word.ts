import type { PullerKind, SubjectRef } from "./facts.ts";
import { parseResourceId } from "./resource-id.ts";
import { kindNames } from "./workload-evidence.ts";

const words = { registry: "registry", puller: "workload", principal: "service principal" } as const;

/** A function app is of the type that web apps are. */
const kinds: Readonly<Record<string, PullerKind>> = {
  "microsoft.containerservice/managedclusters": "aks",
  "microsoft.app/containerapps": "containerApp",
  "microsoft.app/jobs": "containerAppJob",
  "microsoft.containerinstance/containergroups": "containerGroup",
  "microsoft.web/sites": "webApp",
  "microsoft.web/sites/slots": "webAppSlot",
  "microsoft.machinelearningservices/workspaces": "mlWorkspace",
  "microsoft.containerregistry/registries/tasks": "acrTask",
  "microsoft.containerregistry/registries/cacherules": "cacheRule",
  "microsoft.containerregistry/registries/connectedregistries": "connectedRegistry",
};

/** The kind of a workload by its id, as far as its type tells it. */
export function pullerKindOf(id: string): PullerKind | undefined {
  return kinds[parseResourceId(id)?.type ?? ""];
}

/** What people call what a finding is about: `registry`, `cluster`, `container app`, `service principal`. */
export function subjectWord({ kind, id }: Pick<SubjectRef, "kind" | "id">): string {
  const workload = kind === "puller" ? pullerKindOf(id) : undefined;
  return workload === undefined ? words[kind] : kindNames[workload];
}
