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
  step = {},
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
      step: {
        ...{ type: "Docker", dockerFilePath: "Dockerfile", imageNames: ["app:{{.Run.ID}}"], isPushEnabled: true },
        ...step,
      },
      credentials: {
        sourceRegistry: { loginMode, ...(sourceIdentity === undefined ? {} : { identity: sourceIdentity }) },
        customRegistries: Object.fromEntries(
          Object.entries(customRegistries).map(([server, identity]) => [
            server,
            identity === "password"
              ? { userName: { type: "Opaque", value: "robot" }, password: { type: "Opaque", value: "REDACTED" } }
              : identity === "vault"
                ? { identity: "[system]", userName: vaultSecret("user"), password: vaultSecret("password") }
                : { identity },
          ]),
        ),
      },
    },
  };
}

function vaultSecret(name: string) {
  return { type: "Vaultsecret", value: `https://contoso.vault.azure.net/secrets/${name}` };
}

export interface RegistryTaskOptions {
  readonly registryId: string;
  readonly name: string;
  readonly location?: string;
  /** `[system]` or the id of an identity; none leaves the task to what its registry gives it. */
  readonly sourceIdentity?: string;
  /** Whether it logs in to its own registry. */
  readonly loginMode?: "Default" | "None";
  /**
   * Other registries by login server: an identity, `password` for one in plain text, or `vault` for one in a key vault that
   * the task's own identity reads.
   */
  readonly customRegistries?: Readonly<Record<string, string>>;
  readonly systemAssigned?: boolean;
  readonly userAssigned?: readonly string[];
  readonly agentPool?: string;
  /** What it runs, where that is no plain build. */
  readonly step?: Readonly<Record<string, unknown>>;
}
