/** The scalar types a column of the simulated Azure may have. */
export type ScalarType = "string" | "long" | "int" | "real" | "bool" | "datetime" | "timespan" | "dynamic" | "guid";

const known: ReadonlySet<string> = new Set<ScalarType>([
  "string",
  "long",
  "int",
  "real",
  "bool",
  "datetime",
  "timespan",
  "dynamic",
  "guid",
]);

export function isScalarType(name: string): name is ScalarType {
  return known.has(name);
}
