import { type ParseArgsConfig, parseArgs } from "node:util";

/** What is wrong with a command line, for the one who typed it. */
export interface WrongUsage {
  readonly wrong: string;
}

/** The options of a command line, each given once unless it takes many values. `hint` says where the right ones are to be found. */
export function parseArguments<Options extends NonNullable<ParseArgsConfig["options"]>>(
  args: readonly string[],
  options: Options,
  hint: string,
) {
  const wrongly = (what: string): WrongUsage => ({ wrong: `${what}\n${hint}` });
  try {
    const { values, tokens } = parseArgs({ args: [...args], options, allowPositionals: false, tokens: true });
    const names = tokens.flatMap((token) => (token.kind === "option" ? [token.name] : []));
    const twice = names.find((name, index) => names.indexOf(name) < index && options[name]?.multiple !== true);
    if (twice !== undefined) return wrongly(`Option '--${twice}' is given more than once`);
    return { values };
  } catch (error) {
    if (!(error instanceof TypeError && "code" in error)) throw error;
    return wrongly(error.message);
  }
}
