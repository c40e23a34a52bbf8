/** A query that is well-formed but fails while it runs, for example on an ill-formed regular expression. */
export class QueryFault extends Error {
  override readonly name = "QueryFault";
}
