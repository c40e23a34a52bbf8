import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canPull, type PullQuestion } from "../../src/core/can-pull.ts";
import { known, missing } from "../../src/core/collected.ts";
import { meaningOf, pullReasons, rulesFor } from "../../src/core/pull-reason.ts";
import * as catalog from "../../src/rules/index.ts";
import {
  acrPull,
  connection,
  controlPlaneId,
  credential,
  daysFromNow,
  endpoint,
  forbidden,
  grant,
  hubId,
  kubeletId,
  need,
  networkSettings,
  now,
  principalId,
  puller,
  reader,
  registry,
  registryNetwork,
  registryOfUnsaidMode,
  repositoryReader,
  subscriptionScope,
  vantage,
  zone,
} from "../facts.ts";
import { appId, managed, nobody, siteId, taskId, workload, workloadNeed } from "../workload-facts.ts";

const none = known([]);
const abac = known(registry({ roleAssignmentMode: "AbacRepositoryPermissions" }));
const servicePrincipal = (endsOn: string) =>
  puller({
    identity: {
      ...{ kind: "servicePrincipal", clientId: "c", principalId: known(kubeletId) },
      credentials: known([credential({ endsOn })]),
    },
  });
const tokenBody = { id: "t", name: "t", enabled: true, scopeMapId: "m", passwords: [{ name: "p" }], certificates: [] };
const token = (repository = "shop/orders") => {
  const scopeMap = { id: "m", name: "m", actions: [`repositories/${repository}/content/read`] };
  return nobody("repositoryToken", { userName: "t", token: { token: known(tokenBody), scopeMap: known(scopeMap) } });
};
const lackingPools = known([{ id: "p", name: "work", identityIds: [] }]);
const enabled = { value: "Enabled", said: true } as const;
const through = (settings: Parameters<typeof networkSettings>[0], more: Parameters<typeof registryNetwork>[0] = {}) =>
  registryNetwork({ settings: known(networkSettings(settings)), ...more });
const shut = through({ connections: [] });

const refusing = known(registry({ takesArmTokens: { value: false, said: true } }));

