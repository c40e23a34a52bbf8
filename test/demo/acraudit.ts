import { spawn } from "node:child_process";
import process from "node:process";

export type Acraudit = (...args: readonly string[]) => Promise<string>;

/** The product as a user runs it, in a process of its own. Throws when it could not do its work. */
export function acrauditIn(env: NodeJS.ProcessEnv): Acraudit {
  return async (...args) => {
    const child = spawn(process.execPath, ["src/cli.ts", ...args], { env, stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
    if (code !== 0 && code !== 1) throw new Error(`acraudit ${args.join(" ")} ended with exit code ${code}`);
    return output;
  };
}
