import { known, missing } from "../../src/core/collected.ts";
import { kubeletCannotPull } from "../../src/rules/kubelet-cannot-pull.ts";
import {
  acrPull,
  acrPush,
  controlPlaneId,
  forbidden,
  grant,
  groupScope,
  kubeletId,
  need,
  permissions,
  puller,
  pullerSnapshot,
  reader,
  registry,
  registryId,
  registryOfUnsaidMode,
  repositoryReader,
  role,
  subscriptionId,
} from "../facts.ts";
import { readerFor, repositoryName } from "./granted.ts";
import { judges } from "./judges.ts";

const about = registryId.toLowerCase();
const abac = known(registry({ roleAssignmentMode: "AbacRepositoryPermissions" }));
const nothing = known([]);
const ownId = "20000000-0000-4000-8000-000000000077";
const denial = {
  id: "d1",
  name: "no pulls",
  scope: registryId,
  appliesToChildScopes: true,
  permissions: [permissions({ actions: ["*"] })],
  principals: [{ id: kubeletId, type: "ServicePrincipal" }],
  everyone: false,
  excludedPrincipals: [],
};
const groupDenial = { ...denial, principals: [{ id: "g", type: "Group" }] };
const forTeam = readerFor(`${repositoryName} StringStartsWith 'team/'`);
const servicePrincipal = (principalId: ReturnType<typeof missing>) =>
  puller({ identity: { kind: "servicePrincipal", clientId: "c", principalId } });

