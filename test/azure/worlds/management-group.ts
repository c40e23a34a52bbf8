/**
 * A management group as `GET …/managementGroups/{name}?$expand=children` answers it. `children` is where a world says
 * which subscriptions it holds. The tenant root group has the tenant's id as its name and no parent.
 */
export function managementGroupBody({
  name,
  displayName = name,
  tenantId,
  parent,
  groups = [],
  subscriptions = [],
}: ManagementGroupOptions) {
  return {
    id: managementGroupId(name),
    type: "Microsoft.Management/managementGroups",
    name,
    properties: {
      tenantId,
      displayName,
      details: {
        version: 2,
        updatedTime: "2023-04-03T10:05:18.7731025Z",
        updatedBy: "platform@nordfracht.example",
        parent:
          parent === undefined
            ? null
            : {
                id: managementGroupId(parent.name),
                name: parent.name,
                displayName: parent.displayName ?? parent.name,
              },
      },
      children: [
        ...groups.map((group) => ({
          id: managementGroupId(group.name),
          type: "Microsoft.Management/managementGroups",
          name: group.name,
          displayName: group.displayName ?? group.name,
          children: null,
        })),
        ...subscriptions.map((subscription) => ({
          id: `/subscriptions/${subscription.subscriptionId}`,
          type: "/subscriptions",
          name: subscription.subscriptionId,
          displayName: subscription.displayName,
        })),
      ],
    },
  };
}

export interface ManagementGroupOptions {
  readonly name: string;
  readonly displayName?: string;
  readonly tenantId: string;
  readonly parent?: { readonly name: string; readonly displayName?: string };
  readonly groups?: readonly { readonly name: string; readonly displayName?: string }[];
  readonly subscriptions?: readonly { readonly subscriptionId: string; readonly displayName: string }[];
}

function managementGroupId(name: string): string {
  return `/providers/Microsoft.Management/managementGroups/${name}`;
}