const cases: Readonly<Record<string, readonly [Partial<PullQuestion>, string]>> = {
  "a grant and an open way": [{}, "allowed"],
  "no grant at all": [{ need: need({ grants: none }) }, "not-attached"],
  "the grant on the control plane": [
    { need: need({ grants: none, bystanderGrants: [grant({ principalId: controlPlaneId })] }) },
    "granted-to-other-identity",
  ],
  "a registry that nobody said it needs": [
    { need: need({ grants: none, learned: ["asked"] }), elsewhere: known([{ registry: "fabrikam", grantId: "g" }]) },
    "not-its-registry",
  ],
  "a registry that it needs, though the grant is elsewhere": [
    { need: need({ grants: none }), elsewhere: known([{ registry: "fabrikam", grantId: "g" }]) },
    "not-attached",
  ],
  "no grant at all, and nobody knows what else was granted": [
    { need: need({ grants: none }), elsewhere: missing(forbidden) },
    "no-grant",
  ],
  "AcrPull in ABAC mode": [{ need: need({ registry: abac }) }, "abac-ignores-role"],
  "a repository role in legacy mode": [
    { need: need({ grants: known([grant({ role: repositoryReader })]) }) },
    "legacy-ignores-role",
  ],
  "a registry that cannot be read": [{ need: need({ registry: missing(forbidden) }) }, "registry-not-visible"],
  "a registry that does not say its mode": [
    { need: need({ registry: known(registryOfUnsaidMode()) }) },
    "mode-not-known",
  ],
  "grants that cannot be read": [{ need: need({ grants: missing(forbidden) }) }, "grants-not-known"],
  "grants that cannot be read, to an identity of another tenant": [
    { need: need({ grants: missing(forbidden), tenants: { principal: "a", registry: "b" } }) },
    "other-tenant",
  ],
  "an identity that is not known": [
    { puller: puller({ identity: managed({ principalId: missing(forbidden) }) }) },
    "identity-not-known",
  ],
  "a network that lets nobody in": [{ need: need({ network: shut }) }, "public-disabled"],
  "a place in the network that is not known": [{ vantage: missing(forbidden) }, "network-not-known"],
  "a node pool without the kubelet identity": [
    {
      puller: puller({
        identity: managed({ principalId: known(kubeletId), resourceId: "/id" }),
        nodePools: lackingPools,
      }),
    },
    "identity-not-on-nodes",
  ],
  "a cluster that does not say which identity its scale sets should have": [
    { puller: puller({ identity: managed({ principalId: known(kubeletId) }), nodePools: lackingPools }) },
    "nodes-not-known",
  ],
  "a managed identity that is not named, and a registry that refuses its tokens": [
    {
      puller: workload(),
      need: workloadNeed({
        identity: managed({ principalId: missing(forbidden), fault: "unclear" }),
        registry: refusing,
      }),
    },
    "arm-audience-refused",
  ],
  "a managed identity that is not named": [
    {
      puller: workload(),
      need: workloadNeed({ identity: managed({ principalId: missing(forbidden), fault: "unclear" }) }),
    },
    "identity-not-known",
  ],
  "the grant of the identity that pulls, which is gone": [
    {
      puller: puller({ bystanders: [{ principalId: kubeletId }] }),
      need: need({ grants: none, bystanderGrants: [grant()] }),
    },
    "not-attached",
  ],
  "old nodes and a registry that refuses their tokens": [
    {
      puller: puller({ armTokenPools: ["old"] }),
      need: need({ registry: refusing }),
    },
    "arm-audience-refused",
  ],
  "a service principal whose secret has ended": [{ puller: servicePrincipal(daysFromNow(-1)) }, "credential-expired"],
  "a service principal whose secret lasts": [{ puller: servicePrincipal(daysFromNow(1)) }, "allowed"],
  "an identity that is not assigned": [
    { puller: workload(), need: workloadNeed({ identity: managed({ fault: "notAssigned", configured: ["x"] }) }) },
    "identity-not-assigned",
  ],
  "no login configured": [
    { puller: workload(), need: workloadNeed({ identity: nobody("anonymous", { fault: "noLogin" }) }) },
    "no-credential",
  ],
  "no login needed": [
    {
      puller: workload(),
      need: workloadNeed({ identity: nobody("anonymous"), registry: known(registry({ anonymousPull: true })) }),
    },
    "anonymous-pull",
  ],
  "the admin user, disabled": [
    { puller: workload(), need: workloadNeed({ identity: nobody("adminUser") }) },
    "admin-user-disabled",
  ],
  "the admin user, enabled": [
    {
      puller: workload(),
      need: workloadNeed({ identity: nobody("adminUser"), registry: known(registry({ adminUserEnabled: true })) }),
    },
    "admin-user",
  ],
  "a password that Azure does not show": [
    { puller: workload(), need: workloadNeed({ identity: nobody("unknown") }) },
    "password-not-visible",
  ],
  "a repository token that was not read": [
    { puller: workload(), need: workloadNeed({ identity: nobody("repositoryToken") }) },
    "token-not-known",
  ],
  "a repository token": [{ puller: workload(), need: workloadNeed({ identity: token() }) }, "token-allowed"],
  "a repository token whose scope map leaves the repository out": [
    { puller: workload(), need: workloadNeed({ identity: token() }), repository: "shop/cart" },
    "scope-map-excludes-repository",
  ],
  "a repository token, and no repository": [
    { puller: workload(), need: workloadNeed({ identity: token(), repositories: [] }) },
    "repository-not-named",
  ],
  "a repository token for all, and no repository": [
    { puller: workload(), need: workloadNeed({ identity: token("*"), repositories: [] }) },
    "token-allowed",
  ],
  "a service principal that is disabled": [
    {
      puller: puller({
        identity: managed({ kind: "servicePrincipal", principalId: known(kubeletId), fault: "disabled" }),
      }),
    },
    "principal-disabled",
  ],
  "a service principal that was deleted": [
    {
      puller: puller({
        identity: managed({ kind: "servicePrincipal", principalId: missing(forbidden), fault: "deleted" }),
      }),
    },
    "principal-deleted",
  ],
  "a task of a registry in legacy mode": [
    {
      puller: workload({ kind: "acrTask", id: taskId }),
      need: workloadNeed({ identity: nobody("anonymous", { fault: "taskDefault" }) }),
    },
    "own-task",
  ],
  "a task of a registry in ABAC mode": [
    {
      puller: workload({ kind: "acrTask", id: taskId }),
      need: workloadNeed({ identity: nobody("anonymous", { fault: "taskDefault" }), registry: abac }),
    },
    "no-credential",
  ],
  "a workload without a grant": [{ puller: workload(), need: workloadNeed({ grants: none }) }, "no-grant"],
  "another tenant": [{ need: need({ tenants: { principal: "a", registry: "b" } }) }, "other-tenant"],
};

function ask(changes: Partial<PullQuestion> = {}) {
  return canPull({ puller: puller(), need: need(), vantage: known(vantage()), now, ...changes });
}

