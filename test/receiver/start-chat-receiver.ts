import { randomBytes } from "node:crypto";
import type { Life } from "../life.ts";
import { type Answer, type Request, startReceiver } from "./start-receiver.ts";

export type Service = "teams" | "slack";

export interface Message {
  readonly service: Service;
  readonly payload: Readonly<Record<string, unknown>>;
  /** The sender never heard that it was accepted. */
  readonly answerLost: boolean;
}

export interface ChatReceiverOptions {
  /** Of the sender: whether what it sends arrives, and whether it hears so. */
  readonly life?: Life;
}

/** Stands where Teams or Slack would take messages, and refuses what they would refuse. */
export interface ChatReceiver extends AsyncDisposable {
  /** A secret, as the real ones are. */
  readonly url: string;
  /** Accepted ones. */
  readonly messages: readonly Message[];
  /** Calls for every message that is accepted from now on. */
  readonly onMessage: (listener: (message: Message) => void) => void;
  /** Answers so many of the next messages with this status, and keeps none of them. */
  readonly refuse: (times: number, status: number, headers?: Readonly<Record<string, string>>) => void;
}

export async function startChatReceiver(service: Service, { life }: ChatReceiverOptions = {}): Promise<ChatReceiver> {
  const messages: Message[] = [];
  const listeners: ((message: Message) => void)[] = [];
  const path = `/${service}/${randomBytes(12).toString("hex")}`;
  let refusals = 0;
  let refusal: readonly [number, Readonly<Record<string, string>>] = [503, {}];

  const take = (request: Request, lost: boolean): Answer => {
    if (request.path !== path || request.method !== "POST") return { status: 404, body: "no_service" };
    if (refusals > 0) {
      refusals--;
      return { status: refusal[0], headers: refusal[1] };
    }
    const payload = read(request);
    const problem = payload ? problemOf(service, payload) : "invalid_payload";
    if (!payload || problem) return { status: 400, body: problem ?? "" };
    const message = { service, payload, answerLost: lost };
    messages.push(message);
    for (const listener of listeners) listener(message);
    if (lost) return "acceptedThenReset";
    return service === "teams"
      ? { status: 202 }
      : { status: 200, body: "ok", headers: { "content-type": "text/html" } };
  };
  const receiver = await startReceiver();
  receiver.script = (request) => {
    const fate = life?.meet(`message to ${service}`) ?? "through";
    return fate === "before" ? "reset" : take(request, fate === "after");
  };
  return {
    url: receiver.url(path),
    messages,
    onMessage: (listener) => void listeners.push(listener),
    refuse: (times, status, headers = {}) => {
      refusals = times;
      refusal = [status, headers];
    },
    [Symbol.asyncDispose]: () => receiver[Symbol.asyncDispose](),
  };
}

function read({ headers, body }: Request): Message["payload"] | undefined {
  if (!/^application\/json\b/i.test(headers["content-type"] ?? "")) return undefined;
  try {
    const payload: unknown = JSON.parse(body);
    return typeof payload === "object" && payload !== null ? (payload as Message["payload"]) : undefined;
  } catch {
    return undefined;
  }
}

const bytesLimit = 28_000; // of Teams
const blocksLimit = 50; // of Slack

/** Why the service would not take it. */
function problemOf(service: Service, payload: Message["payload"]): string | undefined {
  if (service === "slack") {
    const { text, blocks } = payload;
    if (typeof text !== "string" || text === "") return "missing_text_or_fallback_or_attachments";
    return Array.isArray(blocks) && blocks.length > 0 && blocks.length <= blocksLimit ? undefined : "invalid_blocks";
  }
  if (Buffer.byteLength(JSON.stringify(payload)) > bytesLimit) return "RequestEntityTooLarge";
  const { type, attachments } = payload;
  const [first] = Array.isArray(attachments)
    ? (attachments as { readonly content?: { readonly type?: unknown } }[])
    : [];
  return type === "message" && first?.content?.type === "AdaptiveCard" ? undefined : "InvalidBotMessage";
}
