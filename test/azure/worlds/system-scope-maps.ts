import { scopeMapBody } from "./scope-map.ts";

/** The scope maps that every registry is born with. */
export function systemScopeMaps(registryId: string) {
  const map = (name: string, description: string, ...verbs: readonly string[]) =>
    scopeMapBody({
      registryId,
      name,
      type: "SystemDefined",
      description,
      actions: verbs.map((verb) => `repositories/*/${verb}`),
    });
  return [
    map(
      "_repositories_admin",
      "Can perform all read, write and delete operations on the registry",
      "metadata/read",
      "metadata/write",
      "content/read",
      "content/write",
      "content/delete",
    ),
    map("_repositories_pull", "Can pull any repository of the registry", "content/read"),
    map(
      "_repositories_pull_metadata_read",
      "Can perform all read operations on the registry",
      "content/read",
      "metadata/read",
    ),
    map("_repositories_push", "Can push to any repository of the registry", "content/read", "content/write"),
    map(
      "_repositories_push_metadata_write",
      "Can perform all read and write operations on the registry",
      "metadata/read",
      "metadata/write",
      "content/read",
      "content/write",
    ),
  ];
}
