import { containerAppBody, containerEnvironmentBody } from "../container-app.ts";
import { containerGroupBody } from "../container-group.ts";
import { ids } from "../ids.ts";
import { mlWorkspaceBody } from "../ml-workspace.ts";
import { registryTaskBody } from "../registry-task.ts";
import { siteBody } from "../site.ts";

const { appsProd, appsDev } = ids.subscriptions;
const billing = { subscriptionId: appsProd, resourceGroup: "rg-billing" };
const telematics = { subscriptionId: appsProd, resourceGroup: "rg-telematics" };
const environment = containerEnvironmentBody({
  subscriptionId: appsProd,
  resourceGroup: "rg-container-apps",
  name: "cae-apps-prod",
});

/** What else than clusters pulls at Nordfracht. Its connected registry is no resource of its own, but a child of one. */
export const workloads = [
  environment,
  // Broken: logs in as the admin user. `changedWorld` turns that one off, and the app does not start again.
  containerAppBody({
    ...billing,
    name: "ca-invoicing",
    environmentId: environment.id,
    images: ["nfbilling.azurecr.io/billing/invoicing:5.2.1"],
    registries: [{ server: "nfbilling.azurecr.io", username: "nfbilling" }],
  }),
  // Healthy: an identity of its own, granted the repositories of its team on a registry in ABAC mode.
  containerAppBody({
    ...telematics,
    name: "ca-arrival-times",
    environmentId: environment.id,
    images: ["nftelematics.azurecr.io/telematics/arrival-times:1.9.0"],
    registries: [{ server: "nftelematics.azurecr.io", identity: ids.identities.arrivalTimes }],
    userAssigned: [ids.identities.arrivalTimes],
  }),
  // Healthy: pulls as itself …
  siteBody({
    ...telematics,
    name: "app-fleet-map",
    image: "nftelematics.azurecr.io/telematics/fleet-map:3.2.0",
    usesIdentity: true,
    systemAssigned: true,
  }),
  // … but its slot was forgotten, and pulls with a password from the settings.
  siteBody({
    ...telematics,
    name: "app-fleet-map",
    slot: "staging",
    image: "nftelematics.azurecr.io/telematics/fleet-map:3.3.0-rc2",
  }),
  // Broken: logs in with a repository token that somebody disabled.
  containerGroupBody({
    ...billing,
    name: "ci-yearly-audit",
    images: ["nfbilling.azurecr.io/billing/ledger-export:2.0.4"],
    credentials: [{ server: "nfbilling.azurecr.io", username: "auditor-2024" }],
  }),
  // Healthy: AcrPull on the registry of development.
  mlWorkspaceBody({
    subscriptionId: appsDev,
    resourceGroup: "rg-forecast",
    name: "mlw-freight-forecast",
    registryId: ids.registries.dev,
  }),
  // Broken: relies on what a registry gives to its own tasks, which is nothing in ABAC mode.
  registryTaskBody({ registryId: ids.registries.customs, name: "rebuild-declarations" }),
];
