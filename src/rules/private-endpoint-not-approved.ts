import { isApproved } from "../core/network/registry-network.ts";
import { approve } from "../core/remedy/network/approve-connection.ts";
import { isPending } from "../core/remedy/network/connections-of.ts";
import { defineRule } from "../core/rule.ts";

export const privateEndpointNotApproved = defineRule({
  id: "private-endpoint-not-approved",
  title: "Private endpoint is not approved",
  subject: "registry",
  severity: "high",
  category: "network",
  needs: ["registry", "network"],

  why: "Only an approved endpoint carries traffic. Networks whose private zone already leads to one that is not get no answer at all, and after a replica is added an endpoint may wait for approval again.",
  failures: {
    pending: {
      message: "Private endpoint connection <connection> of <registry> waits for approval.",
      remediation: {
        text: "Approve the connection if it is one of yours, and reject it when nobody knows it.",
        cli: approve.cli,
      },
    },
    dead: {
      message: "Private endpoint connection <connection> of <registry> is <status> and carries no traffic.",
      remediation: {
        text: "Delete the connection, and the private zone's records of it; make a new endpoint where the network still needs one.",
        cli: "az acr private-endpoint-connection delete --subscription <registrySubscription> --registry-name <registry> --name <connection>",
      },
    },
  },
  statements: {
    approved: "All <count> private endpoint connections of <registry> are approved.",
    none: "<registry> has no private endpoints.",
  },
  references: ["https://learn.microsoft.com/azure/container-registry/container-registry-private-link"],

  evaluate: ({ registry, network: { connections } }) => {
    const shared = { registry: registry.name, registrySubscription: registry.subscriptionId };
    if (connections.length === 0) return [{ outcome: "notApplicable", statement: "none", evidence: shared }];
    const waiting = connections.filter((connection) => !isApproved(connection));
    if (waiting.length === 0) {
      return [{ outcome: "pass", statement: "approved", evidence: { ...shared, count: connections.length } }];
    }
    return waiting.map(({ id, name, status, endpointId, description }) => ({
      outcome: "fail",
      failure: isPending({ status }) ? "pending" : "dead",
      about: id.toLowerCase(),
      evidence: { ...shared, connection: name, status: status.toLowerCase(), endpointId, description },
    }));
  },
});
