import { AzureError } from "../azure/error.ts";
import { resourceExists } from "../azure/resource.ts";
import { parseResourceId } from "../core/resource-id.ts";
import type { Collector } from "./collector.ts";

/** Any version that knows the type will do: only the status is read. */
const apiVersions: Readonly<Record<string, string>> = {
  "microsoft.containerregistry/registries": "2025-11-01",
  "microsoft.containerservice/managedclusters": "2025-05-01",
};

/** Whether a subject that a sweep did not see still exists. Only a certain no resolves its findings. */
export const existence: Collector<string, boolean> = {
  id: "existence",
  permissions: {
    actions: ["Microsoft.ContainerRegistry/registries/read", "Microsoft.ContainerService/managedClusters/read"],
  },
  read: (connection, resourceId) => {
    const apiVersion = apiVersions[parseResourceId(resourceId)?.type ?? ""];
    if (apiVersion === undefined)
      throw new AzureError("malformed", `get ${resourceId}`, "no API version is known for this type");
    return resourceExists(connection, resourceId, apiVersion);
  },
};
