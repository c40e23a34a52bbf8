/** What a command ends with, for pipelines. docs/decisions/0002-command-exit-codes.md */
export const exitCodes = { clean: 0, findings: 1, usage: 2, incomplete: 3 } as const;
