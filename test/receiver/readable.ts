import type { Message } from "./start-chat-receiver.ts";

/** A message as text, in the order in which its reader sees it. */
export function readable({ service, payload }: Message): readonly string[] {
  const lines = service === "teams" ? linesOfCard(payload) : linesOfBlocks(payload);
  return lines.map((line) => line.trimEnd()).filter((line) => line !== "");
}

type Node = Readonly<Record<string, unknown>>;

function linesOfCard(payload: Node): readonly string[] {
  const [attachment] = list(payload.attachments);
  const card = Object(attachment?.content ?? payload) as Node;
  return [...list(card.body), ...list(card.actions)].flatMap(linesOfElement);
}

function linesOfElement(element: Node): readonly string[] {
  switch (element.type) {
    case "TextBlock":
      return withoutMarkdown(String(element.text)).split("\n");
    case "Action.OpenUrl":
      return [`[${element.title}]`];
    default:
      return [...list(element.items), ...list(element.actions), ...list(element.body)].flatMap(linesOfElement);
  }
}

function linesOfBlocks({ blocks }: Node): readonly string[] {
  return list(blocks).flatMap((block) => [
    ...linesOfMrkdwn(block.text),
    ...list(block.fields).flatMap(linesOfMrkdwn),
    ...list(block.elements).flatMap((element) =>
      element.type === "button" ? [`[${Object(element.text).text}]`] : linesOfMrkdwn(element),
    ),
  ]);
}

function linesOfMrkdwn(text: unknown): readonly string[] {
  const { type, text: content } = Object(text) as Node;
  if (typeof content !== "string") return [];
  if (type === "plain_text") return content.split("\n");
  return entities(
    content
      .replace(/<([^|>]+)\|([^>]+)>/g, "[$2]")
      .replace(/```/g, "\n")
      .replace(/`([^`\n]*)`/g, "$1")
      .replace(/\*([^*\n]+)\*/g, "$1"),
  ).split("\n");
}

function withoutMarkdown(text: string): string {
  return entities(text.replace(/(?<!\\)\*\*(.+?)(?<!\\)\*\*/g, "$1").replace(/\\([\\`*_{}[\]()#+\-.!~>])/g, "$1"));
}

function entities(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

function list(value: unknown): readonly Node[] {
  return Array.isArray(value) ? (value as Node[]) : [];
}
