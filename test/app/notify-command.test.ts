import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { runCommand } from "../../src/app/command.ts";
import { problemsOf } from "../notify/schemas.ts";
import { type Answer, type Receiver, startReceiver } from "../receiver/start-receiver.ts";

const key = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
let receiver: Receiver;

beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver[Symbol.asyncDispose]());
beforeEach(() => {
  receiver.received.length = 0;
  receiver.script = ({ path }) => (path.startsWith("/teams") ? { status: 202 } : { status: 200, body: "ok" });
});

async function acraudit(args: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const said = { stdout: "", stderr: "" };
  const env = {
    ACRAUDIT_TEAMS_WEBHOOK_URL: receiver.url("/teams/hidden?sig=hidden"),
    ACRAUDIT_SLACK_WEBHOOK_URL: receiver.url("/slack/hidden"),
    ACRAUDIT_WEBHOOK_URL: receiver.url("/webhook/hidden"),
    ACRAUDIT_WEBHOOK_SECRET: key,
    ACRAUDIT_REPORT_URL: "https://audit.example/report",
    ...more,
  };
  const code = await runCommand(args, {
    env,
    stdout: { write: (text) => (said.stdout += text) },
    stderr: { write: (text) => (said.stderr += text) },
  });
  expect(said.stdout + said.stderr).not.toMatch(/hidden|127\.0\.0\.1|whsec_B/);
  return { code, ...said };
}

test.for([
  ["teams", /^teams: accepted \(202\)\. The workflow has it; whether it posts the card/],
  ["slack", /^slack: accepted \(200\)\. The message is in the channel\.$/],
  ["webhook", /^webhook: accepted \(200\)\. The receiver has it\.$/],
] as const)("sends a sample to %s, and to it alone", async ([name, says]) => {
  const { code, stdout } = await acraudit(["notify", "--test", name]);
  expect(code).toBe(0);
  expect(stdout.trim()).toMatch(says);
  expect(receiver.received).toHaveLength(1);
  const [{ path, body } = { path: "", body: "{}" }] = receiver.received;
  expect(path).toContain(name);
  expect(body).toContain("This is a test");
  expect(problemsOf(name, JSON.parse(body))).toBe("");
});

test.for<readonly [string, Answer, RegExp]>([
  [
    "404",
    { status: 404, body: "no_service" },
    /slack: answered 404 \(no_service\)\. It is refused: make a new webhook/,
  ],
  ["429", { status: 429 }, /slack: answered 429\. The receiver takes no more for now/],
  ["500", { status: 500 }, /slack: answered 500\. The receiver is in trouble/],
  ["200 nope", { status: 200, body: "nope" }, /slack: answered 200, but not that the message was taken \(nope\)/],
  ["302", { status: 302, headers: { location: "/hidden" } }, /slack: answered 302, a redirect, which is not followed/],
  ["reset", "reset", /slack: no answer.*Look at the address/],
])("says what came back: %s", async ([, answer, says]) => {
  receiver.script = () => answer;
  const { code, stdout } = await acraudit(["notify", "--test", "slack"]);
  expect(code).toBe(3);
  expect(stdout).toMatch(says);
  expect(receiver.received).toHaveLength(1);
});

test.for<readonly [readonly string[], RegExp]>([
  [["notify"], /--test has to be one of teams, slack, webhook/],
  [["notify", "--test", "toString"], /--test has to be one of/],
  [["notify", "--test", "pager"], /--test has to be one of/],
  [["notify", "--tset", "slack"], /Usage: acraudit notify --test/],
])("%j is wrong usage", async ([args, says]) => {
  const { code, stderr } = await acraudit(args);
  expect(code).toBe(2);
  expect(stderr).toMatch(says);
  expect(receiver.received).toEqual([]);
});

test("a channel that is not set cannot be tested", async () => {
  const { code, stderr } = await acraudit(["notify", "--test", "teams"], { ACRAUDIT_TEAMS_WEBHOOK_URL: "" });
  expect(code).toBe(2);
  expect(stderr).toContain("ACRAUDIT_TEAMS_WEBHOOK_URL is not set");
});
