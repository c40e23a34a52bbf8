#!/usr/bin/env node
import process from "node:process";
import { runCommand } from "./app/command.ts";
import { exitCodes } from "./app/exit-codes.ts";

const { env, stdout, stderr } = process;
for (const stream of [stdout, stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error; // whoever reads no further, such as `head`, does not change the answer
  });
}
// The bundle is CommonJS, which knows no `await` here.
void runCommand(process.argv.slice(2), { env, stdout, stderr }).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.exitCode = exitCodes.incomplete; // a bug is not a finding, which is what Node's own 1 would say
    stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  },
);
