import { adminUserEnabled } from "../../src/rules/admin-user-enabled.ts";
import { registrySnapshot, subscriptionId } from "../facts.ts";
import { judges } from "./judges.ts";

judges(adminUserEnabled, {
  "fails when the admin user is on": {
    given: registrySnapshot({ adminUserEnabled: true }),
    gives: ["enabled"],
    outcome: "fail",
    message: "contoso accepts its admin user name and password.",
    finding: { severity: "high", about: "" },
    command: `az acr update --subscription ${subscriptionId} --name contoso --admin-enabled false`,
  },
  "passes when the admin user is off": {
    given: registrySnapshot({ adminUserEnabled: false }),
    gives: ["disabled"],
    outcome: "pass",
    message: "contoso refuses its admin user.",
  },
  "quotes a name that a shell would take for more": {
    given: registrySnapshot({ adminUserEnabled: true, name: "x; rm -rf ~" }),
    gives: ["enabled"],
    command: `az acr update --subscription ${subscriptionId} --name 'x; rm -rf ~' --admin-enabled false`,
  },
});
