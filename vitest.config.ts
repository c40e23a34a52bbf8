import { join } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    isolate: false,
    maxWorkers: 2,
    setupFiles: ["test/load-clients.ts"],
    env: {
      NO_PROXY: "127.0.0.1,localhost", // the official clients read it once, when the first of them is made
      NODE_COMPILE_CACHE: join(import.meta.dirname, "node_modules/.cache/node"), // for the many processes that tests start
    },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // `.ci/run` counts the tests from this file
    reporters: ["default", ["json", { outputFile: "dist/tests.json" }]],
  },
});
