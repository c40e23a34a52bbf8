import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import type { StoredFinding } from "../../src/core/reconcile.ts";
import { secret } from "../../src/core/secret.ts";
import { whereOf } from "../../src/notify/facts-of.ts";
import { headline } from "../../src/notify/headline.ts";
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
    "2026-11-21 08:55 UTC",
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
  expect(due("2026-12-01T09:00:00Z")).toContain("breaks on 2026-12-01, in 10 days");
  expect(due("2026-11-21T20:00:00Z")).toContain("breaks on 2026-11-21, within a day");
  expect(due("2026-11-20T09:00:00Z")).toContain("broke on 2026-11-20");
});

test("the headline names the worst, and says how much more there is", () => {
  const said = (of: Parameters<typeof digest>[0], changes: Parameters<typeof digest>[1] = {}) =>
    headline(digest(of, changes));
  expect(said([notice()])).toBe("High: contoso1: Admin user is enabled");
  expect(said([...notices(2), notice("escalated", finding(4, { severity: "critical" }))])).toBe(
    "Critical: contoso4: Admin user is enabled (worse than before), and 2 more",
  );
  expect(said(notices(3), { onboarded: "all" })).toBe(
    "First sweep: contoso1: Admin user is enabled (high), and 2 more",
  );
  expect(said([notice("resolved", resolvedFinding())])).toBe("Resolved: contoso1: Admin user is enabled");
  expect(said([notice("opened", failingLogin())])).toBe("High: Login to contoso1 fails: The credential has expired");
});

test("a headline ends with how much more there is, however long the names are", () => {
  const long = notices(3, () => ({ title: "t".repeat(300), subject: { ...finding().subject, name: "n".repeat(90) } }));
  const said = headline(digest(long));
  expect(said).toMatch(/…, and 2 more$/);
  expect(said.length).toBeLessThanOrEqual(145);
});

test.for(["teams", "slack"] as const)("%s counts what is more than one: what is new, worse, back again", (name) => {
  const of = [...notices(2), notice("reopened", finding(3)), notice("escalated", finding(4, { severity: "critical" }))];
  const text = textOf(services[name].render(digest(of)));
  expect(text).toContain("2 new, 1 back again, 1 worse than before: 1 critical, 3 high.");
  expect(text).toContain("contoso3: Admin user is enabled (back again)");
});

test.for(["teams", "slack"] as const)("%s says nothing twice of what it is about alone", (name) => {
  const ended = [notice("resolved", resolvedFinding(7))];
  for (const of of [[notice()], [notice(), ...ended], [notice("opened", failingLogin())], ended]) {
    const { title, subject } = of[0]?.finding ?? finding();
    const shown = textsOf(services[name].render(digest(of))).filter((text) => text.includes(subject.name));
    expect(shown.filter((text) => text.includes(`: ${title}`)).length).toBe(name === "slack" ? 2 : 1); // and Slack's notification
  }
});

test.for(["teams", "slack"] as const)("%s shows the command before where, since when and why", (name) => {
  const text = textsOf(services[name].render(digest([notice()]))).join("\n");
  const order = [finding().title, finding().message, "*Fix*", "az acr update", "*Where*", "*First seen*", "*Why*"];
  const places = order.map((part) => text.indexOf(part));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places).not.toContain(-1);
});

test.for(["teams", "slack"] as const)(
  "%s says of a failing login since when it fails, from where and how sure",
  (name) => {
    const sure = textOf(services[name].render(digest([notice("opened", failingLogin())])));
    expect(sure).toContain(
      "2026-11-21 08:40 UTC, 3 refusals (401) from 20.61.18.7, 10.0.0.4, last 2026-11-21 08:44 UTC",
    );
    expect(sure).not.toMatch(/First seen|not confirmed/);
    const unsure = failingLogin({
      verdict: "likely",
      contradicting: ["another address logs in"],
      notChecked: ["the firewall", "the proxy"],
    });
    const text = textOf(services[name].render(digest([notice("opened", unsure)])));
    for (const part of ["*Likely fix*", "likely, not confirmed", "Another address logs in", "the firewall and 1 more"])
      expect(text).toContain(part);
    const unknown = notice("opened", failingLogin({ verdict: "possible", cause: "undetermined" }));
    expect(textOf(services[name].render(digest([unknown])))).toMatch(/\*Next\*(?![\s\S]*confirmed)/);
  },
);

test.for(["teams", "slack"] as const)("%s says what ended, how, and how long it lasted", (name) => {
  const ended = failingLogin({}, { state: "resolved", resolvedReason: "fixed", changedAt: "2026-11-21T09:02:00.000Z" });
  const text = textOf(services[name].render(digest([notice("resolved", ended)])));
  for (const part of ["Resolved: Login to contoso1: The credential", "Fixed, open for 22 minutes.", "group rg-shop"])
    expect(text).toContain(part);
  const more = textOf(
    services[name].render(digest([notice("resolved", ended), notice("resolved", resolvedFinding(2))])),
  );
  expect(more).toContain("(fixed, open for 22 minutes)");
});

