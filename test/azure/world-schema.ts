import { z } from "zod";
import { World } from "./world.ts";

/** The JSON Schema of a world file, as `docs/world.schema.json` holds it. */
export function worldSchema(): string {
  const schema = z.toJSONSchema(World, { io: "input", target: "draft-2020-12" });
  const titled = { title: "World of the simulated Azure", ...schema };
  return `${JSON.stringify(titled, null, 2)}\n`;
}
