import { z } from "zod";
import { AzureError } from "../azure/error.ts";
import { listGroupServicePrincipals } from "../azure/graph.ts";
import type { Collector } from "./collector.ts";

const Member = z.object({ id: z.string() });

/** Object ids of the service principals in a group, through groups in it too, in lower case. */
export const groupMembers: Collector<string, readonly string[]> = {
  id: "group-members",
  permissions: { actions: [], graph: ["GroupMember.Read.All"] },
  read: async (connection, groupId) => {
    const parsed = z.array(Member).safeParse(await listGroupServicePrincipals(connection, groupId));
    if (!parsed.success)
      throw new AzureError("malformed", `list members of group ${groupId}`, z.prettifyError(parsed.error));
    return parsed.data.map(({ id }) => id.toLowerCase());
  },
};
