import { createHmac } from "node:crypto";
import type { Secret } from "../core/secret.ts";
import type { Digest, Notice } from "./digest.ts";
import type { Notifier, SignedMessage } from "./notifier.ts";
import { linkTo } from "./phrase.ts";

/**
 * A message for machines: one CloudEvent, signed as Standard Webhooks has it. Values stand as they are; whoever shows them
 * has to escape them. A message that is sent again keeps its id.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const webhook: Notifier = {
  name: "webhook",
  contentType: "application/cloudevents+json; charset=utf-8",
  capacity: 50,
  render: (digest) => ({
    specversion: "1.0",
    id: digest.deliveryId,
    source: "/acr-auth-auditor",
    type: "AcrAuthAuditor.FindingsChanged",
    subject: digest.runId,
    time: digest.at,
    datacontenttype: "application/json",
    data: {
      schemaVersion: "1.0",
      runId: digest.runId,
      changes: [
        ...digest.problems.map((notice) => change(notice, digest, false)),
        ...digest.onboarded.map((notice) => change(notice, digest, true)),
        ...digest.resolved.map((notice) => change(notice, digest, false)),
      ],
    },
  }),
  accepts: () => true,
  sign,
};

function change({ kind, finding, why }: Notice, digest: Digest, baseline: boolean): object {
  const link = linkTo(digest, finding);
  return { kind, baseline, why, ...(link !== undefined && { link }), finding };
}

function sign({ id, at, body }: SignedMessage, key: Secret): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const bytes = Buffer.from(key.reveal().replace(/^whsec_/, ""), "base64");
  const signature = createHmac("sha256", bytes).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}
