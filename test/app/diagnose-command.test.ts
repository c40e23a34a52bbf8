import process from "node:process";
import { expect, test } from "vitest";
import { runCommand } from "../../src/app/command.ts";
import { azureWith, someday } from "../audit.ts";
import { contoso, loginWorld } from "../azure/worlds/login-world.ts";

async function run(...args: string[]) {
  const written = { stdout: "", stderr: "" };
  const stream = (name: keyof typeof written) => ({
    write: (text: string) => {
      written[name] += text;
    },
  });
  await azureWith(
    loginWorld({
      logins: [
        { time: new Date(someday.getTime() - 600_000).toISOString(), identity: contoso.kubelet.clientId, status: 401 },
      ],
    }),
  );
  const env = { IDENTITY_ENDPOINT: process.env.IDENTITY_ENDPOINT };
  const terminal = { env, stdout: stream("stdout"), stderr: stream("stderr") };
  return { code: await runCommand(["diagnose", ...args], terminal, { now: () => someday }), ...written };
}

test("says the cause, the evidence and the command", async () => {
  const { code, stdout } = await run("--registry", "contoso");
  expect(code).toBe(1);
  expect(stdout).toMatch(/confirmed: The cluster's kubelet identity has no grant/);
  expect(stdout).toMatch(/\$ az role assignment create --assignee-object-id/);
});

test("an error text alone is enough to start from", async () => {
  const error = "denied: client with IP '203.0.113.9' is not allowed access. Refer https://aka.ms/acr/firewall";
  const { stdout } = await run("--registry", "contoso.azurecr.io", "--identity", "nobody", "--error", error);
  expect(stdout).toMatch(/no row in the logs/);
});

test("JSON is JSON alone", async () => {
  const { code, stdout } = await run("--registry", "contoso", "--format", "json");
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ diagnoses: [{ conclusion: { verdict: "confirmed" } }] });
});

test("nothing failing ends with 0", async () => {
  expect(await run("--registry", "contoso", "--hours", "0.01")).toMatchObject({
    code: 0,
    stdout: "contoso: no failing login was found\n",
  });
});

test.each([
  [[], /--registry is missing/],
  [["--registry", "fabrikam"], /no registry fabrikam can be seen/],
  [["--registry", "contoso", "--status", "broken"], /has to be an HTTP status/],
  [["--registry", "contoso", "--hours", "forever"], /has to be a number/],
  [["--registry", "contoso", "--format", "pdf"], /--format pdf: has to be table or json/],
  [["--what"], /Unknown option '--what'[\s\S]*Usage: acraudit diagnose/],
])("%j is a mistake in words", async (args, says) => {
  expect(await run(...args)).toMatchObject({ code: 2, stderr: expect.stringMatching(says) });
});
