import process from "node:process";
import { runCommand } from "../../src/app/command.ts";

/** The product's command line, with the peak of its memory told to whoever started it. */
process.exitCode = await runCommand(process.argv.slice(2), {
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
});
process.send?.({ peakBytes: process.resourceUsage().maxRSS * 1024 });
process.disconnect?.();
