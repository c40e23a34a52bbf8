import type { Digest } from "./digest.ts";
import type { Channel } from "./notifier.ts";

/** What came of one attempt. No address is in it. */
export type Attempt =
  | { readonly taken: true; readonly status: number; readonly detail: string }
  | {
      readonly taken: false;
      /** It may go better later. */
      readonly again: boolean;
      /** The receiver may have it although it did not say so. */
      readonly uncertain: boolean;
      readonly retryAfterMs: number;
      readonly status?: number;
      readonly detail: string;
    };

export interface DeliverOptions {
  readonly now: () => Date;
  readonly timeoutMs?: number;
}

/** The longest that a receiver has to answer; a dispatcher's lease outlasts it. */
const answerTimeoutMs = 10_000;

/** Sends a message once. Whatever goes wrong is a value, without the address, which is a secret. */
export async function deliver(channel: Channel, digest: Digest, options: DeliverOptions): Promise<Attempt> {
  const { notifier, url, key } = channel;
  const { now, timeoutMs = answerTimeoutMs } = options;
  const body = serialise(notifier.render(digest));
  const signature = notifier.sign && key ? notifier.sign({ id: digest.deliveryId, at: now(), body }, key) : {};

  let response: Response;
  let said: string;
  try {
    response = await fetch(url.reveal(), {
      method: "POST",
      headers: { "content-type": notifier.contentType, "user-agent": "acr-auth-auditor", ...signature },
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    said = await startOf(response);
  } catch (error) {
    const detail = isTimeout(error) ? `no answer within ${timeoutMs / 1000} s` : `no answer${codeOf(error)}`;
    return { taken: false, again: true, uncertain: true, retryAfterMs: 0, detail };
  }

  const { status } = response;
  if (response.ok && notifier.accepts(status, said)) return { taken: true, status, detail: `accepted (${status})` };
  const again = status === 408 || status === 429 || status >= 500;
  return {
    taken: false,
    again,
    uncertain: status === 408 || status === 502 || status === 504, // somebody on the way gave up waiting
    retryAfterMs: again ? retryAfter(response.headers.get("retry-after"), now()) : 0,
    status,
    detail: refusal(status, said),
  };
}

/** JSON in which every character can be printed. */
function serialise(payload: object): string {
  return JSON.stringify(payload).replace(/[\p{Cf}\p{Co}\p{Zl}\p{Zp}\u007f-\u009f]/gu, (character) =>
    character.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
  );
}

const answerLimit = 1000;

/** The start of an answer: receivers say little, and what says much is not one of them. */
async function startOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes, { stream: true });
    if (text.length >= answerLimit) break;
  }
  return text.slice(0, answerLimit);
}

/** Only a word that a service answers, such as `no_service`, is repeated: a whole body might hold the address. */
function refusal(status: number, said: string): string {
  const word = /^[a-z_]{2,60}$/.exec(said.trim())?.[0];
  const redirect = status >= 300 && status < 400 ? ", a redirect, which is not followed" : "";
  const disguise = status >= 200 && status < 300 ? ", but not that the message was taken" : "";
  return `answered ${status}${redirect}${disguise}${word === undefined ? "" : ` (${word})`}`;
}

const retryAfterLimitMs = 3_600_000;

/** Seconds or a date. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function retryAfter(header: string | null, now: Date): number {
  if (header === null) return 0;
  const ms = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now.getTime();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), retryAfterLimitMs) : 0;
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === "TimeoutError";
}

/** The code of a network error; its text would hold the address. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  return /^[A-Z][A-Z0-9_]+$/.test(code) ? ` (${code})` : "";
}
