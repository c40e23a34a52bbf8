import { afterEach, describe, expect, test } from "vitest";
import { sweepLoginFailures } from "../../src/app/login-failure-sweep.ts";
import { type Reaction, reactToLoginFailures } from "../../src/app/react.ts";
import type { Runtime } from "../../src/app/runtime.ts";
import { withSignal } from "../../src/azure/connection.ts";
import { createMeter } from "../../src/azure/meter.ts";
import { collect } from "../../src/collect/collector.ts";
import { registry } from "../../src/collect/registry.ts";
import type { LoginFailuresDetected } from "../../src/core/login-failures-event.ts";
import { auditor, azureWith, someday, sweep } from "../audit.ts";
import type { SimulatedAzure } from "../azure/simulate-azure.ts";
import { builtInRole } from "../azure/worlds/built-in-role.ts";
import { guid } from "../azure/worlds/guid.ts";
import { contoso, type LoginWorldOptions, loginWorld } from "../azure/worlds/login-world.ts";
import { sharedAzurite } from "../azurite.ts";

let azure: SimulatedAzure;
afterEach(() => azure.assertClean());

const { kubelet, registryId } = contoso;
const minutes = (count: number, from = someday) => new Date(from.getTime() + count * 60_000);
const at = (count: number) => minutes(count).toISOString();
const refused = (identity: string, ...when: number[]) =>
  when.map((minute) => ({ time: at(minute), identity, status: 401, callerIp: contoso.address }));
const accepted = (identity: string, ...when: number[]) =>
  when.map((minute) => ({ time: at(minute), identity, callerIp: contoso.address }));

const event = (changes: Partial<LoginFailuresDetected> = {}): LoginFailuresDetected => ({
  source: "log-alert",
  registryId: registryId.toLowerCase(),
  windowStart: at(-15),
  windowEnd: at(-5),
  ...changes,
});

/** The same auditor at any time: `clock.now` is what it takes for now. */
function auditorWithClock(env: Readonly<Record<string, string>> = {}): { runtime: Runtime; clock: { now: Date } } {
  const clock = { now: someday };
  return { runtime: { ...auditor(env), now: () => clock.now }, clock };
}

const serve = async (options: LoginWorldOptions, now = someday) => {
  azure = await azureWith(loginWorld(options), now);
};
const kinds = (reaction: Reaction) =>
  reaction.kind === "done"
    ? reaction.changes.map(({ kind, finding }) => `${kind} ${finding.evidence.cause}`)
    : [reaction.kind];
const stored = (runtime: Runtime) => runtime.store.findings.list({});
const queries = () => azure.requests.filter(({ api }) => api === "logs").length;

test("a failing login becomes a finding with its cause, its evidence and the command", async () => {
  const { runtime } = auditorWithClock();
  await serve({ logins: [...accepted(kubelet.clientId, -600), ...refused(kubelet.clientId, -14, -9, -6)] });

  expect(kinds(await reactToLoginFailures(runtime, event()))).toEqual(["opened kubelet-without-pull-grant"]);

  const [finding] = await stored(runtime);
  expect(finding).toMatchObject({
    ruleId: "login-failing",
    subject: { kind: "registry", id: registryId, name: "contoso", partition: contoso.subscriptionId },
    about: `${kubelet.clientId}|401`,
    severity: "high",
    state: "open",
    evidence: {
      cause: "kubelet-without-pull-grant",
      verdict: "confirmed",
      failures: 3,
      firstSeen: at(-14),
      lastSeen: at(-6),
      lastSuccess: at(-600),
      addresses: [contoso.address],
    },
  });
  expect(finding?.remediation.cli).toContain(`--assignee-object-id ${kubelet.principalId}`);
});

test("told again, in whatever way, it is the same finding and nobody is told", async () => {
  const { runtime, clock } = auditorWithClock();
  await serve({ logins: refused(kubelet.clientId, -14, -9) });
  await reactToLoginFailures(runtime, event());
  expect(kinds(await reactToLoginFailures(runtime, event()))).toEqual(["known"]);

  clock.now = minutes(5);
  await serve({ logins: refused(kubelet.clientId, -14, -9, 1, 3) }, clock.now);
  const later = event({ windowStart: at(-5), windowEnd: at(5) });
  expect(kinds(await reactToLoginFailures(runtime, later))).toEqual(["stillOpen kubelet-without-pull-grant"]);

  const [finding, ...others] = await stored(runtime);
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ seq: 1, openedAt: at(0), evidence: { failures: 4, lastSeen: at(3) } });
});

