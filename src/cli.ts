#!/usr/bin/env node
import process from "node:process";
import { runCommand } from "./app/command.ts";

process.exitCode = await runCommand(process.argv.slice(2), {
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
});
