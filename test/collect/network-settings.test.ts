import { expect, test } from "vitest";
import { networkSettingsOf } from "../../src/collect/network-settings.ts";

const byDefault = {
  publicNetworkAccess: { value: "Enabled", said: false },
  defaultAction: { value: "Allow", said: false },
  ipRules: [],
  trustedServices: { value: true, said: false },
  trustedTasks: { value: false, said: false },
  dataEndpointEnabled: false,
  dataEndpointHostNames: [],
  connections: [],
  exportAllowed: { value: true, said: false },
};

test("what a body leaves out is the documented default, and is marked so", () => {
  expect(networkSettingsOf({ id: "r" })).toEqual({ known: true, value: byDefault });
  expect(networkSettingsOf({ networkRuleSet: null, privateEndpointConnections: null })).toEqual({
    known: true,
    value: byDefault,
  });
});

test("what a body says is taken as said, in whatever case", () => {
  const settings = networkSettingsOf({
    publicNetworkAccess: "disabled",
    networkRuleSet: { defaultAction: "DENY", ipRules: [{ action: "Allow", iPAddressOrRange: "192.0.2.0/24" }] },
    networkRuleBypassOptions: "none",
    networkRuleBypassAllowedForTasks: true,
    policies: { exportPolicy: { status: "disabled" } },
    privateEndpointConnections: [
      {
        id: "/subscriptions/s/registries/r/privateEndpointConnections/r.1",
        privateEndpoint: { id: "/e" },
        privateLinkServiceConnectionState: { status: "Pending", description: "please" },
      },
      { id: "/x/r.2" },
    ],
  });
  expect(settings).toEqual({
    known: true,
    value: {
      ...byDefault,
      publicNetworkAccess: { value: "Disabled", said: true },
      defaultAction: { value: "Deny", said: true },
      ipRules: ["192.0.2.0/24"],
      trustedServices: { value: false, said: true },
      trustedTasks: { value: true, said: true },
      exportAllowed: { value: false, said: true },
      connections: [
        {
          id: "/subscriptions/s/registries/r/privateEndpointConnections/r.1",
          name: "r.1",
          endpointId: "/e",
          status: "Pending",
          description: "please",
        },
        { id: "/x/r.2", name: "r.2", endpointId: "", status: "not said", description: "" },
      ],
    },
  });
});

test.for([
  { publicNetworkAccess: "SecuredByPerimeter" },
  { networkRuleSet: { defaultAction: "Perhaps" } },
  { networkRuleSet: {} },
  { networkRuleBypassOptions: "Everybody" },
  { policies: { exportPolicy: { status: "sometimes" } } },
  { privateEndpointConnections: [{}] },
])("%j is a gap, never a guess", (body) => {
  expect(networkSettingsOf(body)).toMatchObject({ known: false, gap: { fact: "network", reason: "malformed" } });
});
