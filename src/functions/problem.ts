import type { HttpResponseInit } from "@azure/functions";
import type { AzureError } from "../azure/error.ts";
import type { GapReason } from "../core/collected.ts";

/** RFC 9457 problem details: the one shape in which every refused request is answered. */
export function problem(
  status: number,
  title: string,
  detail: string,
  extensions: Readonly<Record<string, unknown>> = {},
): HttpResponseInit {
  return {
    status,
    headers: { "content-type": "application/problem+json" },
    jsonBody: { title, status, detail, ...extensions },
  };
}

/** Azure stands behind this app, so its refusals are the app's and not the caller's: never 403 or 404. */
export function problemOf({ reason, message, requestId }: AzureError): HttpResponseInit {
  const { status, title } = answers[reason];
  const answer = problem(status, title, message, { reason, requestId });
  return status === 503 ? { ...answer, headers: { ...answer.headers, "retry-after": "30" } } : answer;
}

const answers: Readonly<Record<GapReason, { readonly status: number; readonly title: string }>> = {
  forbidden: { status: 502, title: "The app's identity is not allowed to do this" },
  notFound: { status: 502, title: "Azure does not have what the app needs" },
  malformed: { status: 502, title: "Azure gave an answer that cannot be read" },
  throttled: { status: 503, title: "Azure takes no more requests for now" },
  unreachable: { status: 503, title: "Azure does not answer" },
};
