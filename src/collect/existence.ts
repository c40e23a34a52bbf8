import { AzureError } from "../azure/error.ts";
import { resourceExists } from "../azure/resource.ts";
import { parseResourceId } from "../core/resource-id.ts";
import type { Collector } from "./collector.ts";

/** Any version that knows the type will do: only the status is read. */
const apiVersions: Readonly<Record<string, string>> = {
  "microsoft.containerregistry/registries": "2025-11-01",
  "microsoft.containerregistry/registries/cacherules": "2025-11-01",
  "microsoft.containerregistry/registries/connectedregistries": "2025-11-01",
  "microsoft.containerregistry/registries/tasks": "2019-04-01",
  "microsoft.containerservice/managedclusters": "2025-05-01",
  "microsoft.app/containerapps": "2025-01-01",
  "microsoft.app/jobs": "2025-01-01",
  "microsoft.containerinstance/containergroups": "2023-05-01",
  "microsoft.machinelearningservices/workspaces": "2024-10-01",
  "microsoft.web/sites": "2024-04-01",
  "microsoft.web/sites/slots": "2024-04-01",
};

/** Whether a subject that a sweep did not see still exists. Only a certain no resolves its findings. */
export const existence: Collector<string, boolean> = {
  id: "existence",
  permissions: {
    actions: [
      "Microsoft.App/containerApps/read",
      "Microsoft.App/jobs/read",
      "Microsoft.ContainerInstance/containerGroups/read",
      "Microsoft.ContainerRegistry/registries/cacheRules/read",
      "Microsoft.ContainerRegistry/registries/connectedRegistries/read",
      "Microsoft.ContainerRegistry/registries/read",
      "Microsoft.ContainerRegistry/registries/tasks/read",
      "Microsoft.ContainerService/managedClusters/read",
      "Microsoft.MachineLearningServices/workspaces/read",
      "Microsoft.Web/sites/read",
      "Microsoft.Web/sites/slots/read",
    ],
  },
  read: (connection, resourceId) => {
    const apiVersion = apiVersions[parseResourceId(resourceId)?.type ?? ""];
    if (apiVersion === undefined)
      throw new AzureError("malformed", `get ${resourceId}`, "no API version is known for this type");
    return resourceExists(connection, resourceId, apiVersion);
  },
};
