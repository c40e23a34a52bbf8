import { countByRule, type Digest, listing, type Notice, whyOnce } from "./digest.ts";
import type { Notifier } from "./notifier.ts";
import {
  commandElsewhere,
  commandOf,
  count,
  dueOf,
  fixOf,
  footer,
  headline,
  line,
  linkTo,
  messageOf,
  onboardedLine,
  resolvedLine,
  ruleLine,
  sinceOf,
  subjectOf,
  titleOf,
  whereOf,
} from "./phrase.ts";

/** A message for a Slack incoming webhook. https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
export const slack: Notifier = {
  name: "slack",
  contentType: "application/json; charset=utf-8",
  capacity: Number.POSITIVE_INFINITY,
  render: messageFor,
  // Slack reports some failures with status 200 and another text.
  accepts: (status, body) => status === 200 && body.trim() === "ok",
};

const charactersLimit = 10_000; // Slack refuses blocks of about 13,000 in sum, which it documents nowhere
const singleLimit = 20;
const rulesLimit = 10;
const resolvedLimit = 10;
const headerLimit = 150;

/** As many findings one by one as there is room for; the others by rule. */
function messageFor(digest: Digest): object {
  const { single } = listing(digest);
  for (let shown = Math.min(single.length, singleLimit); shown > 0; shown--) {
    const message = messageWith(digest, shown);
    if (JSON.stringify(message).length <= charactersLimit) return message;
  }
  return messageWith(digest, 0);
}

function messageWith(digest: Digest, room: number): object {
  const { single, grouped } = listing(digest);
  const shown = single.slice(0, room);
  const rest = [...single.slice(room), ...grouped];
  const title = headline(digest);
  const intro = onboardedLine(digest);
  const link = linkTo(digest);
  return {
    // What notifications and screen readers say instead of the blocks.
    text: escapeMrkdwn(title),
    blocks: [
      { type: "header", text: { type: "plain_text", text: line(title, headerLimit), emoji: false } },
      ...(intro === undefined ? [] : [section(escapeMrkdwn(intro))]),
      ...whyOnce(shown).map((notice) => section(finding(notice, digest))),
      ...byRule(rest, shown.length > 0),
      ...resolved(digest.resolved),
      ...(link === undefined ? [] : [{ type: "actions", elements: [button("Open the report", link)] }]),
      { type: "context", elements: [mrkdwn(escapeMrkdwn(footer(digest)))] },
    ],
    unfurl_links: false,
    unfurl_media: false,
  };
}

/** All of a finding, or as much of it as a section holds: escapes can make a text five times as long. */
function finding(notice: Notice, digest: Digest): string {
  const { why } = notice;
  const due = dueOf(notice, digest.at);
  const link = linkTo(digest, notice.finding);
  const title = `*${notice.finding.severity.toUpperCase()}* ${code(subjectOf(notice))} ${escapeMrkdwn(titleOf(notice))}`;
  const message = escapeMrkdwn(messageOf(notice));
  const facts = [
    `*Where* ${escapeMrkdwn(whereOf(notice))}`,
    `*Since* ${escapeMrkdwn(sinceOf(notice))}${due === undefined ? "" : `, ${escapeMrkdwn(due)}`}`,
  ];
  const fix = [...(fixOf(notice) === "" ? [] : [`*Fix* ${escapeMrkdwn(fixOf(notice))}`]), ...commandBlock(notice)];
  const look = link === undefined ? [] : [`<${escapeEntities(link)}|Look at it>`];
  const reason = why === "" ? [] : [`*Why* ${escapeMrkdwn(line(why, 320))}`];
  const fits = [
    [title, message, ...reason, ...facts, ...fix, ...look],
    [title, message, ...facts, ...fix, ...look],
    [title, ...facts, commandElsewhere, ...look],
  ].map((lines) => lines.join("\n"));
  return fits.find((text) => text.length <= sectionLimit) ?? title;
}

function commandBlock(notice: Notice): readonly string[] {
  const command = commandOf(notice);
  if (command === "") return [];
  return command === undefined || command.includes("`")
    ? [commandElsewhere]
    : [`\`\`\`${escapeEntities(command)}\`\`\``];
}

function byRule(notices: readonly Notice[], more: boolean): readonly object[] {
  if (notices.length === 0) return [];
  const counts = countByRule(notices);
  const left = counts.slice(rulesLimit).reduce((sum, rule) => sum + rule.count, 0);
  const lines = [
    more ? `*And ${notices.length} more, by rule*` : `*${count(notices.length, "finding")}, by rule*`,
    ...counts.slice(0, rulesLimit).map((rule) => escapeMrkdwn(ruleLine(rule))),
    ...(left > 0 ? [`and ${left} by other rules`] : []),
  ];
  return [section(folded(lines))];
}

function resolved(notices: readonly Notice[]): readonly object[] {
  if (notices.length === 0) return [];
  const left = notices.length - resolvedLimit;
  const lines = [
    `*Resolved: ${notices.length}*`,
    ...notices.slice(0, resolvedLimit).map((one) => escapeMrkdwn(resolvedLine(one))),
    ...(left > 0 ? [`and ${left} more`] : []),
  ];
  return [section(folded(lines))];
}

const sectionLimit = 3000; // Slack's own
const foldedLimit = 1500;

/** As many lines as fit. */
function folded(lines: readonly string[]): string {
  const [first = "", ...rest] = lines;
  return rest.reduce((text, next) => (text.length + next.length < foldedLimit ? `${text}\n${next}` : text), first);
}

function section(text: string): object {
  return { type: "section", text: mrkdwn(text) };
}

function mrkdwn(text: string): object {
  return { type: "mrkdwn", text, verbatim: true }; // verbatim: nothing in it becomes a link or a mention by itself
}

function button(label: string, url: string): object {
  return { type: "button", text: { type: "plain_text", text: label, emoji: false }, url };
}

/** A name as code, in which nothing is formatted. */
function code(name: string): string {
  return `\`${escapeEntities(name.replaceAll("`", lookalikes["`"]))}\``;
}

/** The only three that Slack lets one escape: without them there is no mention and no link. */
function escapeEntities(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Characters that format and cannot be escaped, and what looks like them. */
const lookalikes = { "`": "\u02cb", "*": "\u2217", "~": "\u223c", _: "\uff3f", ":": "\u2236" } as const;

/** Makes text stand for itself: what would format it is replaced by its lookalike, and so is the start of an emoji. */
function escapeMrkdwn(text: string): string {
  return escapeEntities(text)
    .replace(/[`*~]/g, (mark) => lookalikes[mark as "`" | "*" | "~"])
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, lookalikes._)
    .replace(/:(?=[\w+'-]+:)/g, lookalikes[":"])
    .replace(/^(\s*)&gt;/, "$1\u203a");
}