test("10,000 events in a burst cost one query, and one finding", async () => {
  const { runtime } = auditorWithClock();
  await serve({ logins: refused(kubelet.clientId, -14, -9) });

  const reactions = await Promise.all(Array.from({ length: 10_000 }, () => reactToLoginFailures(runtime, event())));
  for (let i = 0; i < 100; i++) await reactToLoginFailures(runtime, event());

  expect(queries()).toBe(1);
  expect(new Set(reactions.map(({ kind }) => kind))).toEqual(new Set(["done"]));
  expect(await stored(runtime)).toHaveLength(1);
});

test("several instances of the app share one query", async () => {
  const azurite = await sharedAzurite();
  const env = { AzureWebJobsStorage: azurite.newAccount() };
  const instances = Array.from({ length: 4 }, () => auditorWithClock(env).runtime);
  await serve({ logins: refused(kubelet.clientId, -14, -9) });

  const reactions = await Promise.all(
    instances.flatMap((runtime) => [reactToLoginFailures(runtime, event()), reactToLoginFailures(runtime, event())]),
  );

  expect(queries()).toBe(1);
  expect(new Set(reactions.map(({ kind }) => kind))).toEqual(new Set(["done", "known"]));
  expect(await stored(instances[0] as Runtime)).toHaveLength(1);
});

describe("it is over", () => {
  const opened = async () => {
    const made = auditorWithClock();
    await serve({ logins: refused(kubelet.clientId, -14, -9) });
    await reactToLoginFailures(made.runtime, event());
    return made;
  };

  test("when the same identity logs in, and an old event does not bring it back", async () => {
    const { runtime, clock } = await opened();
    clock.now = minutes(30);
    await serve({ logins: [...refused(kubelet.clientId, -14, -9), ...accepted(kubelet.clientId, 20)] }, clock.now);

    expect(await sweepLoginFailures(runtime)).toMatchObject({ revisited: 0, failing: 1 });
    expect(await stored(runtime)).toMatchObject([{ state: "resolved", resolvedReason: "fixed" }]);

    expect(kinds(await reactToLoginFailures(runtime, event({ source: "late" })))).toEqual(["known"]);
    const wider = event({ windowStart: at(-20), windowEnd: at(-4) });
    expect(kinds(await reactToLoginFailures(runtime, wider))).toEqual([]);
    expect(await stored(runtime)).toMatchObject([{ state: "resolved" }]);
  });

  test("when nobody has tried for as long as the setting says", async () => {
    const { runtime, clock } = await opened();
    clock.now = minutes(23 * 60);
    await serve({ logins: refused(kubelet.clientId, -14, -9) }, clock.now);
    await sweepLoginFailures(runtime);
    expect(await stored(runtime)).toMatchObject([{ state: "open" }]);

    clock.now = minutes(25 * 60);
    await serve({ logins: refused(kubelet.clientId, -14, -9) }, clock.now);
    expect(await sweepLoginFailures(runtime)).toMatchObject({ revisited: 1 });
    expect(await stored(runtime)).toMatchObject([{ state: "resolved", resolvedReason: "quiet" }]);
  });

  test("but not when the logs stop being readable", async () => {
    const { runtime, clock } = await opened();
    clock.now = minutes(25 * 60);
    await serve({ logins: refused(kubelet.clientId, -14, -9), settings: [] }, clock.now);
    const { gaps } = await sweepLoginFailures(runtime);
    expect(gaps.map(({ fact }) => fact)).toContain("ContainerRegistryLoginEvents");
    expect(await stored(runtime)).toMatchObject([{ state: "open" }]);
  });

  test("and when it fails again it is back", async () => {
    const { runtime, clock } = await opened();
    const past = [...refused(kubelet.clientId, -14, -9), ...accepted(kubelet.clientId, 20)];
    clock.now = minutes(30);
    await serve({ logins: past }, clock.now);
    await sweepLoginFailures(runtime);
    clock.now = minutes(60);
    await serve({ logins: [...past, ...refused(kubelet.clientId, 50, 55)] }, clock.now);
    const again = event({ windowStart: at(45), windowEnd: at(60) });
    expect(kinds(await reactToLoginFailures(runtime, again))).toEqual(["reopened kubelet-without-pull-grant"]);
  });

  test("the sweep of the registries leaves it alone", async () => {
    const { runtime } = await opened();
    await sweep(runtime);
    const findings = await stored(runtime);
    expect(findings.find(({ ruleId }) => ruleId === "login-failing")).toMatchObject({ state: "open" });
  });
});

