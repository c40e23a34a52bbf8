import { expect, test } from "vitest";
import { answering } from "../../src/functions/answering.ts";
import { sharedAzurite } from "../azurite.ts";
import { startApp } from "./start-app.ts";

test("before the first sweep the report says that there was none", async () => {
  const host = await startApp();

  const { status, headers, body } = await host.http("report", { url: "/api/report" });

  expect(status).toBe(200);
  expect(headers).toMatchObject({
    "content-type": "application/json; charset=utf-8",
    "cache-control": "private, no-store",
    "x-content-type-options": "nosniff",
  });
  expect(JSON.parse(body)).toMatchObject({ run: null, findings: [], keepsHistory: true });
});

test("a page may not be framed, and tells nobody the address with its key", async () => {
  const host = await startApp();

  const { headers, body } = await host.http("report", { url: "/api/report?format=html" });

  const policy = headers["content-security-policy"] ?? "";
  expect(policy).toMatch(/^default-src 'none'; .*frame-ancestors 'none'$/);
  expect(body.replaceAll("&#39;", "'")).toContain(`content="${policy.replace("; frame-ancestors 'none'", "")}"`);
  expect(headers).toMatchObject({ "referrer-policy": "no-referrer", "x-content-type-options": "nosniff" });
});

test("a function key in the address is no parameter of the report", async () => {
  const host = await startApp();

  const { status, body } = await host.http("report", { url: "/api/report?format=json&code=s3cret&clientId=default" });

  expect(status).toBe(200);
  expect(body).not.toContain("s3cret");
});

test.for([
  ["an unknown format", "?format=pdf&code=s3cret", /format: |has to be .*json/],
  ["a format that is an object's own", "?format=constructor", /has to be/],
  ["an unknown parameter", "?colour=red", /colour/],
  ["a parameter given twice", "?format=json&format=json", /format/],
  ["a hostile parameter", "?%3Cimg%20src%3Dx%3E=1", /<img src=x>/],
] as const)("%s is refused with problem details", async ([, query, says]) => {
  const host = await startApp();

  const { status, headers, body } = await host.http("report", { url: `/api/report${query}` });

  expect(status).toBe(400);
  expect(headers).toMatchObject({
    "content-type": "application/problem+json",
    "cache-control": "private, no-store",
    "x-content-type-options": "nosniff",
  });
  const problem = JSON.parse(body);
  expect(problem).toMatchObject({ title: "This report cannot be made", status: 400 });
  expect(problem.detail).toMatch(says);
  expect(body).not.toContain("s3cret");
});

test("storage that refuses the app is said in words, without a key, an address or a stack", async () => {
  const storage = (await sharedAzurite()).newAccount().replace(/AccountKey=[^;]+/, "AccountKey=c3RvbGVu");
  const host = await startApp({ storage });

  const { status, headers, body } = await host.http("report", { url: "/api/report" });

  expect(status).toBe(502);
  expect(headers).toMatchObject({ "content-type": "application/problem+json", "cache-control": "private, no-store" });
  expect(JSON.parse(body)).toMatchObject({ status: 502, reason: "forbidden" });
  expect(body).toContain("the storage account answered 403");
  expect(body).not.toMatch(/c3RvbGVu|127\.0\.0\.1|\bat .*\.ts/);
});

test("what is no AzureError is not caught: the host answers it with an empty 500", async () => {
  const bug = new TypeError("x is not a function");

  const answer = answering(() => Promise.reject(bug));

  await expect(Reflect.apply(answer, undefined, [])).rejects.toBe(bug);
});