judges(kubeletCannotPull, {
  "does not apply to other workloads": {
    given: pullerSnapshot({ puller: puller({ kind: "containerApp" }) }),
    gives: ["notACluster"],
    outcome: "notApplicable",
  },
  "passes when the kubelet identity holds AcrPull": {
    given: pullerSnapshot(),
    gives: ["canPull"],
    outcome: "pass",
  },
  "passes when the grant is inherited from a management group": {
    given: pullerSnapshot({
      needs: [need({ grants: known([grant({ scope: "/providers/Microsoft.Management/managementGroups/MG-ROOT" })]) })],
    }),
    gives: ["canPull"],
  },
  "passes when Reader lets it pull in legacy mode": {
    given: pullerSnapshot({ needs: [need({ grants: known([grant({ role: reader, scope: groupScope })]) })] }),
    gives: ["canPull"],
  },
  "fails when it has no grant": {
    given: pullerSnapshot({ needs: [need({ grants: nothing })] }),
    gives: ["noGrant"],
    outcome: "fail",
    message: `shop needs contoso (its tag acraudit-registries), but its kubelet identity ${kubeletId} has no grant that lets it pull.`,
    finding: { severity: "high", about },
    command: `az aks update --subscription ${subscriptionId} --resource-group rg-aks --name shop --attach-acr ${registryId}`,
  },
  "names up to three clusters that can, for contrast": {
    given: pullerSnapshot({
      needs: [
        need({
          grants: nothing,
          learned: ["setting", "grant"],
          others: ["a", "b", "c", "d"].map((name) => ({ name, grants: [grant()] })),
        }),
      ],
    }),
    gives: ["noGrant"],
    message: `shop needs contoso (a setting, a grant made for it), but its kubelet identity ${kubeletId} has no grant that lets it pull. a, b, c can.`,
  },
  "names no other cluster that cannot pull either": {
    given: pullerSnapshot({
      needs: [need({ grants: nothing, registry: abac, others: [{ name: "a", grants: [grant()] }] })],
    }),
    gives: ["noGrant"],
    command: `az role assignment create --assignee-object-id ${kubeletId} --assignee-principal-type ServicePrincipal --role 'Container Registry Repository Reader' --scope ${registryId}`,
  },
  "fails when only the control-plane identity holds AcrPull": {
    given: pullerSnapshot({
      needs: [need({ grants: nothing, bystanderGrants: [grant({ principalId: controlPlaneId })] })],
    }),
    gives: ["controlPlaneOnly"],
    outcome: "fail",
    command: `az role assignment create --assignee-object-id ${kubeletId} --assignee-principal-type ServicePrincipal --role AcrPull --scope ${registryId}`,
  },
  "does not call it the control plane's where the kubelets pull with that identity, whose grant is gone": {
    given: pullerSnapshot({
      puller: puller({ bystanders: [{ principalId: kubeletId }] }),
      needs: [need({ grants: nothing, bystanderGrants: [grant()] })],
    }),
    gives: ["noGrant"],
  },
  "does not blame a grant of the control-plane identity that lets nobody pull": {
    given: pullerSnapshot({
      needs: [
        need({ grants: nothing, bystanderGrants: [grant({ principalId: controlPlaneId, role: repositoryReader })] }),
      ],
    }),
    gives: ["noGrant"],
  },
  "fails when the registry is in ABAC mode, which ignores AcrPull and AcrPush": {
    given: pullerSnapshot({
      needs: [need({ registry: abac, grants: known([grant(), grant({ role: acrPush }), grant()]) })],
    }),
    gives: ["ignoredInAbacMode"],
    message: `shop needs contoso (its tag acraudit-registries), which is in ABAC mode and ignores AcrPull, AcrPush of its kubelet identity ${kubeletId}.`,
  },
  "passes in ABAC mode with Container Registry Repository Reader": {
    given: pullerSnapshot({ needs: [need({ registry: abac, grants: known([grant({ role: repositoryReader })]) })] }),
    gives: ["canPull"],
  },
  "fails when the registry is in legacy mode, which ignores Container Registry Repository Reader": {
    given: pullerSnapshot({ needs: [need({ grants: known([grant({ role: repositoryReader })]) })] }),
    gives: ["ignoredInLegacyMode"],
  },
  "passes with both roles when the registry did not say its mode": {
    given: pullerSnapshot({
      needs: [
        need({ registry: known(registryOfUnsaidMode()), grants: known([grant(), grant({ role: repositoryReader })]) }),
      ],
    }),
    gives: ["canPull"],
  },
  "names both roles and assigns one where the registry did not say its mode": {
    given: pullerSnapshot({ needs: [need({ registry: known(registryOfUnsaidMode()), grants: nothing })] }),
    gives: ["noGrant"],
    remediation:
      "Assign AcrPull (Container Registry Repository Reader in ABAC mode) on the registry to the identity that pulls.",
    command: `az role assignment create --assignee-object-id ${kubeletId} --assignee-principal-type ServicePrincipal --role AcrPull --scope ${registryId}`,
  },
  "judges by the identity of the need where it has one of its own": {
    given: pullerSnapshot({
      needs: [
        need({
          identity: { kind: "servicePrincipal", clientId: "c", principalId: known(ownId) },
          grants: nothing,
          bystanderGrants: [grant({ principalId: controlPlaneId })],
        }),
      ],
    }),
    gives: ["controlPlaneOnly"],
    message: `shop needs contoso (its tag acraudit-registries), but the pull grant is on its control-plane identity ${controlPlaneId}; nodes pull with ${ownId}.`,
    command: `az role assignment create --assignee-object-id ${ownId} --assignee-principal-type ServicePrincipal --role AcrPull --scope ${registryId}`,
  },
  "leaves a need whose own identity is gone to another rule": {
    given: pullerSnapshot({
      needs: [
        need({
          identity: { kind: "servicePrincipal", clientId: "c", principalId: missing(forbidden), fault: "deleted" },
          grants: nothing,
        }),
      ],
    }),
    gives: ["principalGone"],
  },
  "is unknown with one of them when the registry did not say its mode": {
    given: pullerSnapshot({ needs: [need({ registry: known(registryOfUnsaidMode()) })] }),
    gives: ["unknown"],
    outcome: "unknown",
    undecided: [about],
  },
  "names a grant that is left to a service principal which is gone": {
    given: pullerSnapshot({
      puller: puller({ identity: { kind: "servicePrincipal", clientId: "c", principalId: known(kubeletId) } }),
      needs: [need({ grants: nothing, orphanedGrants: [grant({ id: "left", principalId: "former" })] })],
    }),
    gives: ["grantOnDeletedPrincipal"],
    finding: { severity: "high", about },
  },
  "… unless it would not let anybody pull": {
    given: pullerSnapshot({
      puller: puller({ identity: { kind: "servicePrincipal", clientId: "c", principalId: known(kubeletId) } }),
      needs: [
        need({ registry: abac, grants: nothing, orphanedGrants: [grant({ id: "left", principalId: "former" })] }),
      ],
    }),
    gives: ["noGrant"],
  },
  "leaves a service principal that is gone to its own rule": {
    given: pullerSnapshot({
      puller: puller({
        identity: { kind: "servicePrincipal", clientId: "c", principalId: missing(forbidden), fault: "deleted" },
      }),
    }),
    gives: ["principalGone"],
    outcome: "notApplicable",
  },
  "is unknown when the only grant has a condition": {
    given: pullerSnapshot({
      needs: [need({ registry: abac, grants: known([grant({ role: repositoryReader, condition: "@Request…" })]) })],
    }),
    gives: ["unknown"],
  },
  "passes when another grant has none": {
    given: pullerSnapshot({
      needs: [
        need({
          registry: abac,
          grants: known([grant({ role: repositoryReader, condition: "@Request…" }), grant({ role: repositoryReader })]),
        }),
      ],
    }),
    gives: ["canPull"],
  },
  "fails when a deny assignment takes the permission away": {
    given: pullerSnapshot({ needs: [need({ denials: known([denial]) })] }),
    gives: ["denied"],
    message: `shop needs contoso (its tag acraudit-registries), but the deny assignment no pulls takes the pull away from its kubelet identity ${kubeletId}, whatever it is granted.`,
    command: "az rest --method get --url 'd1?api-version=2022-04-01'",
  },
  "fails when it is in the group that a deny assignment names": {
    given: pullerSnapshot({
      needs: [need({ denials: known([groupDenial]), memberships: [{ groupId: "g", member: true }] })],
    }),
    gives: ["denied"],
  },
  "passes when it is not in that group": {
    given: pullerSnapshot({
      needs: [need({ denials: known([groupDenial]), memberships: [{ groupId: "g", member: false }] })],
    }),
    gives: ["canPull"],
  },
  "is unknown when nobody knows whether it is": {
    given: pullerSnapshot({ needs: [need({ denials: known([groupDenial]) })] }),
    gives: ["unknown"],
  },
  "passes when the deny assignment only logs": {
    given: pullerSnapshot({ needs: [need({ denials: known([{ ...denial, auditOnly: true }]) })] }),
    gives: ["canPull"],
  },
  "names no other cluster that is denied as well": {
    given: pullerSnapshot({
      needs: [need({ denials: known([{ ...denial, everyone: true }]), others: [{ name: "a", grants: [grant()] }] })],
    }),
    gives: ["denied"],
    message: `shop needs contoso (its tag acraudit-registries), but the deny assignment no pulls takes the pull away from its kubelet identity ${kubeletId}, whatever it is granted.`,
  },
  "fails when a condition leaves out what it pulls": {
    given: pullerSnapshot({ needs: [need({ registry: abac, grants: known([forTeam]), repositories: ["other/app"] })] }),
    gives: ["excludedByCondition"],
    message: `shop needs contoso (its tag acraudit-registries), but the conditions on the grants of its kubelet identity ${kubeletId} leave out what it pulls.`,
    finding: { severity: "high", about },
    remediation:
      "Assign Container Registry Repository Reader on the registry to the identity that pulls, for other/app alone.",
  },
  "passes when the condition lets it through": {
    given: pullerSnapshot({ needs: [need({ registry: abac, grants: known([forTeam]), repositories: ["team/app"] })] }),
    gives: ["canPull"],
  },
  "fails when it lets one of two through": {
    given: pullerSnapshot({
      needs: [need({ registry: abac, grants: known([forTeam]), repositories: ["team/app", "other/app"] })],
    }),
    gives: ["excludedByCondition"],
  },
  "is unknown when it is not known which repositories it pulls": {
    given: pullerSnapshot({ needs: [need({ registry: abac, grants: known([forTeam]) })] }),
    gives: ["unknown"],
  },
  "fails, critical, when the registry is in another tenant": {
    given: pullerSnapshot({ needs: [need({ tenants: { principal: "t1", registry: "t2" } })] }),
    gives: ["otherTenant"],
    finding: { severity: "critical" },
    command: `az acr token create --subscription ${subscriptionId} --registry contoso --name shop-pull --scope-map _repositories_pull --no-passwords`,
  },
  "calls a service principal what it is": {
    given: pullerSnapshot({
      puller: puller({ identity: { kind: "servicePrincipal", clientId: "c", principalId: known(kubeletId) } }),
      needs: [need({ grants: known([]) })],
    }),
    gives: ["noGrant"],
    message: `shop needs contoso (its tag acraudit-registries), but its service principal ${kubeletId} has no grant that lets it pull.`,
  },
  "passes when the deny assignment leaves the identity out": {
    given: pullerSnapshot({
      needs: [
        need({ denials: known([{ ...denial, excludedPrincipals: [{ id: kubeletId, type: "ServicePrincipal" }] }]) }),
      ],
    }),
    gives: ["canPull"],
  },
  "fails without deny assignments being known, because nothing allows it anyway": {
    given: pullerSnapshot({ needs: [need({ grants: nothing, denials: missing(forbidden) })] }),
    gives: ["noGrant"],
  },
  "is unknown when the role of its only grant could not be read": {
    given: pullerSnapshot({ needs: [need({ grants: known([grant({ role: forbidden })]) })] }),
    gives: ["unknown"],
  },
  "is unknown when a group that could pull has members that could not be read": {
    given: pullerSnapshot({ needs: [need({ grants: nothing, unreadGroups: [grant({ principalType: "Group" })] })] }),
    gives: ["unknown"],
  },
  "fails when that group could not pull either": {
    given: pullerSnapshot({
      needs: [need({ grants: nothing, unreadGroups: [grant({ role: role("AcrDelete", { actions: ["x/delete"] }) })] })],
    }),
    gives: ["noGrant"],
  },
  "judges each registry by itself": {
    given: pullerSnapshot({
      needs: [
        need(),
        need({
          registryId: `${registryId}2`,
          registryName: "fabrikam",
          grants: nothing,
          registry: known(registry({ id: `${registryId}2` })),
        }),
        need({ registryId: `${registryId}3`, registry: missing(forbidden) }),
      ],
    }),
    gives: ["canPull", "noGrant", "unknown"],
    outcome: "fail",
    undecided: [`${about}3`],
  },
  "leaves everything undecided when a registry that it needs cannot be seen": {
    given: pullerSnapshot({
      needs: [need({ registryId: "", registryName: "elsewhere", registry: missing(forbidden) })],
    }),
    gives: ["unknown"],
    undecided: "all",
  },
  "leaves everything undecided also when the identity is not known either": {
    given: pullerSnapshot({
      puller: servicePrincipal(missing(forbidden)),
      needs: [need({ registryId: "", registryName: "elsewhere", registry: missing(forbidden) })],
    }),
    gives: ["unknown"],
    undecided: "all",
  },
  "is unknown when the object id of its service principal is": {
    given: pullerSnapshot({ puller: servicePrincipal(missing(forbidden)) }),
    gives: ["unknown"],
    undecided: [about],
  },
  "is unknown when the grants are": {
    given: pullerSnapshot({ needs: [need({ grants: missing(forbidden) })] }),
    gives: ["unknown"],
  },
  "does not apply to a cluster that is not known to need a registry": {
    given: pullerSnapshot({ needs: [] }),
    gives: ["noneNeeded"],
    outcome: "notApplicable",
  },
  "sees through AcrPull that was granted on a registry whose name only begins alike": {
    given: pullerSnapshot({
      needs: [need({ grants: known([grant({ role: acrPull, scope: registryId.slice(0, -1) })]) })],
    }),
    gives: ["noGrant"],
  },
});
