interface Stream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Where a command reads from and writes to. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Stream;
  readonly stderr: Stream;
}
