import { Ajv } from "ajv";

/** What our messages may consist of, and nothing else: hand-written from the services' documentation. */

const closed = (required: readonly string[], properties: object) => ({
  type: "object",
  additionalProperties: false,
  required,
  properties,
});
const constant = (value: string) => ({ const: value });
const text = { type: "string", minLength: 1 };
const https = { type: "string", pattern: "^https://", maxLength: 3000 };
const list = (items: object, more: object = {}) => ({ type: "array", items, minItems: 1, ...more });
const ref = (name: string) => ({ $ref: `#/$defs/${name}` });

/** Adaptive Cards 1.2: the elements that Teams shows everywhere, and no action that a webhook cannot take. */
const card = {
  $defs: {
    spacing: { enum: ["None", "Small", "Default", "Medium", "Large"] },
    text: closed(["type", "text", "wrap"], {
      type: constant("TextBlock"),
      text,
      wrap: { const: true },
      size: { enum: ["Small", "Default", "Medium", "Large"] },
      weight: { enum: ["Lighter", "Default", "Bolder"] },
      color: { enum: ["Default", "Dark", "Light", "Accent", "Good", "Warning", "Attention"] },
      fontType: { enum: ["Default", "Monospace"] },
      isSubtle: { type: "boolean" },
      separator: { type: "boolean" },
      spacing: ref("spacing"),
    }),
    container: closed(["type", "items"], {
      type: constant("Container"),
      items: list(ref("element")),
      style: { enum: ["default", "emphasis"] },
      separator: { type: "boolean" },
      spacing: ref("spacing"),
    }),
    openUrl: closed(["type", "title", "url"], { type: constant("Action.OpenUrl"), title: text, url: https }),
    actions: closed(["type", "actions"], {
      type: constant("ActionSet"),
      actions: list(ref("openUrl"), { maxItems: 6 }),
    }),
    element: { anyOf: ["text", "container", "actions"].map(ref) },
  },
  ...closed(["type", "attachments"], {
    type: constant("message"),
    attachments: list(
      closed(["contentType", "contentUrl", "content"], {
        contentType: constant("application/vnd.microsoft.card.adaptive"),
        contentUrl: { type: "null" },
        content: closed(["$schema", "type", "version", "msteams", "fallbackText", "body", "actions"], {
          $schema: constant("http://adaptivecards.io/schemas/adaptive-card.json"),
          type: constant("AdaptiveCard"),
          version: constant("1.2"),
          msteams: closed(["width"], { width: constant("Full") }),
          fallbackText: text,
          body: list(ref("element")),
          actions: { type: "array", items: ref("openUrl"), maxItems: 6 },
        }),
      }),
      { maxItems: 1 },
    ),
  }),
};

const plain = (maxLength: number) =>
  closed(["type", "text", "emoji"], {
    type: constant("plain_text"),
    text: { ...text, maxLength },
    emoji: { const: false },
  });
const mrkdwn = closed(["type", "text", "verbatim"], {
  type: constant("mrkdwn"),
  text: { ...text, maxLength: 3000 },
  verbatim: { const: true },
});

const slackMessage = closed(["text", "blocks", "unfurl_links", "unfurl_media"], {
  text: { ...text, maxLength: 4000 },
  unfurl_links: { const: false },
  unfurl_media: { const: false },
  blocks: list(
    {
      anyOf: [
        closed(["type", "text"], { type: constant("header"), text: plain(150) }),
        closed(["type"], { type: constant("divider") }),
        closed(["type", "text"], { type: constant("section"), text: mrkdwn }),
        closed(["type", "elements"], { type: constant("context"), elements: list(mrkdwn, { maxItems: 10 }) }),
        closed(["type", "elements"], {
          type: constant("actions"),
          elements: list(closed(["type", "text", "url"], { type: constant("button"), text: plain(75), url: https }), {
            maxItems: 25,
          }),
        }),
      ],
    },
    { maxItems: 45 },
  ),
});

const cloudEvent = closed(["specversion", "id", "source", "type", "subject", "time", "datacontenttype", "data"], {
  specversion: constant("1.0"),
  id: text,
  source: constant("/acr-auth-auditor"),
  type: constant("AcrAuthAuditor.FindingsChanged"),
  subject: text,
  time: { type: "string", pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$" },
  datacontenttype: constant("application/json"),
  data: closed(["schemaVersion", "runId", "changes"], {
    schemaVersion: constant("1.0"),
    runId: text,
    changes: list(
      closed(["kind", "baseline", "why", "finding"], {
        kind: { enum: ["opened", "reopened", "escalated", "resolved"] },
        baseline: { type: "boolean" },
        why: { type: "string" },
        link: https,
        finding: { type: "object", required: ["fingerprint", "seq", "ruleId", "subject", "severity", "message"] },
      }),
    ),
  }),
});

const ajv = new Ajv({ allErrors: false, strict: false });
const validators = {
  teams: ajv.compile(card),
  slack: ajv.compile(slackMessage),
  webhook: ajv.compile(cloudEvent),
};

/** What is wrong with a message, in words; empty when nothing is. */
export function problemsOf(service: keyof typeof validators, message: unknown): string {
  const validate = validators[service];
  return validate(message) ? "" : ajv.errorsText(validate.errors);
}
