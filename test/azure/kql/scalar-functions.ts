import { conditionals } from "./scalar-functions/conditionals.ts";
import { conversions } from "./scalar-functions/conversions.ts";
import { dates } from "./scalar-functions/dates.ts";
import type { ScalarFunction } from "./scalar-functions/define.ts";
import { dynamics } from "./scalar-functions/dynamics.ts";
import { encodings } from "./scalar-functions/encodings.ts";
import { network } from "./scalar-functions/network.ts";
import { numbers } from "./scalar-functions/numbers.ts";
import { series } from "./scalar-functions/series.ts";
import { strings } from "./scalar-functions/strings.ts";
import { volatile } from "./scalar-functions/volatile.ts";

type Functions = Readonly<Record<string, ScalarFunction | undefined>>;

/** Every scalar function whose result depends on its arguments alone; a null prototype, for names come from queries. */
export const scalarFunctions: Functions = Object.assign(Object.create(null), {
  ...conditionals,
  ...conversions,
  ...dates,
  ...dynamics,
  ...encodings,
  ...network,
  ...numbers,
  ...series,
  ...strings,
});

/** Functions that may differ from row to row although their arguments do not. */
export const volatileFunctions: Functions = Object.assign(Object.create(null), volatile);
