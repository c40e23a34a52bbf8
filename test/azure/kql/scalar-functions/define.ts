import { as } from "../expression.ts";
import type { Evaluate, Expression } from "../relation.ts";
import type { ScalarType } from "../scalar-type.ts";
import type { Scope } from "../scope.ts";
import type { Syntax } from "../syntax.ts";
import type { Value } from "../value.ts";

export interface Call {
  readonly node: Syntax;
  readonly nodes: readonly Syntax[];
  readonly args: readonly Expression[];
  readonly type: ScalarType;
  readonly scope: Scope;
}

export type ScalarFunction = (call: Call) => Evaluate;

interface Representation {
  readonly string: string;
  readonly long: number;
  readonly int: number;
  readonly real: number;
  readonly bool: boolean;
  readonly datetime: number;
  readonly timespan: number;
  readonly dynamic: Value;
  readonly guid: string;
}

type Arguments<P extends readonly ScalarType[]> = { [K in keyof P]: Representation[P[K]] };

/**
 * A function of values that is null (or an empty string) when an argument is. Arguments are read as the given types,
 * the last of which serves all further ones; arguments left out arrive as undefined.
 */
export function define<const P extends readonly ScalarType[]>(
  types: P,
  compute: (...args: Arguments<P>) => Value,
): ScalarFunction {
  const apply = compute as unknown as (...args: readonly Value[]) => Value;
  return ({ args, type }) => {
    const reads = readAs(args, types);
    const missing = type === "string" ? "" : null;
    const [first, second, third] = reads;
    if (first === undefined) return () => apply();
    if (second === undefined) {
      return (row, run) => {
        const a = first(row, run);
        return a === null ? missing : (apply(a) ?? missing);
      };
    }
    if (third === undefined) {
      return (row, run) => {
        const a = first(row, run);
        const b = second(row, run);
        return a === null || b === null ? missing : (apply(a, b) ?? missing);
      };
    }
    return (row, run) => {
      const values = reads.map((read) => read(row, run));
      return values.includes(null) ? missing : (apply(...values) ?? missing);
    };
  };
}

/** A function of any number of values of one type that sees the nulls too. */
export function defineVariadic<T extends ScalarType>(
  type: T,
  compute: (values: readonly (Representation[T] | null)[]) => Value,
): ScalarFunction {
  const apply = compute as unknown as (values: readonly Value[]) => Value;
  return ({ args }) => {
    const reads = readAs(args, [type]);
    return (row, run) => apply(reads.map((read) => read(row, run)));
  };
}

function readAs(args: readonly Expression[], types: readonly ScalarType[]): readonly Evaluate[] {
  return args.map((arg, index) => as(arg, types[index] ?? types.at(-1) ?? arg.type));
}

export function argument({ args, node }: Call, index: number): Expression {
  const found = args[index];
  if (found === undefined) throw new Error(`${node.kind} lacks argument ${index}`);
  return found;
}
