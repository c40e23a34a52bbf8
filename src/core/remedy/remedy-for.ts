import { fill, fillCommand } from "../fill.ts";
import type { PullReason } from "../pull-reason.ts";
import type { BlockedReason } from "../reachability.ts";
import { fillBicep } from "./fill-bicep.ts";
import { allowRepositories } from "./grant/allow-repositories.ts";
import { assignRole } from "./grant/assign-role.ts";
import { attachRegistry } from "./grant/attach-registry.ts";
import { correctImage } from "./grant/correct-image.ts";
import { agreeOnAudience } from "./login/agree-on-audience.ts";
import { assignIdentity } from "./login/assign-identity.ts";
import { enablePrincipal } from "./login/enable-principal.ts";
import { logInWithIdentity } from "./login/log-in-with-identity.ts";
import { reconcileCluster } from "./login/reconcile-cluster.ts";
import { renewCredential } from "./login/renew-credential.ts";
import { replacePrincipal } from "./login/replace-principal.ts";
import { addServiceEndpoint } from "./network/add-service-endpoint.ts";
import { allowAddresses } from "./network/allow-addresses.ts";
import { allowSubnet } from "./network/allow-subnet.ts";
import { allowTasks } from "./network/allow-tasks.ts";
import { allowTrustedServices } from "./network/allow-trusted-services.ts";
import { approveConnection } from "./network/approve-connection.ts";
import { createEndpoint } from "./network/create-endpoint.ts";
import { createZone } from "./network/create-zone.ts";
import { findZone } from "./network/find-zone.ts";
import { keepRecords } from "./network/keep-records.ts";
import { linkZone } from "./network/link-zone.ts";
import { pullOverNetwork } from "./network/pull-over-network.ts";
import { removeSubnetRules } from "./network/remove-subnet-rules.ts";
import type { Remedy, RemedyInput, Template } from "./remedy.ts";
import { remedyEvidence } from "./remedy-evidence.ts";
import { createToken } from "./token/create-token.ts";
import { crossTenants } from "./token/cross-tenants.ts";
import { enableToken } from "./token/enable-token.ts";
import { renewPassword } from "./token/renew-password.ts";
import { widenScopeMap } from "./token/widen-scope-map.ts";

/** The one least-privilege change that ends a refusal, as a command and as a template. */
export interface PullRemedy {
  readonly text: string;
  readonly cli: string;
  readonly bicep: string;
}

/** What ends a refusal; undefined where no single change does. Nothing ever turns on the admin user. */
export function remedyFor(reason: PullReason, input: RemedyInput): PullRemedy | undefined {
  const template = templateOf(reason, input);
  if (template === undefined) return undefined;
  const evidence = { ...remedyEvidence(input), ...template.evidence };
  const remedy = {
    text: fill(template.text, evidence),
    cli: fillCommand(template.cli, evidence),
    bicep: fillBicep(template.bicep, evidence),
  };
  return Object.values(remedy).some((one) => /<\w+>/.test(one)) ? undefined : remedy; // something that it needs is not known
}

function templateOf(reason: PullReason, input: RemedyInput): Template | undefined {
  const { network, imagePull } = input.facts;
  // a registry with a private endpoint refuses a web app that does not pull over a network; the reason does not say it
  const remedy = network === reason && imagePull !== undefined ? pullOverNetwork : remedies[reason];
  return typeof remedy === "function" ? remedy(input) : remedy;
}

/** Something ends each. */
const networkRemedies = {
  "ip-not-allowed": allowAddresses,
  "ip-partly-allowed": allowAddresses,
  "default-deny-no-rule": allowAddresses,
  "service-endpoint-missing": addServiceEndpoint,
  "service-endpoint-hides-address": allowSubnet,
  "trusted-services-off": allowTrustedServices,
  "trusted-services-barred": removeSubnetRules,
  "tasks-bypass-off": allowTasks,

  "public-disabled": createEndpoint,
  "no-public-egress": createEndpoint,
  "private-endpoint-pending": approveConnection,
  "record-of-unapproved-endpoint": approveConnection,
  "record-missing": keepRecords,
  "record-wrong-address": keepRecords,
  "data-record-missing": keepRecords,
  "zone-missing": createZone,
  "zone-not-linked": linkZone,
} as const satisfies Readonly<Record<BlockedReason, Template | ((input: RemedyInput) => Template)>>;

const remedies: Partial<Readonly<Record<PullReason, Remedy>>> = {
  ...networkRemedies,
  "zones-not-known": findZone,

  "no-grant": assignRole,
  "granted-to-other-identity": assignRole,
  "abac-ignores-role": assignRole,
  "legacy-ignores-role": assignRole,
  "not-attached": attachRegistry,
  "not-its-registry": correctImage,
  "condition-excludes-repository": allowRepositories,

  "no-credential": logInWithIdentity,
  "admin-user-disabled": logInWithIdentity,
  "password-not-visible": logInWithIdentity,
  "principal-deleted": replacePrincipal,
  "principal-disabled": enablePrincipal,
  "credential-expired": renewCredential,
  "identity-not-assigned": assignIdentity,
  "identity-not-on-nodes": reconcileCluster,
  "arm-audience-refused": agreeOnAudience,

  "other-tenant": crossTenants,
  "token-missing": createToken,
  "token-disabled": enableToken,
  "token-expired": renewPassword,
  "scope-map-excludes-repository": widenScopeMap,
};