describe("one reason is given for", () => {
  test.for(Object.entries(cases))("%s", ([, [changes, reason]]) => {
    const pull = ask(changes);
    expect(pull.reason).toBe(reason);
    expect(pull.answer).toBe(meaningOf(pull.reason).answer);
    expect(pull.message).toMatch(/^(?:shop|orders) (?:can|cannot|may or may not) pull from contoso\. [A-Z].*\.$/);
    if (pull.answer === "unknown") expect(pull.gaps.length + pull.contradicting.length).toBeGreaterThan(0);
    if (pull.answer !== "allow" && pull.remedy) expect(pull.remedy.cli).toMatch(/^az [a-z-]+ [^\n;&|<>]*$/);
    expect(JSON.stringify(pull)).not.toMatch(/undefined|\[object|--admin-enabled true|credential show/);
  });
});

test("what is behind a login that is refused is said, too", () => {
  const refusing = known(registry({ takesArmTokens: { value: false, said: true } }));
  const old = puller({ armTokenPools: ["old"] });
  expect(ask({ puller: old, need: need({ registry: refusing, grants: none }) })).toMatchObject({
    ...{ reason: "arm-audience-refused", also: ["not-attached"] },
  });
  expect(ask({ puller: old, need: need({ registry: refusing }) })).toMatchObject({
    ...{ reason: "arm-audience-refused", also: [] },
  });
});

test("an identity that is yet to be assigned meets the registry that refuses its tokens next", () => {
  const identity = managed({ fault: "notAssigned", configured: ["x"], principalId: missing(forbidden) });
  const answer = (value: boolean) =>
    ask({
      puller: workload(),
      need: workloadNeed({ identity, registry: known(registry({ takesArmTokens: { value, said: value } })) }),
    });
  expect(answer(false)).toMatchObject({ reason: "identity-not-assigned", also: ["arm-audience-refused"] });
  expect(answer(true)).toMatchObject({ reason: "identity-not-assigned", also: [] });
});

test("the network comes first, and what comes after it is said", () => {
  expect(ask({ need: need({ network: shut, grants: none }) })).toMatchObject({
    reason: "public-disabled",
    also: ["not-attached"],
  });
});

test("an open question about the network does not hide that there is no grant", () => {
  expect(ask({ vantage: missing(forbidden), need: need({ grants: none }) })).toMatchObject({
    answer: "deny",
    reason: "not-attached",
    also: ["network-not-known"],
  });
});

test("a grant that was made minutes ago speaks against an allow", () => {
  const fresh = grant({ changedOn: new Date(now.getTime() - 60_000).toISOString() });
  expect(ask({ need: need({ grants: known([fresh]) }) })).toMatchObject({
    answer: "allow",
    contradicting: [expect.stringMatching(/may not count yet/)],
  });
});

test("names that others chose end no string in the Bicep that is made of them", () => {
  const hostile = puller({
    ...{ id: puller().id.replace(/shop$/, "it's \u0024{evil}"), name: "it's", nodePools: lackingPools },
    identity: managed({ principalId: known(kubeletId), resourceId: "/id" }),
  });
  expect(ask({ puller: hostile }).remedy?.bicep).toContain("name: 'it\\'s \\\u0024{evil}'");
});

const site = { kind: "webAppSlot", id: `${siteId}/slots/next`, name: "portal/next" } as const;
const group = {
  kind: "containerGroup",
  id: appId.replace("Microsoft.App/containerApps", "Microsoft.ContainerInstance/containerGroups"),
} as const;
const task = { kind: "acrTask", id: taskId.replace("/contoso/", "/fabrikam/"), name: "fabrikam/build" } as const;
const edge = { kind: "connectedRegistry", id: `${registry().id}/connectedRegistries/edge` } as const;
const spent = { name: "p", endsOn: daysFromNow(-1) };
const spentToken = (changes: Partial<typeof tokenBody> = {}) =>
  nobody("repositoryToken", {
    ...{ userName: "t" },
    token: { token: known({ ...tokenBody, passwords: [spent], ...changes }), scopeMap: missing(forbidden) },
  });
const identityId =
  "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/orders";
const unassigned = (named: string) => managed({ fault: "notAssigned", configured: [named] });

/** The network that AKS makes for a cluster which is given none. */
const ofAks = hubId.replace("rg-network", "rg-shop-nodes");

const otherNetworkId = hubId.replace(/hub$/, "stranger");
const strangeId = endpoint().id.replace(/[^/]+$/, "pe-stranger");
const ownAddresses = endpoint().addresses;
const strange = (addresses: typeof ownAddresses = ownAddresses.map((one) => ({ ...one, address: "10.99.0.5" }))) =>
  endpoint({ id: strangeId, name: "pe-stranger", subnetId: `${otherNetworkId}/subnets/default`, addresses });
const strangeConnection = (status: string) => ({ ...connection(status, strangeId), name: "contoso.stranger" });
/** Two endpoints, that of another network first; the record leads to the one in the cluster's own. */
const twoOf = (own: string, other: string, more: Parameters<typeof registryNetwork>[0] = {}) =>
  through(
    { connections: [strangeConnection(other), { ...connection(own), name: "contoso.own" }] },
    { endpoints: known([strange(), endpoint()]), ...more },
  );
const records = { contoso: ["10.0.1.5"], "contoso.westeurope.data": ["10.0.1.4"] };
const regional = zone({
  id: zone().id.replace("privatelink", "westeurope.data.privatelink"),
  name: "westeurope.data.privatelink.azurecr.io",
  records: {},
});
const hiddenZoneId =
  "/subscriptions/50000000-0000-4000-8000-000000000009/resourceGroups/rg-dns/providers/Microsoft.Network/privateDnsZones/privatelink.azurecr.io";
/** No IP rule, and a virtual network rule for somebody else, which takes the bypass from trusted services. */
const barring = through(
  { connections: [], publicNetworkAccess: enabled, trustedTasks: { value: false, said: true } },
  { virtualNetworkRules: known([`${otherNetworkId}/subnets/default`]) },
);

const remedies: Readonly<Record<string, readonly [Partial<PullQuestion>, RegExp]>> = {
  "old nodes are upgraded, and the registry stays as it is": [
    {
      puller: puller({ armTokenPools: ["old"] }),
      need: need({ registry: known(registry({ takesArmTokens: { value: false, said: true } })) }),
    },
    /^az aks nodepool upgrade .* --cluster-name shop --name old --node-image-only --yes$/,
  ],
  "a container app gets the identity that it names": [
    { puller: workload(), need: workloadNeed({ identity: unassigned(identityId) }) },
    /^az containerapp identity assign .* --name orders --user-assigned \S+\/orders$/,
  ],
  "a slot gets its own identity": [
    { puller: workload(site), need: workloadNeed({ identity: unassigned("its own system-assigned identity") }) },
    /^az webapp identity assign .* --name portal --slot next --identities '\[system\]'$/,
  ],
  "a site gets its identity before it pulls with it": [
    { puller: workload(site), need: workloadNeed({ identity: nobody("anonymous") }) },
    /^az webapp identity assign .* --name portal --slot next --identities '\[system\]' --role AcrPull --scope \S+$/,
  ],
  "a container of a site has its own login": [
    {
      puller: workload({ ...site, bystanders: [{ principalId }] }),
      need: workloadNeed({
        ...{ identity: nobody("anonymous"), containers: ["side"] },
        bystanderGrants: [grant({ principalId })],
      }),
    },
    /^az webapp sitecontainers update .* --name portal --slot next --container-name \w+ --system-assigned-identity$/,
  ],
  "a container group is deployed again": [
    { puller: workload(group), need: workloadNeed({ identity: nobody("adminUser") }) },
    /^az container create .* --name orders --image IMAGE --assign-identity IDENTITY_RESOURCE_ID --acr-identity IDENTITY_RESOURCE_ID$/,
  ],
  "a container group is deployed again with the identity that may pull": [
    {
      puller: workload({ ...group, bystanders: [{ principalId, resourceId: identityId }] }),
      need: workloadNeed({ identity: nobody("anonymous"), bystanderGrants: [grant({ principalId })] }),
    },
    /^az container create .* --assign-identity \S+\/orders --acr-identity \S+\/orders$/,
  ],
  "a container app names the identity that may pull": [
    {
      puller: workload({ bystanders: [{ principalId, resourceId: identityId }] }),
      need: workloadNeed({ identity: nobody("adminUser"), bystanderGrants: [grant({ principalId })] }),
    },
    /^az containerapp registry set .* --identity \S+\/orders$/,
  ],
  "a container app names no identity that may not": [
    {
      puller: workload({ bystanders: [{ principalId, resourceId: identityId }] }),
      need: workloadNeed({ identity: nobody("adminUser") }),
    },
    /^az containerapp identity assign .* --name orders --system-assigned$/,
  ],
  "a web app names an identity that it has in the way that it has to": [
    {
      puller: workload({ kind: "webApp", id: siteId }),
      need: workloadNeed({ identity: { ...unassigned(identityId), resourceId: identityId, clientId: "c" } }),
    },
    /^az resource update .*acrUseManagedIdentityCreds=true properties\.acrUserManagedIdentityID=c$/,
  ],
  "a cluster gets a new secret of its service principal": [
    { puller: servicePrincipal(daysFromNow(-1)) },
    /^az aks update-credentials .* --name shop --reset-service-principal --service-principal c --client-secret NEW_SECRET$/,
  ],
  "a cluster is attached": [
    { need: need({ grants: none }) },
    /^az aks update .* --name shop --attach-acr \S+\/contoso$/,
  ],
  "a cluster is not attached where that would assign a role that is ignored": [
    { need: need({ grants: none, registry: abac }) },
    /^az role assignment create .* --role 'Container Registry Repository Reader' --scope \S+\/contoso$/,
  ],
  "what is asked about and what is pulled besides is granted alone": [
    { need: need({ grants: none, registry: abac, repositories: ["shop/web"] }), repository: "shop/cart" },
    /^az role assignment create .* --condition '.*shop\/cart.* OR .*shop\/web.*' --condition-version 2\.0$/,
  ],
  "a task logs in to another registry than its own": [
    { puller: workload(task), need: workloadNeed({ identity: nobody("anonymous") }) },
    /^az acr task credential add .* --registry fabrikam --name build --login-server contoso\.azurecr\.io --use-identity/,
  ],
  "a task changes the password that it logs in with": [
    { puller: workload(task), need: workloadNeed({ identity: nobody("unknown") }) },
    /^az acr task identity assign .* --registry fabrikam --name build --identities '\[system\]'$/,
  ],
  "… once its identity is on, that is granted what it pulls": [
    {
      puller: workload({ ...task, bystanders: [{ principalId }] }),
      need: workloadNeed({ identity: nobody("unknown"), registry: abac }),
    },
    /^az role assignment create --assignee-object-id \S+ .* --condition '.*shop\/orders.*' --condition-version 2\.0$/,
  ],
  "… and once it may pull, the task is switched over": [
    {
      puller: workload({ ...task, bystanders: [{ principalId }] }),
      need: workloadNeed({ identity: nobody("unknown"), bystanderGrants: [grant({ principalId })] }),
    },
    /^az acr task credential update .* --login-server contoso\.azurecr\.io --use-identity '\[system\]'$/,
  ],
  "a connected registry gets a new password itself": [
    { puller: workload(edge), need: workloadNeed({ identity: spentToken() }) },
    /^az acr connected-registry get-settings .* --name edge /,
  ],
  "a token that is missing is made for what is pulled": [
    {
      puller: workload(),
      need: workloadNeed({
        identity: nobody("repositoryToken", {
          ...{ userName: "depot" },
          token: { token: known(null), scopeMap: missing(forbidden) },
        }),
      }),
    },
    /^az acr token create .* --name depot --repository shop\/orders content\/read metadata\/read --no-passwords$/,
  ],
  "a scope map gets everything that it lacks": [
    { puller: workload(), need: workloadNeed({ identity: token("it/*"), repositories: ["shop/cart", "shop/web"] }) },
    / --name m --add-repository shop\/cart content\/read metadata\/read --add-repository shop\/web content\/read metadata\/read$/,
  ],
  "a registry that is shut gets an endpoint in the cluster's network": [
    { need: need({ network: shut }) },
    /^az network private-endpoint create .* --subnet \S+\/subnets\/nodes --private-connection-resource-id \S+\/contoso /,
  ],
  "… in another subnet than the one that a container app has to itself": [
    { puller: workload(), need: workloadNeed({ network: shut }), vantage: known(vantage({ service: "containerApp" })) },
    /^az network private-endpoint create .* --resource-group rg-network .* --subnet SUBNET_ID --private-connection/,
  ],
  "… and never in the resource group that AKS keeps": [
    {
      need: need({ network: shut }),
      vantage: known(
        vantage({
          nodeResourceGroup: "rg-Shop-Nodes",
          networks: known([
            { id: ofAks, dnsServers: [], subnets: [{ id: `${ofAks}/subnets/nodes`, serviceEndpoints: [] }] },
          ]),
        }),
      ),
    },
    /^az network private-endpoint create .* --resource-group RESOURCE_GROUP .* --subnet \S+\/subnets\/nodes /,
  ],
  "an endpoint that waits is approved": [
    { need: need({ network: through({ connections: [connection("Pending")] }, { zones: none }) }) },
    /^az acr private-endpoint-connection approve .* --name contoso\.1$/,
  ],
  "an endpoint that was rejected is made anew": [
    { need: need({ network: through({ connections: [connection("Rejected")] }, { zones: none }) }) },
    /^az network private-endpoint create /,
  ],
  "of two that wait, the one is approved whose endpoint the record leads to": [
    { need: need({ network: twoOf("Pending", "Pending") }) },
    /^az acr private-endpoint-connection approve .* --name contoso\.own$/,
  ],
  "… or that stands in the network, where no record leads to any": [
    { need: need({ network: twoOf("Pending", "Pending", { zones: none, keptZones: none }) }) },
    /^az acr private-endpoint-connection approve .* --name contoso\.own$/,
  ],
  "… and never another's, where the one is rejected": [
    { need: need({ network: twoOf("Rejected", "Pending") }) },
    /^az network private-endpoint create /,
  ],
  "… and never another's that has the same address, either": [
    {
      need: need({ network: twoOf("Rejected", "Pending", { endpoints: known([strange(ownAddresses), endpoint()]) }) }),
    },
    /^az network private-endpoint create /,
  ],
  "of those that wait elsewhere, a person chooses": [
    {
      need: need({
        network: through(
          { connections: [strangeConnection("Pending")] },
          { zones: none, keptZones: none, endpoints: known([strange()]) },
        ),
      }),
    },
    /^az acr private-endpoint-connection approve .* --name CONNECTION_NAME$/,
  ],
  "a workload outside of all networks is not helped by any that waits": [
    {
      puller: workload(),
      need: workloadNeed({ network: twoOf("Pending", "Pending") }),
      vantage: known(vantage({ service: "containerApp", networks: none })),
    },
    /^az containerapp env create /,
  ],
  "a new endpoint has a name that none has": [
    {
      need: need({
        network: through({ connections: [connection("Disconnected")] }, { zones: none, endpoints: none }),
      }),
    },
    /^az network private-endpoint create .* --name pe-contoso-2 .* --connection-name pe-contoso-2$/,
  ],
  "a link is called after the network and its group": [
    { need: need({ network: registryNetwork({ zones: known([zone({ links: [] })]) }) }) },
    /^az network private-dns link vnet create .* --name hub-rg-network --virtual-network \S+\/hub /,
  ],
  "the records are written by hand where the endpoint may keep them in another zone": [
    { need: need({ network: registryNetwork({ zones: known([zone({ records: {} })]) }) }) },
    /^az network private-dns record-set a add-record .* --zone-name privatelink\.azurecr\.io --record-set-name contoso --ipv4-address 10\.0\.1\.5$/,
  ],
  "… that of the login server first": [
    {
      need: need({
        network: registryNetwork({
          endpoints: known([endpoint({ addresses: ownAddresses.toReversed() })]),
          zones: known([zone({ records: {} })]),
        }),
      }),
    },
    / add-record .* --record-set-name contoso --ipv4-address 10\.0\.1\.5$/,
  ],
  "… and where it does": [
    { need: need({ network: registryNetwork({ keptZones: known(["z"]), zones: known([zone({ records: {} })]) }) }) },
    /^az network private-dns record-set a add-record /,
  ],
  "… and in a zone of a region's data, whatever is kept": [
    { need: need({ network: registryNetwork({ keptZones: none, zones: known([zone(), regional]) }) }) },
    /^az network private-dns record-set a add-record .* --zone-name westeurope\S+ --record-set-name contoso --ipv4-address 10\.0\.1\.4$/,
  ],
  "a wrong record gets the right address in its place": [
    {
      need: need({
        network: registryNetwork({ zones: known([zone({ records: { ...records, contoso: ["10.0.9.9"] } })]) }),
      }),
    },
    /^az resource update --ids \S+azurecr\.io\/A\/contoso --api-version \S+ --set 'properties\.aRecords=\[\{"ipv4Address":"10\.0\.1\.5"\}\]'$/,
  ],
  "an endpoint without an address for the region is approved again": [
    {
      need: need({
        network: registryNetwork({
          endpoints: known([endpoint({ addresses: ownAddresses.slice(0, 1) })]),
          zones: known([zone({ records: { contoso: ["10.0.1.5"] } })]),
        }),
      }),
    },
    /^az acr private-endpoint-connection approve .* --name contoso\.1$/,
  ],
  "a zone that is kept and cannot be seen is linked": [
    { need: need({ network: registryNetwork({ keptZones: known([hiddenZoneId]), zones: none }) }) },
    /^az network private-dns link vnet create --subscription \S+9 --resource-group rg-dns --zone-name privatelink\.azurecr\.io /,
  ],
  "a zone is made where nobody knows one": [
    { need: need({ network: registryNetwork({ zones: none }) }) },
    /^az network private-dns zone create /,
  ],
  "a cluster without a way out gets an endpoint, as it has no address to allow": [
    {
      need: need({ network: barring }),
      vantage: known(vantage({ outboundType: "none", outboundAddresses: none })),
    },
    /^az network private-endpoint create /,
  ],
  "… and one whose address is not known may have one": [
    {
      need: need({ network: barring }),
      vantage: known(vantage({ outboundType: "userDefinedRouting", outboundAddresses: none })),
    },
    /^az acr network-rule add .* --ip-address IP_ADDRESS$/,
  ],
  "a task that no bypass helps gets an agent pool": [
    {
      puller: workload(task),
      need: workloadNeed({ network: barring }),
      vantage: known(vantage({ service: "task", networks: none, outboundAddresses: none })),
    },
    /^az acr agentpool create /,
  ],
  "a zone group keeps the records": [
    { need: need({ network: registryNetwork({ keptZones: none, zones: known([zone({ records: {} })]) }) }) },
    /^az network private-endpoint dns-zone-group create .* --endpoint-name pe-contoso .* --private-dns-zone \S+azurecr\.io /,
  ],
  "the subnet that is allowed gets the service endpoint, beside those that it has": [
    {
      need: need({
        network: through(
          { connections: [], publicNetworkAccess: enabled },
          { virtualNetworkRules: known([`${hubId}/subnets/nodes`]) },
        ),
      }),
    },
    /^az network vnet subnet update --ids \S+\/subnets\/nodes --add serviceEndpoints service=Microsoft\.ContainerRegistry$/,
  ],
  "all addresses are allowed in one change": [
    {
      need: need({
        network: through({ connections: [], publicNetworkAccess: enabled }),
      }),
      vantage: known(vantage({ networks: none, outboundAddresses: known(["203.0.113.1", "203.0.113.2"]) })),
    },
    /^az resource update --ids \S+ --api-version \S+ --add \S+ipRules action=Allow value=203\.0\.113\.1 --add .*113\.2$/,
  ],
};

describe("the command is the smallest that helps:", () => {
  test.for(Object.entries(remedies))("%s", ([, [changes, command]]) => {
    const { remedy } = ask(changes);
    expect(remedy?.cli).toMatch(command);
    expect(remedy?.cli).not.toMatch(/<\w+>|\n/);
    expect(remedy?.bicep).not.toMatch(/<\w+>/);
  });
});

test("where a zone is there that leads on to another name, or could not be read, there is no remedy", () => {
  const remedyIn = (zones: readonly ReturnType<typeof zone>[]) =>
    ask({ need: need({ network: registryNetwork({ zones: known(zones) }) }) });
  const alias = known([{ name: "contoso", addresses: [], alias: "acr.corp.example" }]);
  const empty = zone({ links: [], records: {} });
  for (const one of [{ ...zone(), records: alias }, { ...zone(), records: missing(forbidden) }, empty]) {
    expect(remedyIn([one])).toMatchObject({ reason: "zones-not-known" });
    expect(remedyIn([one]).remedy).toBeUndefined();
  }
  expect(remedyIn([]).remedy?.cli).toMatch(/^az network private-dns zone create /);
});

test("who chooses between connections is told of each, and who writes a record of the others", () => {
  const waiting = through(
    { connections: [strangeConnection("Pending")] },
    { zones: none, keptZones: none, endpoints: known([strange()]) },
  );
  expect(ask({ need: need({ network: waiting }) }).remedy?.text).toMatch(
    / These wait: contoso\.stranger \(\S+stranger\)\.$/,
  );
  const empty = registryNetwork({ zones: known([zone({ records: {} })]) });
  expect(ask({ need: need({ network: empty }) }).remedy?.text).toBe(
    "Add the record contoso with 10.0.1.5, which the endpoint has, to the private zone privatelink.azurecr.io. Then likewise contoso.westeurope.data with 10.0.1.4.",
  );
});

test("a new zone is linked after it has the records, because the name vanishes in between", () => {
  const { remedy } = ask({ need: need({ network: registryNetwork({ keptZones: none, zones: none }) }) });
  expect(remedy?.bicep).toMatch(/resource link [^}]*\{[^}]*\{[^}]*\}\n {2}\}\n {2}dependsOn: \[zoneGroup\]\n\}$/);
});

