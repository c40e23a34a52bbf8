import type { Template } from "../remedy.ts";

export const enablePrincipal: Template = {
  text: "Find out why somebody disabled the service principal, and enable it again if that is over; a managed identity with <roleWords> would not need it.",
  cli: "az ad sp update --id <clientId> --set accountEnabled=true",
  bicep: "// a service principal is enabled in Microsoft Entra, by a call",
};
