import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    isolate: false,
    maxWorkers: 2,
    setupFiles: ["test/load-clients.ts"],
    env: { NO_PROXY: "127.0.0.1,localhost" }, // the official clients read it once, when the first of them is made
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // `.ci/run` counts the tests from this file
    reporters: ["default", ["json", { outputFile: "dist/tests.json" }]],
  },
});
