import { resourceBody } from "./resource.ts";
import { workloadIdentity } from "./workload-identity.ts";

/** A Machine Learning workspace (2024-04-01) with the registry of its environments. */
export function mlWorkspaceBody({
  registryId,
  systemAssigned = true,
  userAssigned = [],
  ...place
}: MlWorkspaceOptions) {
  const type = "Microsoft.MachineLearningServices/workspaces";
  const { id } = resourceBody({ ...place, type });
  const [primary] = systemAssigned ? [] : userAssigned;
  return resourceBody({
    ...place,
    type,
    kind: "Default",
    ...workloadIdentity(id, systemAssigned, userAssigned),
    properties: {
      ...(registryId === undefined ? {} : { containerRegistry: registryId }),
      ...(primary === undefined ? {} : { primaryUserAssignedIdentity: primary }),
      publicNetworkAccess: "Enabled",
    },
  });
}

export interface MlWorkspaceOptions {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
  readonly registryId?: string;
  readonly systemAssigned?: boolean;
  readonly userAssigned?: readonly string[];
}
