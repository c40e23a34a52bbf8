import type { Severity } from "../core/rule.ts";
import { countByRule, type Digest, type Layout, layouts, type Notice } from "./digest.ts";
import { type Fact, factsOf, whereOf } from "./facts-of.ts";
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

/**
 * A message for a Teams workflow of the kind "when a webhook request is received". Only what Teams shows on phones is
 * used: elements of Adaptive Cards 1.2, without Action.Submit, of which webhooks take none.
 * https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-reference
 */
export const teams: Notifier = {
  name: "teams",
  contentType: "application/json; charset=utf-8",
  capacity: Number.POSITIVE_INFINITY,
  render: (digest) => envelope(cardOf(digest)),
  accepts: () => true,
};

/** For workflows that somebody built by hand around the card alone. */
export const teamsBareCard: Notifier = { ...teams, render: cardOf };

const bytesLimit = 24_000; // Teams refuses messages over about 28 KB
const rulesLimit = 10;
const resolvedLimit = 10;

function envelope(card: object): object {
  const contentType = "application/vnd.microsoft.card.adaptive";
  return { type: "message", attachments: [{ contentType, contentUrl: null, content: card }] };
}

/** The one finding that it is about, or as much of many as there is room for. */
function cardOf(digest: Digest): object {
  const only = onlyOf(digest);
  if (only?.kind === "resolved") return card(digest, end(only), only);
  if (only) return card(digest, [...detail(only, digest), ...resolved(digest.resolved)], only);
  let smallest = {};
  for (const layout of layouts(digest)) {
    smallest = card(digest, bodyOf(digest, layout));
    if (Buffer.byteLength(JSON.stringify(envelope(smallest))) <= bytesLimit) break;
  }
  return smallest;
}

function card(digest: Digest, body: readonly object[], only?: Notice): object {
  const worst = worstOf(digest);
  const intro = summary(digest);
  const link = linkTo(digest, only?.finding);
  const title = headline(digest);
  return {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.2",
    msteams: { width: "Full" },
    fallbackText: title,
    body: [
      text(escapeMarkdown(title), { size: "Large", weight: "Bolder", color: worst ? colours[worst] : "Good" }),
      ...(intro === undefined ? [] : [text(escapeMarkdown(intro))]),
      ...body,
      text(escapeMarkdown(footer(digest)), { size: "Small", isSubtle: true, separator: true }),
    ],
    actions: link === undefined ? [] : [openUrl(only ? "Look at it in the report" : "Open the report", link)],
  };
}

const colours: Readonly<Record<Severity, string>> = {
  critical: "Attention",
  high: "Attention",
  medium: "Warning",
  low: "Default",
  info: "Default",
};

function bodyOf(digest: Digest, { full, brief, grouped }: Layout): readonly object[] {
  return [
    ...full.map((notice) => finding(notice, digest)),
    ...list(
      full.length > 0 ? "Also" : "Worst first",
      brief.map((notice) => briefLine(notice, digest.at)),
    ),
    ...byRule(grouped, full.length + brief.length > 0),
    ...resolved(digest.resolved),
  ];
}

function finding(notice: Notice, digest: Digest): object {
  const link = linkTo(digest, notice.finding);
  const title = text(escapeMarkdown(titleOf(notice)), { weight: "Bolder", color: colours[notice.finding.severity] });
  const look = link === undefined ? [] : [{ type: "ActionSet", actions: [openUrl("Look at it", link)] }];
  return {
    type: "Container",
    separator: true,
    spacing: "Medium",
    items: [title, ...detail(notice, digest), ...look],
  };
}

/** What is wrong and what to paste stand before everything else. */
function detail(notice: Notice, digest: Digest): readonly object[] {
  const fix = fixOf(notice);
  return [
    text(escapeMarkdown(messageOf(notice)), { spacing: "Small" }),
    ...(fix === "" ? [] : [labelled([fixLabel(notice), fix])]),
    ...commandBlock(notice),
    ...factsOf(notice, digest.at).map((fact, index) => labelled(fact, index === 0 ? "Default" : "None", "Small")),
  ];
}

function end(notice: Notice): readonly object[] {
  return [text(escapeMarkdown(endSentence(notice)), { spacing: "Small" }), labelled(["Where", whereOf(notice)])];
}

/** Not a fact of a FactSet: those do not break long names, whose end would be out of sight. */
function labelled([name, value]: Fact, spacing = "Small", size = "Default"): object {
  return text(`**${name}** ${escapeMarkdown(value)}`, { spacing, size });
}

function commandBlock(notice: Notice): readonly object[] {
  const command = commandOf(notice);
  if (command === "") return [];
  const changes = command?.includes("  "); // Markdown makes one space of two
  if (command === undefined || changes) return [text(commandElsewhere, { isSubtle: true })];
  // Not a RichTextBlock: it takes no Markdown, but it does not break a long resource id, whose end would be out of sight.
  const block = text(escapeMarkdown(command), { fontType: "Monospace" });
  return [{ type: "Container", style: "emphasis", spacing: "Small", items: [block] }];
}

function byRule(notices: readonly Notice[], more: boolean): readonly object[] {
  const counts = countByRule(notices);
  const left = counts.slice(rulesLimit).reduce((sum, rule) => sum + rule.count, 0);
  const heading = more ? `And ${notices.length} more, by rule` : "By rule";
  return list(heading, counts.slice(0, rulesLimit).map(ruleLine), left > 0 ? `and ${left} by other rules` : undefined);
}

function resolved(notices: readonly Notice[]): readonly object[] {
  const left = notices.length - resolvedLimit;
  const lines = notices.slice(0, resolvedLimit).map(resolvedLine);
  return list(`Resolved: ${notices.length}`, lines, left > 0 ? `and ${left} more` : undefined, "Good");
}

function list(heading: string, lines: readonly string[], rest?: string, color = "Default"): readonly object[] {
  if (lines.length === 0) return [];
  return [
    text(heading, { weight: "Bolder", color, separator: true }),
    ...lines.map((one) => text(escapeMarkdown(one), { spacing: "Small" })),
    ...(rest === undefined ? [] : [text(rest, { spacing: "Small", isSubtle: true })]),
  ];
}

function text(content: string, options: Readonly<Record<string, string | boolean>> = {}): object {
  return { type: "TextBlock", text: content, wrap: true, ...options };
}

function openUrl(title: string, url: string): object {
  return { type: "Action.OpenUrl", title, url };
}

/**
 * Makes text stand for itself in the Markdown of a TextBlock. `<` becomes an entity, so that no `<at>` can be forged, and
 * `&` only where it would begin an entity: phones show entities as they are. `{{` would begin a function of dates.
 */
function escapeMarkdown(content: string): string {
  return content
    .replace(/[\\`*[\]~]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|(?<=\{)\{/gu, "\\$&")
    .replace(/&(?=#?\w+;)/g, "&amp;")
    .replaceAll("<", "&lt;")
    .replace(/^(\s*)([-+#>]|\d+(?=[.)]))/, (_, space: string, mark: string) =>
      /\d/.test(mark) ? `${space}${mark}\\` : `${space}\\${mark}`,
    );
}
