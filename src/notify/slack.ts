import type { Severity } from "../core/rule.ts";
import { countByRule, type Digest, type Layout, layouts, type Notice } from "./digest.ts";
import { factsOf, whereOf } from "./facts-of.ts";
import { endSentence, headline, onlyOf, summary } from "./headline.ts";
import type { Notifier } from "./notifier.ts";
import {
  briefLine,
  commandElsewhere,
  commandOf,
  fixLabel,
  fixOf,
  footer,
  linkTo,
  messageOf,
  resolvedLine,
  ruleLine,
  titleOf,
  worstOf,
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
const rulesLimit = 10;
const resolvedLimit = 10;

/** Slack colours no text. */
const marks: Readonly<Record<Severity, string>> = {
  critical: "\u{1f534}",
  high: "\u{1f7e0}",
  medium: "\u{1f7e1}",
  low: "\u26aa",
  info: "\u26aa",
};
const resolvedMark = "\u2705";

/** The one finding that it is about, or as much of many as there is room for. */
function messageFor(digest: Digest): object {
  const only = onlyOf(digest);
  if (only?.kind === "resolved") return message(digest, end(only), only);
  if (only) return message(digest, [...detail(only, digest), ...resolved(digest.resolved)], only);
  let smallest = {};
  for (const layout of layouts(digest)) {
    const blocks = blocksOf(digest, layout);
    smallest = message(digest, blocks);
    if (JSON.stringify(smallest).length <= charactersLimit) break;
  }
  return smallest;
}

function message(digest: Digest, blocks: readonly object[], only?: Notice): object {
  const worst = worstOf(digest);
  const title = `${worst ? marks[worst] : resolvedMark} ${headline(digest)}`;
  const intro = summary(digest);
  const link = linkTo(digest, only?.finding);
  const label = only ? "Look at it in the report" : "Open the report";
  return {
    // What notifications and screen readers say instead of the blocks.
    text: escapeMrkdwn(title),
    blocks: [
      { type: "header", text: { type: "plain_text", text: title, emoji: false } },
      ...(intro === undefined ? [] : [section(escapeMrkdwn(intro))]),
      ...blocks,
      ...(link === undefined ? [] : [{ type: "actions", elements: [button(label, link)] }]),
      context(escapeMrkdwn(footer(digest))),
    ],
    unfurl_links: false,
    unfurl_media: false,
  };
}

function blocksOf(digest: Digest, { full, brief, grouped }: Layout): readonly object[] {
  const lines = brief.map((one) => ({
    text: `${marks[one.finding.severity]} ${briefLine(one, digest.at)}`,
    stands: 1,
  }));
  return [
    ...full.flatMap((notice) => finding(notice, digest)),
    ...list(full.length > 0 ? "Also" : "Worst first", lines, "more"),
    ...byRule(grouped, full.length + brief.length > 0),
    ...resolved(digest.resolved),
  ];
}

function finding(notice: Notice, digest: Digest): readonly object[] {
  const title = `${marks[notice.finding.severity]} *${escapeMrkdwn(titleOf(notice))}*`;
  return [{ type: "divider" }, ...detail(notice, digest, title, linkTo(digest, notice.finding))];
}

/**
 * What is wrong and what to paste, then in small letters where, since when and why; or as much of it as a block holds:
 * escapes can make a text five times as long.
 */
function detail(notice: Notice, digest: Digest, title?: string, link?: string): readonly object[] {
  const start = title === undefined ? [] : [title];
  const said = escapeMrkdwn(messageOf(notice));
  const fix = fixOf(notice) === "" ? [] : [`*${fixLabel(notice)}* ${escapeMrkdwn(fixOf(notice))}`];
  const command = commandBlock(notice);
  const look = link === undefined ? [] : [`<${escapeEntities(link)}|Look at it>`];
  const facts = factsOf(notice, digest.at).map(([name, value]) => `*${name}* ${escapeMrkdwn(value)}`);
  return [
    section(
      firstFit([
        [...start, said, ...fix, ...command],
        [...start, said, ...command],
        [...start, said],
      ]),
    ),
    context(
      firstFit([
        [...facts, ...look],
        [...facts.slice(0, 2), ...look],
      ]),
    ),
  ];
}

function end(notice: Notice): readonly object[] {
  return [section(escapeMrkdwn(endSentence(notice))), context(`*Where* ${escapeMrkdwn(whereOf(notice))}`)];
}

function commandBlock(notice: Notice): readonly string[] {
  const command = commandOf(notice);
  if (command === "") return [];
  return command === undefined || command.includes("`")
    ? [commandElsewhere]
    : [`\`\`\`${escapeEntities(command)}\`\`\``];
}

function byRule(notices: readonly Notice[], more: boolean): readonly object[] {
  const counts = countByRule(notices);
  const lines = counts.map((rule) => ({ text: `${marks[rule.severity]} ${ruleLine(rule)}`, stands: rule.count }));
  return list(more ? `And ${notices.length} more, by rule` : "By rule", lines, "by other rules", rulesLimit);
}

function resolved(notices: readonly Notice[]): readonly object[] {
  const lines = notices.map((notice) => ({ text: resolvedLine(notice), stands: 1 }));
  return list(`${resolvedMark} Resolved: ${notices.length}`, lines, "more", resolvedLimit);
}

interface Line {
  readonly text: string;
  /** For so many findings. */
  readonly stands: number;
}

const sectionLimit = 3000; // Slack's own, of a text in any block
const listLimit = 2000;

/** As many lines as there is room for, and for how many findings the others stand. */
function list(heading: string, lines: readonly Line[], others: string, limit = lines.length): readonly object[] {
  if (lines.length === 0) return [];
  const shown: string[] = [`*${heading}*`];
  let length = heading.length;
  for (const { text } of lines.slice(0, limit)) {
    const escaped = escapeMrkdwn(text);
    length += escaped.length + 1;
    if (length > listLimit) break;
    shown.push(escaped);
  }
  const left = lines.slice(shown.length - 1).reduce((sum, { stands }) => sum + stands, 0);
  return [section([...shown, ...(left > 0 ? [`and ${left} ${others}`] : [])].join("\n"))];
}

function firstFit(choices: readonly (readonly string[])[]): string {
  const texts = choices.map((lines) => lines.join("\n"));
  return texts.find((text) => text.length <= sectionLimit) ?? "";
}

function section(text: string): object {
  return { type: "section", text: mrkdwn(text) };
}

function context(text: string): object {
  return { type: "context", elements: [mrkdwn(text)] };
}

function mrkdwn(text: string): object {
  return { type: "mrkdwn", text, verbatim: true }; // verbatim: nothing in it becomes a link or a mention by itself
}

function button(label: string, url: string): object {
  return { type: "button", text: { type: "plain_text", text: label, emoji: false }, url };
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