test("what pulls is called what it is", () => {
  const of = (type: string) =>
    whereOf(notice("opened", finding(1, { subject: { ...subject, id: subject.id.replace(/Microsoft.*/, type) } })));
  const subject = { ...finding().subject, kind: "puller" } as const;
  expect(of("Microsoft.ContainerService/managedClusters/a")).toMatch(/^cluster in resource group rg-shop, sub/);
  expect(of("Microsoft.App/containerApps/a")).toMatch(/^container app in/);
  expect(of("Microsoft.Unheard/of/a")).toMatch(/^workload in/);
  const id = "50000000-0000-4000-8000-00000000000a";
  const principal = { kind: "principal", id: `/servicePrincipals/${id}`, name: "ci", partition: "principals" } as const;
  expect(whereOf(notice("opened", finding(1, { subject: principal })))).toBe(`service principal, object id ${id}`);
});

test.for(["teams", "slack"] as const)("%s tells five findings in full and the others in a line each", (name) => {
  const text = textOf(services[name].render(digest(notices(20))));
  expect(text.match(/az acr update/g)?.length).toBe(5);
  expect(text.match(/one shared password pair/g)?.length).toBe(1);
  expect(text.match(/Give each consumer/g)?.length).toBe(1);
  for (let number = 1; number <= 20; number++) expect(text).toContain(`contoso${number}: Admin user is enabled`);
});

test.for(["teams", "slack"] as const)("%s tells a flood by rule, with the report to look at", (name) => {
  const flood = notices(40, (number) =>
    number <= 30 ? {} : { ruleId: "kubelet-cannot-pull", title: "Kubelet cannot pull", severity: "critical" },
  );
  const text = textOf(services[name].render(digest(flood)));
  expect(text).toContain("30 × Admin user is enabled (high): contoso1, contoso2, contoso3 and 27 more");
  expect(text).toContain("10 × Kubelet cannot pull (critical)");
  expect(text.indexOf("10 × Kubelet")).toBeLessThan(text.indexOf("30 × Admin"));
  expect(text).not.toContain("az acr update");
  expect(text).toContain("Open the report");
});

test.for(["teams", "slack"] as const)("%s sums a first sweep up: counts, the ten worst, the rest by rule", (name) => {
  const many = notices(200, (number) => ({ severity: number > 190 ? "critical" : "medium" }));
  const text = textOf(services[name].render(digest(many, { onboarded: "all" })));
  expect(text).toContain("The first sweep found 200 findings: 10 critical, 190 medium.");
  expect(text.match(/Critical: |\(critical\)/g)?.length).toBeGreaterThanOrEqual(10);
  expect(text).toContain("190 × Admin user is enabled (medium)");
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

test("Teams evaluates no function of dates in a name, and joins no spaces of a command", () => {
  const text = "{{DATE(2026-01-01T00:00:00Z, SHORT)}}";
  const told = (cli: string) =>
    teams.render(digest([notice("opened", finding(1, { title: text, message: text, remediation: { text, cli } }))]));
  for (const shown of textsOf(told(`az acr show --name '${text}'`))) expect(shown).not.toContain("{{");
  expect(textOf(told("az acr show --name 'a  b'"))).not.toContain("az acr show");
  const slackText = textOf(
    slack.render(digest([notice("opened", finding(1, { remediation: { text, cli: "az acr show --name 'a  b'" } }))])),
  );
  expect(slackText).toContain("'a  b'");
});

test("what a list of Slack has no room for is counted", () => {
  const ends = Array.from({ length: 10 }, (_, index) =>
    notice("resolved", { ...resolvedFinding(index), title: "&".repeat(100) }),
  );
  const text = textOf(slack.render(digest(ends)));
  const lines = text.match(/^contoso\d: &amp;/gm)?.length ?? 0;
  expect(lines).toBeGreaterThan(0);
  expect(text).toContain(`\nand ${10 - lines} more`);
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
  const header = /"type":"plain_text"/; // in which Slack formats nothing and makes nothing a mention
  const { blocks, ...rest } = message as { blocks: readonly object[] };
  for (const shown of textsOf([rest, ...blocks.filter((block) => !header.test(JSON.stringify(block)))])) {
    const outside = shown.replace(/<https:\/\/audit\.example\/[^|>]*\|Look at it>/g, "");
    expect(outside).not.toMatch(/[<>]/);
    expect(outside.replace(/&(?:amp|lt|gt);/g, "")).not.toContain("&");
    expect(shown.replace(/```[^`]*```|`[^`]*`/g, "")).not.toMatch(
      /:[a-z_]+:|[*_~`]\w+[*_~`](?!\*)(?<!\*(?:Why|Where|When|Fix|Also)\*)/,
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

function failingLogin(evidence: StoredFinding["evidence"] = {}, changes: Partial<StoredFinding> = {}): StoredFinding {
  return finding(1, {
    ruleId: "login-failing",
    title: "The credential has expired",
    evidence: {
      verdict: "confirmed",
      status: "401",
      failures: 3,
      firstSeen: "2026-11-21T08:40:00.000Z",
      lastSeen: "2026-11-21T08:44:00.000Z",
      addresses: ["20.61.18.7", "10.0.0.4"],
      ...evidence,
    },
    ...changes,
  });
}

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
