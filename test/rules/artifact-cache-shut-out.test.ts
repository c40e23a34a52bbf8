import type { CacheRule } from "../../src/core/artifact-cache.ts";
import { known } from "../../src/core/collected.ts";
import type { NetworkSettings } from "../../src/core/network/registry-network.ts";
import { artifactCacheShutOut } from "../../src/rules/artifact-cache-shut-out.ts";
import { networkSettings, registryId, registrySnapshot } from "../facts.ts";
import { judges } from "./judges.ts";

const hub: CacheRule = { id: `${registryId}/cacheRules/hub`, name: "hub", upstream: "docker.io/library/*" };
const said = <Value>(value: Value) => ({ value, said: true });

function given(
  settings: Partial<NetworkSettings>,
  rules: readonly CacheRule[] = [hub],
  subnets: readonly string[] = [],
) {
  const network = networkSettings({ connections: [], ...settings });
  const snapshot = registrySnapshot({}, { settings: known(network), virtualNetworkRules: known(subnets) });
  return { ...snapshot, facts: { ...snapshot.facts, cacheRules: known(rules) } };
}

const shut = { publicNetworkAccess: said("Disabled" as const), trustedServices: said(false) };
const open = { publicNetworkAccess: said("Enabled" as const), defaultAction: said("Allow" as const) };

judges(artifactCacheShutOut, {
  "fails when public access is off and trusted services are not let in": {
    given: given(shut),
    gives: ["shutOut"],
    finding: { severity: "high" },
    command:
      "az acr update --subscription 50000000-0000-4000-8000-000000000001 --name contoso --allow-trusted-services true",
  },
  "fails when the default is Deny": {
    given: given({ ...open, defaultAction: said("Deny" as const), trustedServices: said(false) }),
    gives: ["shutOut"],
  },
  "passes when trusted services are let in": {
    given: given({ ...shut, trustedServices: said(true) }),
    gives: ["letIn"],
  },
  "fails when virtual network rules keep trusted services out": {
    given: given({ ...open, defaultAction: said("Deny" as const), trustedServices: said(true) }, [hub], ["/subnets/a"]),
    gives: ["subnetRules"],
    finding: { severity: "high" },
  },
  "passes when IP rules alone restrict it, past which trusted services get": {
    given: given({ ...open, defaultAction: said("Deny" as const), trustedServices: said(true) }),
    gives: ["letIn"],
  },
  "passes when everybody is": { given: given({ ...open, trustedServices: said(false) }), gives: ["letIn"] },
  "does not apply without cache rules": { given: given(shut, []), gives: ["noRules"], outcome: "notApplicable" },
});
