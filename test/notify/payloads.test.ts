import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { secret } from "../../src/core/secret.ts";
import { slack } from "../../src/notify/slack.ts";
import { teams, teamsBareCard } from "../../src/notify/teams.ts";
import { webhook } from "../../src/notify/webhook.ts";
import { digest, finding, hostile, hostileFinding, notice, notices, reportUrl, resolvedFinding } from "./notices.ts";
import { problemsOf } from "./schemas.ts";

const services = { teams, slack, webhook } as const;
const everything = Array.from({ length: 30 }, (_, index) => notice("resolved", resolvedFinding(1000 + index)));

const crowds = [0, 1, 25, 26, 500].flatMap((count) => [
  { name: `${count} findings`, of: [...notices(count), ...everything.slice(0, count === 0 ? 1 : 0)] },
  { name: `${count} findings and 30 resolved`, of: [...notices(count), ...everything] },
  { name: `${count} hostile findings`, of: [...notices(count, hostileFinding), ...everything.slice(0, 1)] },
]);

test.for(crowds)("a message of $name keeps within the limits of Teams and Slack", ({ of }) => {
  for (const onboarded of [new Set<string>(), new Set([finding().subject.partition, "principals"]), "all"] as const) {
    const told = digest(of, { onboarded });
    const card = teams.render(told);
    expect(problemsOf("teams", card)).toBe("");
    expect(Buffer.byteLength(JSON.stringify(card))).toBeLessThanOrEqual(24_000);
    const message = slack.render(told) as { blocks: readonly { type: string }[] };
    expect(problemsOf("slack", message)).toBe("");
    expect(JSON.stringify(message).length).toBeLessThanOrEqual(10_000);
    expect(message.blocks.length).toBeLessThanOrEqual(45);
    expect(problemsOf("webhook", webhook.render(told))).toBe("");
  }
});

test.for(hostile.map((text, index) => [index, text.slice(0, 40), text] as const))(
  "hostile text %i (%s) keeps within the limits alone and in a crowd",
  ([, , text]) => {
    for (const count of [1, 20, 60]) {
      const told = digest(
        notices(count, (number) => ({ ...hostileFinding(hostile.indexOf(text)), ruleId: `r${number}` })),
      );
      const card = teams.render(told);
      expect(problemsOf("teams", card)).toBe("");
      expect(Buffer.byteLength(JSON.stringify(card))).toBeLessThanOrEqual(24_000);
      const message = slack.render(told);
      expect(problemsOf("slack", message)).toBe("");
      expect(JSON.stringify(message).length).toBeLessThanOrEqual(10_000);
    }
  },
);

test("the schemas refuse what they do not know", () => {
  const card = teams.render(digest(notices(1))) as { attachments: { content: { body: object[] } }[] };
  card.attachments[0]?.content.body.push({ type: "Table", rows: [] });
  expect(problemsOf("teams", card)).not.toBe("");
  const message = slack.render(digest(notices(1))) as { blocks: object[] };
  message.blocks.push({ type: "section", text: { type: "mrkdwn", text: "x".repeat(3001), verbatim: true } });
  expect(problemsOf("slack", message)).not.toBe("");
});

test.for(["teams", "slack"] as const)("%s says what, where, since when, why, the command and where to look", (name) => {
  const text = textOf(services[name].render(digest([notice()])));
  const one = finding();
  for (const part of [
    one.subject.name,
    one.title,
    one.message,
    "resource group rg-shop",
    one.subject.partition,
    "21 Nov 2026, 08:55 UTC",
    "one shared password pair",
    one.remediation.cli,
    `${reportUrl.replace("&", "&amp;")}#f-${one.fingerprint}`,
    "Run sweep-20261121T085500000Z",
    "delivery 0123456789abcdef0123",
  ]) {
    expect(text).toContain(part);
  }
});

test.for(["teams", "slack"] as const)("%s says when it breaks, or broke", (name) => {
  const due = (date: string) => textOf(services[name].render(digest([notice("opened", finding(1, { due: date }))])));
  expect(due("2026-12-01T09:00:00Z")).toContain("breaks on 1 Dec 2026, in 10 days");
  expect(due("2026-11-21T20:00:00Z")).toContain("breaks on 21 Nov 2026, within a day");
  expect(due("2026-11-20T09:00:00Z")).toContain("broke on 20 Nov 2026");
});

test("a single finding is the headline, many are counted", () => {
  const headline = (of: Parameters<typeof digest>[0]) => (slack.render(digest(of)) as { text: string }).text;
  expect(headline([notice()])).toBe("High: contoso1: Admin user is enabled, new");
  expect(headline([...notices(2), notice("reopened", finding(3)), notice("escalated", finding(4))])).toBe(
    "Registry authentication: 2 new, 1 back again, 1 worse",
  );
  expect(headline([notice("resolved", resolvedFinding())])).toBe("Registry authentication: 1 resolved");
});

test.for(["teams", "slack"] as const)("%s tells a flood by rule, with the report to look at", (name) => {
  const flood = notices(40, (number) =>
    number <= 30 ? {} : { ruleId: "kubelet-cannot-pull", title: "Kubelet cannot pull", severity: "critical" },
  );
  const text = textOf(services[name].render(digest(flood)));
  expect(text).toContain("30 × Admin user is enabled (high): contoso1, contoso2, contoso3, …");
  expect(text).toContain("10 × Kubelet cannot pull (critical)");
  expect(text.indexOf("Kubelet cannot pull")).toBeLessThan(text.indexOf("30 × Admin"));
  expect(text).not.toContain("az acr update");
  expect(text).toContain("Open the report");
});

