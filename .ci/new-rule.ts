/** Writes a rule and its test from a template: `npm run new-rule -- registry-is-public`. */
import { existsSync, writeFileSync } from "node:fs";
import process from "node:process";
import { exportName } from "./catalog.ts";

const [id = ""] = process.argv.slice(2);
const problem = problemOf(id);
if (problem === undefined) {
  writeFileSync(`src/rules/${id}.ts`, ruleText());
  writeFileSync(`test/rules/${id}.test.ts`, testText());
  console.log(`Wrote src/rules/${id}.ts and test/rules/${id}.test.ts.
Replace every TODO, then: npm run generate && npm run check`);
} else {
  console.error(problem);
  process.exitCode = 2;
}

function problemOf(name: string): string | undefined {
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)+$/.test(name)) {
    return `"${name}" is no id of a rule: name the bad state in lower case, words joined by hyphens, such as registry-is-public`;
  }
  return existsSync(`src/rules/${name}.ts`) ? `src/rules/${name}.ts exists; ids are forever` : undefined;
}

function ruleText(): string {
  return `import { defineRule } from "../core/rule.ts";

export const ${exportName(id)} = defineRule({
  id: "${id}",
  title: "TODO: the bad state in a few words",
  subject: "registry",
  severity: "medium",
  category: "credentials",
  needs: ["registry"],

  why: "TODO: what goes wrong, and for whom.",
  failures: {
    bad: {
      message: "<registry> TODO: one sentence about this subject.",
      remediation: {
        text: "TODO: what ends it.",
        cli: "az acr update --subscription <subscriptionId> --name <registry>",
      },
    },
  },
  statements: { good: "<registry> TODO: the sentence where all is well." },
  references: ["https://learn.microsoft.com/azure/container-registry/"],

  evaluate: ({ registry }) => {
    const evidence = { registry: registry.name, subscriptionId: registry.subscriptionId };
    return registry.sku === "TODO"
      ? [{ outcome: "fail", failure: "bad", evidence }]
      : [{ outcome: "pass", statement: "good", evidence }];
  },
});
`;
}

function testText(): string {
  return `import { ${exportName(id)} } from "../../src/rules/${id}.ts";
import { registrySnapshot } from "../facts.ts";
import { judges } from "./judges.ts";

judges(${exportName(id)}, {
  "fails when TODO": { given: registrySnapshot({ sku: "TODO" }), gives: ["bad"], outcome: "fail" },
  "passes when TODO, its nearest neighbour": { given: registrySnapshot(), gives: ["good"], outcome: "pass" },
});
`;
}
