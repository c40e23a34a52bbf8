import { workloadIdentity } from "./workload-identity.ts";

/** A task of a registry (2019-04-01, with the source identity of 2025-03-01-preview). */
export function registryTaskBody({
  registryId,
  name,
  location = "westeurope",
  sourceIdentity,
  loginMode = "Default",
  customRegistries = {},
  systemAssigned = false,
  userAssigned = [],
  agentPool,
}: RegistryTaskOptions) {
  const id = `${registryId}/tasks/${name}`;
  return {
    id,
    name,
    type: "Microsoft.ContainerRegistry/registries/tasks",
    location,
    tags: {},
    ...workloadIdentity(id, systemAssigned, userAssigned),
    properties: {
      provisioningState: "Succeeded",
      status: "Enabled",
      isSystemTask: false,
      platform: { os: "linux", architecture: "amd64" },
      ...(agentPool === undefined ? {} : { agentPoolName: agentPool }),
      step: { type: "Docker", dockerFilePath: "Dockerfile", imageNames: ["app:{{.Run.ID}}"], isPushEnabled: true },
      credentials: {
        sourceRegistry: { loginMode, ...(sourceIdentity === undefined ? {} : { identity: sourceIdentity }) },
        customRegistries: Object.fromEntries(
          Object.entries(customRegistries).map(([server, identity]) => [
            server,
            identity === "password"
              ? { userName: { type: "Opaque", value: "robot" }, password: { type: "Opaque", value: "REDACTED" } }
              : { identity },
          ]),
        ),
      },
    },
  };
}

export interface RegistryTaskOptions {
  readonly registryId: string;
  readonly name: string;
  readonly location?: string;
  /** `[system]` or the id of an identity; none leaves the task to what its registry gives it. */
  readonly sourceIdentity?: string;
  /** Whether it logs in to its own registry. */
  readonly loginMode?: "Default" | "None";
  /** Other registries by login server: an identity, or `password` for one in plain text. */
  readonly customRegistries?: Readonly<Record<string, string>>;
  readonly systemAssigned?: boolean;
  readonly userAssigned?: readonly string[];
  readonly agentPool?: string;
}