test.each([
  [
    "healed by the same caller",
    {
      logins: [
        ...refused(kubelet.clientId, -10),
        { time: at(-9), identity: kubelet.clientId, callerIp: contoso.address },
      ],
    },
  ],
  [
    "a tag that is missing",
    { pulls: [{ time: at(-10), identity: kubelet.clientId, status: 404, repository: "shop/api" }] },
  ],
  [
    "a role granted minutes before",
    {
      logins: refused(kubelet.clientId, -10),
      grants: [{ principalId: kubelet.principalId, role: builtInRole.acrPull, createdOn: at(-13) }],
    },
  ],
])("%s opens nothing", async (_, world) => {
  const { runtime } = auditorWithClock();
  await serve(world);
  const reaction = await reactToLoginFailures(runtime, event());
  expect(kinds(reaction)).toEqual([]);
  expect(await stored(runtime)).toEqual([]);
});

describe("what may pass is told again, and leaves nothing behind", () => {
  test.each([
    ["the logs do not answer", { api: "logs" }, { kind: "serverError", status: 503 }],
    ["the logs are throttled", { api: "logs" }, { kind: "throttled", retryAfter: 0 }],
    ["a part of the rows", { api: "logs" }, { kind: "partialResult" }],
    ["Resource Graph does not answer", { api: "resourceGraph" }, { kind: "reset" }],
  ] as const)("%s", async (_, match, fault) => {
    const { runtime } = auditorWithClock();
    await serve({ logins: refused(kubelet.clientId, -14, -9) });
    {
      using _fault = azure.fault(match, fault);
      await expect(reactToLoginFailures(runtime, event())).rejects.toMatchObject({
        name: "AzureError",
        reason: expect.stringMatching(/^(throttled|unreachable)$/),
      });
      expect(await stored(runtime)).toEqual([]);
    }
    expect(kinds(await reactToLoginFailures(runtime, event()))).toEqual(["opened kubelet-without-pull-grant"]);
  });
});

test.each([
  ["no resource id", "registry contoso"],
  ["another type", registryId.replace("Microsoft.ContainerRegistry/registries", "Microsoft.Storage/storageAccounts")],
  [
    "a subscription of somebody else",
    registryId.replace(contoso.subscriptionId, guid("subscription of somebody else")),
  ],
  ["a registry that is not there", registryId.replace(/contoso$/, "fabrikam")],
  ["text after the id", `${registryId}'); drop`],
  ["1 MB of id", `${registryId}${"x".repeat(1_000_000)}`],
])("%s is refused, and nothing is stored", async (_, id) => {
  const { runtime } = auditorWithClock();
  await serve({ logins: refused(kubelet.clientId, -14) });
  expect(await reactToLoginFailures(runtime, event({ registryId: id }))).toMatchObject({ kind: "refused" });
  expect(await stored(runtime)).toEqual([]);
  expect(queries()).toBe(0);
});

test("a registry outside of the scope is refused", async () => {
  const { runtime } = auditorWithClock({ ACRAUDIT_SUBSCRIPTIONS: guid("another subscription") });
  await serve({ logins: refused(kubelet.clientId, -14) });
  expect(await reactToLoginFailures(runtime, event())).toMatchObject({
    kind: "refused",
    why: expect.stringMatching(/scope/),
  });
});

