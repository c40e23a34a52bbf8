import process from "node:process";
import { styleText } from "node:util";

/** What the demo says; nothing of it when only the report is wanted. */
export interface Terminal {
  readonly say: (text: string) => void;
  readonly bold: (text: string) => string;
  /** Text in a frame, wrapped to its width. */
  readonly framed: (title: string, lines: readonly string[]) => void;
}

const width = 100;

export function createTerminal(quiet: boolean): Terminal {
  const say = (text: string) => void (quiet || process.stdout.write(text));
  const styled = process.stdout.isTTY;
  const bold = (text: string) => (styled ? styleText("bold", text) : text);
  return {
    say,
    bold,
    framed: (title, lines) => {
      say(`\n  ┌─ ${bold(title)} ${"─".repeat(Math.max(1, width - 8 - title.length))}\n`);
      for (const line of lines.flatMap((one) => wrapped(one, width - 6))) say(`  │ ${line}\n`);
      say(`  └${"─".repeat(width - 4)}\n`);
    },
  };
}

/** A line, and the rest of its text below it and not below its start, however long the text is. */
export function hanging(start: string, text: string): string {
  const [first = "", ...rest] = wrapped(text, width - start.length);
  return `${[start + first, ...rest.map((line) => " ".repeat(start.length - 2) + line)].join("\n")}\n`;
}

/** Breaks at spaces. What has none, such as a resource id in a command, stays whole, so that it can be copied. */
export function wrapped(text: string, limit: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > limit) {
      lines.push(line);
      line = `  ${word}`;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
