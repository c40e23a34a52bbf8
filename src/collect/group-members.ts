import { z } from "zod";
import { listGroupServicePrincipals } from "../azure/graph.ts";
import type { Collector } from "./collector.ts";
import { shaped } from "./shaped.ts";

const Member = z.object({ id: z.string() });

/** Object ids of the service principals in a group, through groups in it too, in lower case. */
export const groupMembers: Collector<string, readonly string[]> = {
  id: "group-members",
  permissions: { actions: [], graph: ["GroupMember.Read.All"] },
  read: async (connection, groupId) => {
    const bodies = await listGroupServicePrincipals(connection, groupId);
    return shaped(z.array(Member), bodies, `list members of group ${groupId}`).map(({ id }) => id.toLowerCase());
  },
};
