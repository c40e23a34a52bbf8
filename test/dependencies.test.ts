import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import packageJson from "../package.json" with { type: "json" };

const page = readFileSync("docs/dependencies.md", "utf8");
const [, used = "", made = ""] = page.split(/^## /m);

test.for([
  ["dependencies", packageJson.dependencies, used],
  ["devDependencies", packageJson.devDependencies, made],
] as const)(
  "docs/dependencies.md says of each of the %s why it is there, and of nothing else",
  ([, packages, table]) => {
    const reasons = [...table.matchAll(/^\| `([^`]+)` \| .+ \|$/gm)].map(([, name]) => name);
    expect(reasons).toEqual(Object.keys(packages));
  },
);
