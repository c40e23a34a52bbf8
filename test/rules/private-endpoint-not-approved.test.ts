import { known } from "../../src/core/collected.ts";
import { privateEndpointNotApproved } from "../../src/rules/private-endpoint-not-approved.ts";
import { connection, connectionId, endpointId, networkSettings, registrySnapshot, subscriptionId } from "../facts.ts";
import { judges } from "./judges.ts";

const given = (...connections: ReturnType<typeof connection>[]) =>
  registrySnapshot({}, { settings: known(networkSettings({ connections })) });
const second = { ...connection("Disconnected", ""), id: `${connectionId}2`, name: "contoso.2" };

judges(privateEndpointNotApproved, {
  "fails when a connection waits for approval": {
    given: given(connection("Pending")),
    gives: ["pending"],
    message: "Private endpoint connection contoso.1 of contoso waits for approval.",
    finding: { severity: "high", about: connectionId.toLowerCase() },
    command: `az acr private-endpoint-connection approve --subscription ${subscriptionId} --registry-name contoso --name contoso.1`,
  },
  "fails for each connection that carries nothing, beside one that is approved": {
    given: given(
      connection(),
      { ...connection("rejected", endpointId), id: `${connectionId}3`, name: "contoso.3" },
      second,
    ),
    gives: ["dead", "dead"],
  },
  "passes when all are approved, in whatever case": {
    given: given(connection("APPROVED")),
    gives: ["approved"],
    message: "All 1 private endpoint connections of contoso are approved.",
  },
  "does not apply without endpoints": { given: given(), gives: ["none"], outcome: "notApplicable" },
});
