import type { Report } from "./model.ts";

/** Renders a report for one kind of reader. The name is the file name and the value of `format`. */
export interface Format {
  readonly name: string;
  readonly contentType: string;
  /** What else a browser should be told that gets it over HTTP. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly render: (report: Report) => string;
}
