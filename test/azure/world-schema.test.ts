import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { expect, test } from "vitest";
import { smallWorld } from "./small-world.ts";
import { worldSchema } from "./world-schema.ts";

const docs = join(import.meta.dirname, "../../docs");

test("docs/world.schema.json is current", async () => {
  expect(await readFile(join(docs, "world.schema.json"), "utf8")).toBe(worldSchema());
});

test("the schema takes a world and refuses a misspelt one", () => {
  const ajv = new Ajv2020();
  addFormats.default(ajv);
  const validate = ajv.compile(JSON.parse(worldSchema()));
  expect(validate(smallWorld())).toBe(true);
  expect(validate({ ...smallWorld(), resource: [] })).toBe(false);
});

test("the example of the page is a world", async () => {
  const page = await readFile(join(docs, "simulated-azure.md"), "utf8");
  const example = /```json\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
  const { World } = await import("./world.ts");
  expect(World.parse(JSON.parse(example)).resources).not.toHaveLength(0);
});
