import type { Wish } from "../core/intent.ts";
import type { Secret } from "../core/secret.ts";
import type { Digest } from "./digest.ts";

/** Turns a digest into one service's message. It only renders; `deliver` sends. */
export interface Notifier {
  readonly name: string;
  readonly contentType: string;
  /** Changes that one message takes; more of one run go into another. */
  readonly capacity: number;
  readonly render: (digest: Digest) => object;
  /** Whether an answer with a 2xx status means that the message was taken. */
  readonly accepts: (status: number, body: string) => boolean;
  /** Headers that prove to the receiver who sends. */
  readonly sign?: (message: SignedMessage, key: Secret) => Readonly<Record<string, string>>;
}

export interface SignedMessage {
  readonly id: string;
  readonly at: Date;
  readonly body: string;
}

/** A configured destination. */
export interface Channel extends Wish {
  readonly notifier: Notifier;
  readonly url: Secret;
  /** With which `sign` signs. */
  readonly key?: Secret;
}
