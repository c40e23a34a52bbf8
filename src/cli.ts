#!/usr/bin/env node
import process from "node:process";
import { runCommand } from "./app/command.ts";

const { env, stdout, stderr } = process;
// The bundle is CommonJS, which knows no `await` here.
void runCommand(process.argv.slice(2), { env, stdout, stderr }).then((code) => {
  process.exitCode = code;
});