describe("hostile names", () => {
  const names = [
    "'); drop table x",
    '"]; union *',
    "<img src=x onerror=alert(1)>",
    `=HYPERLINK("https://evil.example")`,
    "nul\u0000right\u202eleft",
    "x".repeat(5000),
    "constructor",
    "__proto__",
  ];

  test("are data in the query, and one printable line of limited length everywhere else", async () => {
    const { runtime } = auditorWithClock();
    await serve({
      logins: names.flatMap((identity) =>
        refused(identity, -14, -9).map((row) => ({ ...row, userAgent: `agent\u202e${"x".repeat(5000)}` })),
      ),
    });
    const reaction = await reactToLoginFailures(runtime, event());
    if (reaction.kind !== "done") throw new Error(reaction.kind);
    // with open findings of these names the next query carries them
    await reactToLoginFailures(runtime, event({ windowStart: at(-16) }));

    const findings = await stored(runtime);
    expect(findings).toHaveLength(names.length);
    for (const { message, evidence, remediation, about } of findings) {
      const texts = [message, about, remediation.text, remediation.cli, ...Object.values(evidence).flat().map(String)];
      for (const text of texts) {
        expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        expect(text.length).toBeLessThan(1500);
      }
    }
    expect(azure.requests.filter(({ api, status }) => api === "logs" && status !== 200)).toEqual([]);
  });
});

test("many names that nobody can place are one finding, and hide nobody who is known", async () => {
  const { runtime } = auditorWithClock();
  const names = Array.from({ length: 300 }, (_, index) => `guess-${index}`);
  await serve({
    logins: [
      ...accepted(kubelet.clientId, -600),
      ...refused(kubelet.clientId, -14),
      ...names.flatMap((name) => refused(name, -8)),
    ],
  });

  const reaction = await reactToLoginFailures(runtime, event());

  expect(kinds(reaction).toSorted()).toEqual(["opened kubelet-without-pull-grant", "opened undetermined"]);
  const [, many] = (await stored(runtime)).toSorted((a, b) => b.about.localeCompare(a.about));
  expect((await stored(runtime)).map(({ about }) => about).toSorted()).toEqual([
    "(many)|401",
    `${kubelet.clientId}|401`,
  ]);
  expect(many?.title ?? "").not.toBe("");
  expect(reaction).toMatchObject({ gaps: expect.arrayContaining([expect.objectContaining({ fact: "logs" })]) });

  const again = await reactToLoginFailures(runtime, event({ windowStart: at(-16) }));
  expect(kinds(again).filter((kind) => !kind.startsWith("stillOpen"))).toEqual([]);
});

test("whoever has to be done by a certain time gets a gap instead of an answer", async () => {
  await serve({ logins: refused(kubelet.clientId, -14) });
  using _slow = azure.fault({ api: "arm" }, { kind: "slow", milliseconds: 2000 });
  const connection = withSignal(auditor().connect(createMeter()), AbortSignal.timeout(100));
  const before = azure.requests.length;
  expect(await collect(registry, connection, registryId)).toMatchObject({
    known: false,
    gap: { reason: "unreachable", detail: expect.stringMatching(/no answer in the time there was/) },
  });
  expect(azure.requests.slice(before).filter(({ api }) => api === "arm")).toEqual([]); // it did not wait for one
});

test("the walk through the logs finds what no alert told, moves its watermark, and not past a part of the rows", async () => {
  const { runtime, clock } = auditorWithClock();
  const { watermarks } = runtime.store;
  const workspace = contoso.workspaceArmId;
  await serve({ logins: refused(kubelet.clientId, -14, -9) });
  {
    using _fault = azure.fault({ api: "logs", times: 1 }, { kind: "partialResult" });
    expect(await sweepLoginFailures(runtime)).toMatchObject({ failing: 1 });
    expect(await watermarks.get(workspace)).toBeUndefined();
  }
  expect(await sweepLoginFailures(runtime)).toMatchObject({ failing: 1, gaps: [] });
  expect(await watermarks.get(workspace)).toEqual(minutes(-11)); // the newest row, less the overlap
  expect(await stored(runtime)).toMatchObject([{ state: "open", about: `${kubelet.clientId}|401` }]);

  clock.now = minutes(200);
  await serve({ logins: refused(kubelet.clientId, -14, -9) }, clock.now);
  await sweepLoginFailures(runtime); // reads the overlap once more, which is known
  expect(await watermarks.get(workspace)).toEqual(minutes(140));
  expect(await sweepLoginFailures(runtime)).toMatchObject({ failing: 0, revisited: 1 });
  expect(await stored(runtime)).toMatchObject([{ seq: 1, state: "open" }]);
});