test("what a condition leaves out is added to it, and to nothing else", () => {
  const condition =
    "(@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringStartsWithIgnoreCase 'it/')";
  const readerId = "providers/Microsoft.Authorization/roleDefinitions/b93aa761-3e63-49ed-ac28-beffa264f7ac";
  const role = { ...repositoryReader, id: `/subscriptions/of-another/${readerId}` };
  const own = grant({ role, scope: registry().id, condition, conditionVersion: "2.0" });
  const asked = { registry: abac, repositories: ["shop/cart"] };
  const { reason, remedy } = ask({ need: need({ ...asked, grants: known([own]) }) });
  expect(reason).toBe("condition-excludes-repository");
  const [, text = ""] = /^az role assignment update --role-assignment '(.*)'$/.exec(remedy?.cli ?? "") ?? [];
  const changed = { ...own, ...JSON.parse(text.replaceAll("'\\''", "'")) };
  expect(changed).toMatchObject({
    id: own.id,
    scope: own.scope,
    roleDefinitionId: `${subscriptionScope}/${readerId}`, // its own subscription's, not the one that was listed
  });
  const allows = (repository: string) => ask({ need: need({ ...asked, grants: known([changed]) }), repository }).answer;
  expect(["shop/cart", "it/tools", "shop/cart2", "other"].map(allows)).toEqual(["allow", "allow", "deny", "deny"]);

  const group = { ...own, principalId: controlPlaneId };
  const beside = ask({ need: need({ ...asked, grants: known([group]) }) }).remedy;
  expect(beside?.cli).toMatch(/^az role assignment create .* --condition '.*shop\/cart.*' --condition-version 2\.0$/);
});

