import { inspect } from "node:util";

/** A value that only its use may see. Printed, logged, joined to a text or turned into JSON it is `<secret>`. */
export interface Secret {
  readonly reveal: () => string;
  readonly toString: () => string;
  readonly toJSON: () => string;
}

export function secret(value: string): Secret {
  const shown = () => "<secret>";
  return Object.freeze({ reveal: () => value, toString: shown, toJSON: shown, [inspect.custom]: shown });
}
