import process from "node:process";
import { expect, test } from "vitest";
import { useAzure } from "../azure/use-azure.ts";
import { changedWorld } from "../azure/worlds/changed-world.ts";
import { defaultWorld } from "../azure/worlds/default-world.ts";
import { ids } from "../azure/worlds/ids.ts";
import { sharedAzurite } from "../azurite.ts";
import { startChatReceiver } from "../receiver/start-chat-receiver.ts";
import { firstFailedLogin } from "./first-failed-login.ts";
import { hanging, wrapped } from "./terminal.ts";

test("the demo shows the path of a failed login, one message for each channel, and its end", async () => {
  const now = new Date();
  const world = changedWorld(defaultWorld(now), now);
  const azure = await useAzure(world);
  await using teams = await startChatReceiver("teams");
  await using slack = await startChatReceiver("slack");
  let said = "";
  const say = (text: string) => {
    said += text;
  };
  const framed = (title: string, lines: readonly string[]) => say(`[${title}]\n${lines.join("\n")}\n`);

  await firstFailedLogin(
    { say, framed, bold: (text) => text },
    {
      azure,
      env: {
        AzureWebJobsStorage: (await sharedAzurite()).newAccount(),
        ACRAUDIT_SWEEP_SCHEDULE: "0 0 3 * * *",
        ACRAUDIT_EVENT_TOPIC_ENDPOINT: ids.eventTopic.endpoint,
        ACRAUDIT_TEAMS_WEBHOOK_URL: teams.url,
        ACRAUDIT_SLACK_WEBHOOK_URL: slack.url,
        IDENTITY_ENDPOINT: process.env.IDENTITY_ENDPOINT,
      },
      chats: [teams, slack],
      world,
      serve: (next, clock) => azure.load(next, { now: clock }),
    },
  );

  const path = ["alert rule", "loginFailureAlert", "topic", "loginFailures", "deliverTimer"];
  for (const step of path) expect(said).toMatch(new RegExp(`\\d s {2}${step} +→ `));
  expect(said.match(/alert rule +→/g)).toHaveLength(5);
  expect(said.match(/^\[(Teams|Slack)\]$/gm)).toEqual(["[Teams]", "[Slack]"]);
  expect(said).toContain("kubelet-without-pull-grant (confirmed, high)");
  expect(said.match(/az role assignment create/g)).toHaveLength(3);
  expect(said).toContain("resolved: The cluster's kubelet identity has no grant that lets it pull (nfplatform, fixed)");
  expect(said).not.toMatch(/→ log /);
});

test("lines are broken at spaces alone", () => {
  expect(wrapped("one two three", 8)).toEqual(["one two", "  three"]);
  expect(wrapped("a-very-long-word and more", 8)).toEqual(["a-very-long-word", "  and", "  more"]);
  expect(wrapped("", 8)).toEqual([""]);
});

test("what is too long for its line goes on below it, in line with itself", () => {
  const words = Array.from({ length: 30 }, () => "pull").join(" ");
  const lines = hanging("  opened  ", words).split("\n");
  expect(lines).toEqual([`  opened  ${words.slice(0, 89)}`, `          ${words.slice(90)}`, ""]);
});
