import { homeTenant as homeTenantOf } from "../azure/home-tenant.ts";
import type { Collector } from "./collector.ts";

/** The tenant whose directory Microsoft Graph shows. The identity's own token names it, which takes no permission. */
export const homeTenant: Collector<undefined, string> = {
  id: "home-tenant",
  permissions: { actions: [] },
  read: homeTenantOf,
};