test.for(["teams", "slack"] as const)("%s sums a first sweep up: counts, the ten worst, the rest by rule", (name) => {
  const many = notices(200, (number) => ({ severity: number > 190 ? "critical" : "medium" }));
  const text = textOf(services[name].render(digest(many, { onboarded: "all" })));
  expect(text).toContain("The first sweep found 200 findings: 10 critical, 190 medium. The ten worst:");
  expect(text.match(/CRITICAL/g)?.length).toBeGreaterThan(4);
  expect(text).not.toContain("MEDIUM");
});

test("what is not the report's address becomes no link", () => {
  const { reportUrl: _, ...told } = digest(notices(3));
  expect(JSON.stringify(teams.render(told))).not.toContain("Action.OpenUrl");
  expect(JSON.stringify(slack.render(told))).not.toContain("button");
});

test("a command that cannot be shown as it is is not shown at all", () => {
  for (const cli of ["az acr show --name 'a\u202eb'", "az acr show\nrm -rf /", "x".repeat(2000)]) {
    const told = digest([notice("opened", finding(1, { remediation: { text: "Do it.", cli } }))]);
    for (const message of [teams.render(told), slack.render(told)]) {
      expect(textOf(message)).toContain("the report has it");
      expect(textOf(message)).not.toContain("az acr show");
    }
  }
  const ticks = digest([notice("opened", finding(1, { remediation: { text: "", cli: "echo `id`" } }))]);
  expect(textOf(slack.render(ticks))).not.toContain("echo");
});

test("a command comes out of Teams and Slack as it went in", () => {
  const cli = `az role assignment create --assignee 'a_b *c* [d](e) <f> & "g"' --scope /subscriptions/x/resourceGroups/rg_shop`;
  const told = digest([notice("opened", finding(1, { remediation: { text: "Do it.", cli } }))]);
  const block = textsOf(teams.render(told)).find((text) => text.includes("role assignment")) ?? "";
  expect(unescapeMarkdown(block)).toBe(cli);
  const fenced = /```([\s\S]*?)```/.exec(textsOf(slack.render(told)).join("\n"))?.[1] ?? "";
  expect(fenced.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&")).toBe(cli);
});

test.for(hostile.map((text) => [text.slice(0, 40), text] as const))("Teams takes %s for text", ([, text]) => {
  const message = teams.render(digest(notices(3, () => hostileFinding(hostile.indexOf(text)))));
  for (const shown of textsOf(message)) {
    expect(shown).not.toMatch(/<\/?[a-z!@]/i); // no mention, no tag
    expect(shown).not.toMatch(/(?<!\\)\[[^\]]*(?<!\\)\]\(/); // no link
    expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\u202a-\u202e\u2066-\u2069]/u);
    expect(shown).not.toMatch(/^\s*(?:[-+#>]\s|\d+[.)]\s)/);
  }
});

test.for(hostile.map((text) => [text.slice(0, 40), text] as const))("Slack takes %s for text", ([, text]) => {
  const message = slack.render(digest(notices(3, () => hostileFinding(hostile.indexOf(text)))));
  for (const shown of textsOf(message)) {
    const outside = shown.replace(/<https:\/\/audit\.example\/[^|>]*\|Look at it>/g, "");
    expect(outside).not.toMatch(/[<>]/);
    expect(outside.replace(/&(?:amp|lt|gt);/g, "")).not.toContain("&");
    expect(shown.replace(/```[^`]*```|`[^`]*`/g, "")).not.toMatch(
      /:[a-z_]+:|[*_~`]\w+[*_~`](?!\*)(?<!\*(?:HIGH|Why|Where|Since|Fix)\*)/,
    );
    expect(shown.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  }
});

test("a workflow that was built by hand gets the card alone", () => {
  const told = digest(notices(2));
  const { attachments } = teams.render(told) as { attachments: { content: object }[] };
  expect(teamsBareCard.render(told)).toEqual(attachments[0]?.content);
});

test("the webhook signs as Standard Webhooks has it", () => {
  const key = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
  const headers = webhook.sign?.({ id: "msg_1", at: new Date(1_700_000_000_500), body: '{"a":1}' }, secret(key));
  const expected = createHmac("sha256", Buffer.alloc(32, 7)).update('msg_1.1700000000.{"a":1}').digest("base64");
  expect(headers).toEqual({
    "webhook-id": "msg_1",
    "webhook-timestamp": "1700000000",
    "webhook-signature": `v1,${expected}`,
  });
});

/** Every text that a reader sees. */
function textsOf(message: unknown): readonly string[] {
  if (Array.isArray(message)) return message.flatMap(textsOf);
  if (typeof message !== "object" || message === null) return [];
  return Object.entries(message).flatMap(([key, value]) =>
    typeof value === "string" && ["text", "value", "url"].includes(key)
      ? key === "url"
        ? []
        : [value]
      : textsOf(value),
  );
}

function textOf(message: unknown): string {
  const all: string[] = [];
  JSON.stringify(message, (_key, value: unknown) => {
    if (typeof value === "string") all.push(value);
    return value;
  });
  return all.join("\n");
}

/** What CommonMark makes of escapes and entities. */
function unescapeMarkdown(text: string): string {
  return text
    .replace(/\\([!-/:-@[-`{-~])/g, "$1")
    .replaceAll("&lt;", "<")
    .replaceAll("&amp;", "&");
}