test("where the registry did not say its mode, sentences name the roles of both, and commands and Bicep one", () => {
  const remedyIn = (one: ReturnType<typeof registry>) =>
    ask({ need: need({ grants: none, registry: known(one) }) }).remedy;
  const { text, cli, bicep } = remedyIn(registryOfUnsaidMode()) ?? {};
  expect(text).toBe(
    "Assign AcrPull (Container Registry Repository Reader in ABAC mode) on the registry to the identity that pulls.",
  );
  expect(cli).toMatch(/ --role AcrPull --scope \S+$/);
  expect(bicep).toMatch(/roleDefinitions', '7f951dda-4ed3-4680-a7ca-43fe172d538d'\)/);

  const inAbacMode = remedyIn(registry({ roleAssignmentMode: "AbacRepositoryPermissions" }));
  expect(inAbacMode?.text).toMatch(/^Assign Container Registry Repository Reader on the registry/);
  expect(inAbacMode?.cli).toMatch(/ --role 'Container Registry Repository Reader' --scope /);
});

test("there is no remedy whose Bicep needs what is not known, as there is none of such a command", () => {
  const networkOf = { service: "webApp", networks: none } as const;
  const remedyOf = (id: string) =>
    ask({
      puller: workload({ kind: "webApp", id }),
      need: workloadNeed({ network: registryNetwork() }),
      vantage: known(vantage(networkOf)),
    }).remedy;
  expect(remedyOf(siteId)?.bicep).toContain("name: 'portal'");
  expect(remedyOf(appId)).toBeUndefined(); // no id of a site, so that its name is not known
});

test("an app that logs in with a password is switched over last, and at once to an identity that may pull", () => {
  const asAdmin = workloadNeed({ identity: nobody("adminUser") });
  const first = ask({ puller: workload(), need: asAdmin }).remedy;
  expect(first?.cli).toMatch(/^az containerapp identity assign .* --system-assigned$/);
  expect(first?.text).toMatch(
    /identity of the container app on, assign AcrPull .* \(az containerapp registry set .*\)/,
  );
  expect(first?.bicep).toMatch(/SystemAssigned.* with AcrPull on the registry before it is deployed/);

  const bystanders = [{ principalId, resourceId: identityId }];
  const granted = { ...asAdmin, bystanderGrants: [grant({ principalId })] };
  const switched = ask({ puller: workload({ bystanders }), need: granted }).remedy;
  expect(switched?.cli).toMatch(/^az containerapp registry set .* --identity \S+\/orders$/);
  expect(switched?.text).toMatch(
    /^Let the container app log in to \S+ with its identity orders, which may pull already\.$/,
  );
});

test.for([
  ["a container app", {}],
  ["a site", site],
] as const)(
  "the identity of %s that is on is granted no more than what is pulled, in Bicep before the switch",
  ([, one]) => {
    const need = workloadNeed({ identity: nobody("anonymous"), registry: abac });
    const remedyWith = (bystanders: PullQuestion["puller"]["bystanders"]) =>
      ask({ puller: workload({ ...one, bystanders }), need }).remedy;
    const granting = remedyWith([{ principalId }]);
    expect(granting?.cli).toMatch(
      /^az role assignment create --assignee-object-id \S+ .* --condition '.*shop\/orders.*' --condition-version 2\.0$/,
    );
    expect(granting?.cli).toContain(principalId);
    expect(granting?.bicep).toMatch(/roleAssignments@.*condition: .*resource app 'Microsoft\.(?:App|Web)\//s);
    const named = remedyWith([{ principalId, resourceId: identityId }]); // used for other things
    expect(named?.cli).toMatch(/^az (?:containerapp|webapp) identity assign /);
  },
);

test("what has to stay in a list is said, and what a template cannot do", () => {
  const bicepOf = (changes: Partial<PullQuestion>) => ask(changes).remedy?.bicep ?? "";
  const app = bicepOf({ puller: workload(), need: workloadNeed({ identity: nobody("adminUser") }) });
  expect(app).toMatch(/registries: \[.*\] \/\/ beside the logins to other registries/);
  expect(app).toMatch(/identity: \{ type: 'SystemAssigned' \}/);
  const sidecar = bicepOf({
    puller: workload(site),
    need: workloadNeed({ identity: nobody("anonymous"), containers: ["side"] }),
  });
  expect(sidecar).toMatch(/identity: \{ type: 'SystemAssigned' \}.*\n[\s\S]*authType: 'SystemIdentity'/);
  expect(bicepOf({ puller: servicePrincipal(daysFromNow(-1)) })).toMatch(/a secret is reset by a call/);
});

test("a workspace may use the admin user of a registry that has one, and its identity of one that has none", () => {
  const models = { puller: workload({ kind: "mlWorkspace" }) };
  const asked = (adminUserEnabled: boolean) =>
    ask({ ...models, need: workloadNeed({ grants: none, registry: known(registry({ adminUserEnabled })) }) });
  expect(asked(true)).toMatchObject({ answer: "unknown", reason: "identity-not-known" });
  expect(asked(true).gaps[0]?.detail).toMatch(/may log in as the admin user of contoso/);
  expect(asked(false)).toMatchObject({ answer: "deny", reason: "no-grant" });
});

test("how it logs in to this registry decides whether it is a trusted service there", () => {
  const shutToTasks = networkSettings({ connections: [], trustedTasks: { value: false, said: true } });
  const network = registryNetwork({ settings: known(shutToTasks) });
  const first = known(vantage({ service: "task", managedIdentity: false, networks: none }));
  const pull = ask({ puller: workload(task), need: workloadNeed({ network }), vantage: first });
  expect(pull.reason).toBe("tasks-bypass-off");
});

test("more grants never make a deny of an allow, and an allow always names its grants", () => {
  const roles = fc.constantFrom(acrPull, reader, repositoryReader);
  const some = fc.array(
    roles.map((role) => grant({ role })),
    { maxLength: 4 },
  );
  const modes = fc.constantFrom("LegacyRegistryPermissions" as const, "AbacRepositoryPermissions" as const);
  fc.assert(
    fc.property(some, some, modes, (first, more, roleAssignmentMode) => {
      const asked = { registry: known(registry({ roleAssignmentMode })) };
      const before = ask({ need: need({ ...asked, grants: known(first) }) });
      const after = ask({ need: need({ ...asked, grants: known([...first, ...more]) }) });
      if (before.answer === "allow") expect(after.answer).toBe("allow");
      if (after.answer === "allow") expect(after.evidence.assignmentIds.length).toBeGreaterThan(0);
    }),
  );
});

test("every reason has one answer and a meaning, and names only rules that there are", () => {
  const ids = new Set(Object.values(catalog).map(({ id }) => id as string));
  expect(new Set(pullReasons.map(({ reason }) => reason)).size).toBe(pullReasons.length);
  for (const { reason, meaning } of pullReasons) {
    expect(meaning).toMatch(/^[A-Z].*\.$/);
    for (const kind of ["aks", "webApp"] as const)
      expect(rulesFor(reason, kind).filter((id) => !ids.has(id))).toEqual([]);
  }
  const unreported = pullReasons.filter(
    ({ reason, answer }) => answer === "deny" && rulesFor(reason, "aks").length === 0,
  );
  expect(unreported.map(({ reason }) => reason)).toEqual(["not-its-registry"]); // nothing is wrong with what is there
});
