import { known } from "../../src/core/collected.ts";
import { exportFromPrivateRegistry } from "../../src/rules/export-from-private-registry.ts";
import { networkSettings, registryId, registrySnapshot } from "../facts.ts";
import { judges } from "./judges.ts";

const given = (allowed: boolean, publicNetworkAccess: "Enabled" | "Disabled") =>
  registrySnapshot(
    {},
    {
      settings: known(
        networkSettings({
          publicNetworkAccess: { value: publicNetworkAccess, said: true },
          exportAllowed: { value: allowed, said: true },
        }),
      ),
    },
  );

judges(exportFromPrivateRegistry, {
  "fails when a private registry may be exported": {
    given: given(true, "Disabled"),
    gives: ["allowed"],
    finding: { severity: "low" },
    command: `az resource update --ids ${registryId} --api-version 2025-11-01 --set properties.policies.exportPolicy.status=disabled`,
  },
  "passes when it may not": { given: given(false, "Disabled"), gives: ["denied"] },
  "does not apply where public access is on": {
    given: given(true, "Enabled"),
    gives: ["public"],
    outcome: "notApplicable",
  },
});
