import type { Severity } from "../core/rule.ts";
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
const singleLimit = 15;
const rulesLimit = 10;
const resolvedLimit = 10;

function envelope(card: object): object {
  const contentType = "application/vnd.microsoft.card.adaptive";
  return { type: "message", attachments: [{ contentType, contentUrl: null, content: card }] };
}

/** As many findings one by one as there is room for; the others by rule. */
function cardOf(digest: Digest): object {
  const { single } = listing(digest);
  for (let shown = Math.min(single.length, singleLimit); shown > 0; shown--) {
    const card = cardWith(digest, shown);
    if (Buffer.byteLength(JSON.stringify(envelope(card))) <= bytesLimit) return card;
  }
  return cardWith(digest, 0);
}

function cardWith(digest: Digest, room: number): object {
  const { single, grouped } = listing(digest);
  const shown = single.slice(0, room);
  const rest = [...single.slice(room), ...grouped];
  const worst = worstOf(digest);
  const intro = onboardedLine(digest);
  const link = linkTo(digest);
  const title = headline(digest);
  return {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.2",
    msteams: { width: "Full" },
    fallbackText: title,
    body: [
      text(escapeMarkdown(title), { size: "Medium", weight: "Bolder", color: worst ? colours[worst] : "Good" }),
      ...(intro === undefined ? [] : [text(escapeMarkdown(intro))]),
      ...whyOnce(shown).map((notice) => finding(notice, digest)),
      ...byRule(rest, shown.length > 0),
      ...resolved(digest.resolved),
      text(escapeMarkdown(footer(digest)), { size: "Small", isSubtle: true, separator: true }),
    ],
    actions: link === undefined ? [] : [openUrl("Open the report", link)],
  };
}

const colours: Readonly<Record<Severity, string>> = {
  critical: "Attention",
  high: "Attention",
  medium: "Warning",
  low: "Default",
  info: "Default",
};

function finding(notice: Notice, digest: Digest): object {
  const { severity } = notice.finding;
  const link = linkTo(digest, notice.finding);
  const due = dueOf(notice, digest.at);
  const facts = [
    ["Where", whereOf(notice)],
    ["Since", sinceOf(notice)],
    ...(due === undefined ? [] : [["When", due]]),
    ...(notice.why === "" ? [] : [["Why", line(notice.why, 320)]]),
    ...(fixOf(notice) === "" ? [] : [["Fix", fixOf(notice)]]),
  ];
  return {
    type: "Container",
    separator: true,
    spacing: "Medium",
    items: [
      {
        type: "ColumnSet",
        columns: [
          column("auto", text(severity.toUpperCase(), { weight: "Bolder", color: colours[severity] })),
          column("stretch", text(`**${escapeMarkdown(subjectOf(notice))}** ${escapeMarkdown(titleOf(notice))}`)),
        ],
      },
      text(escapeMarkdown(messageOf(notice))),
      { type: "FactSet", facts: facts.map(([title = "", value = ""]) => ({ title, value: escapeMarkdown(value) })) },
      ...commandBlock(notice),
      ...(link === undefined ? [] : [{ type: "ActionSet", actions: [openUrl("Look at it", link)] }]),
    ],
  };
}

function commandBlock(notice: Notice): readonly object[] {
  const command = commandOf(notice);
  if (command === "") return [];
  if (command === undefined) return [text(commandElsewhere, { isSubtle: true })];
  return [{ type: "Container", style: "emphasis", items: [text(escapeMarkdown(command), { fontType: "Monospace" })] }];
}

function byRule(notices: readonly Notice[], more: boolean): readonly object[] {
  if (notices.length === 0) return [];
  const counts = countByRule(notices);
  const left = counts.slice(rulesLimit).reduce((sum, rule) => sum + rule.count, 0);
  return [
    text(more ? `And ${notices.length} more, by rule` : `${count(notices.length, "finding")}, by rule`, {
      weight: "Bolder",
      separator: true,
    }),
    ...counts.slice(0, rulesLimit).map((rule) => text(escapeMarkdown(ruleLine(rule)), { spacing: "Small" })),
    ...(left > 0 ? [text(`and ${left} by other rules`, { spacing: "Small", isSubtle: true })] : []),
  ];
}

function resolved(notices: readonly Notice[]): readonly object[] {
  if (notices.length === 0) return [];
  const left = notices.length - resolvedLimit;
  return [
    text(`Resolved: ${notices.length}`, { weight: "Bolder", color: "Good", separator: true }),
    ...notices.slice(0, resolvedLimit).map((one) => text(escapeMarkdown(resolvedLine(one)), { spacing: "Small" })),
    ...(left > 0 ? [text(`and ${left} more`, { spacing: "Small", isSubtle: true })] : []),
  ];
}

function text(content: string, options: Readonly<Record<string, string | boolean>> = {}): object {
  return { type: "TextBlock", text: content, wrap: true, ...options };
}

function column(width: "auto" | "stretch", item: object): object {
  return { type: "Column", width, items: [item] };
}

function openUrl(title: string, url: string): object {
  return { type: "Action.OpenUrl", title, url };
}

/**
 * Makes text stand for itself in the Markdown of a TextBlock. `<` becomes an entity, so that no `<at>` can be forged, and
 * `&` only where it would begin an entity: phones show entities as they are.
 */
function escapeMarkdown(content: string): string {
  return content
    .replace(/[\\`*[\]~]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\$&")
    .replace(/&(?=#?\w+;)/g, "&amp;")
    .replaceAll("<", "&lt;")
    .replace(/^(\s*)([-+#>]|\d+(?=[.)]))/, (_, space: string, mark: string) =>
      /\d/.test(mark) ? `${space}${mark}\\` : `${space}\\${mark}`,
    );
}
