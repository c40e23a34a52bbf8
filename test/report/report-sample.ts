import { known } from "../../src/core/collected.ts";
import { type Evaluation, evaluate } from "../../src/core/evaluate.ts";
import type {
  Credential,
  Grant,
  RegistryNeed,
  RoleAssignmentMode,
  Snapshot,
  SubjectKind,
  SubjectRef,
} from "../../src/core/facts.ts";
import { fillCommand } from "../../src/core/fill.ts";
import { fingerprint } from "../../src/core/fingerprint.ts";
import type { StoredFinding } from "../../src/core/reconcile.ts";
import type { CatalogRule, Evidence } from "../../src/core/rule.ts";
import type { CoverageGap, Run, UnitResult } from "../../src/core/run.ts";
import { noUsage } from "../../src/core/usage.ts";
import { buildReport, type Report, type ReportInput } from "../../src/report/model.ts";
import { adminUserEnabled } from "../../src/rules/admin-user-enabled.ts";
import { clusterNeverAttached } from "../../src/rules/cluster-never-attached.ts";
import { kubeletCannotPull } from "../../src/rules/kubelet-cannot-pull.ts";
import { principalCredentialExpired } from "../../src/rules/principal-credential-expired.ts";
import { principalCredentialExpiring } from "../../src/rules/principal-credential-expiring.ts";
import {
  controlPlaneId,
  credential,
  grant,
  need,
  principal,
  principalSnapshot,
  puller,
  pullerSnapshot,
  registry,
  registrySnapshot,
} from "../facts.ts";

const realm = { cloud: "AzureCloud", tenantId: "7c1f6a52-0d9e-4c1b-9a5e-3f1f0f6f2b11" };
const now = new Date("2026-11-21T07:41:00Z");
const runId = "2026-11-21T07-30-00Z";
const subscriptions = {
  retail: "1b0d6f0e-6f5f-4a6e-9a39-0b4d2f6f1a01",
  payments: "2c1e7a1f-7a60-4b7f-8b4a-1c5e3a7a2b02",
  shared: "3d2f8b20-8b71-4c80-9c5b-2d6f4b8b3c03",
};

/** A retailer with three subscriptions, after three weeks of sweeps. */
export function sampleInput(changes: Partial<ReportInput> = {}): ReportInput {
  return {
    now,
    version: "0.1.0",
    run: sampleRun(24),
    runs: Array.from({ length: 24 }, (_, age) => sampleRun(24 - age)),
    results: sampleResults(),
    keepsHistory: true,
    findings: sampleFindings(),
    ...changes,
  };
}

export function sampleReport(changes: Partial<ReportInput> = {}): Report {
  return buildReport(sampleInput(changes));
}

/** Everything in order, and everything looked at. */
export function healthyReport(): Report {
  const results = sampleResults().map((result) => ({
    ...result,
    outcomes: { ...result.outcomes, pass: result.outcomes.pass + 6, fail: 0, unknown: 0 },
    coverage: [],
  }));
  const last = sampleRun(24);
  const outcomes = { pass: 109, fail: 0, notApplicable: 9, unknown: 0 };
  const run: Run = {
    ...last,
    inventory: { ...last.inventory, coverage: [] },
    ...(last.totals && { totals: { ...last.totals, outcomes } }),
  };
  return sampleReport({ findings: [], results, run, runs: [run, ...sampleInput().runs.slice(1)] });
}

/** Before the first sweep has finished. */
export function blankReport(): Report {
  return buildReport({
    now,
    version: "0.1.0",
    run: undefined,
    runs: [],
    results: [],
    keepsHistory: true,
    findings: [],
  });
}

/** As many open findings as asked for, over the usual rules and severities. */
export function crowdedReport(size: number): Report {
  const usual = sampleFindings().filter(({ state }) => state === "open");
  const findings = Array.from({ length: size }, (_, index) => {
    const { due: _due, ...finding } = usual[index % usual.length] as StoredFinding;
    const name = `${finding.subject.name}-${index}`;
    return { ...finding, fingerprint: identify(finding.ruleId, name), subject: { ...finding.subject, name } };
  });
  return sampleReport({ findings });
}

/** Every text that Azure or a person can choose, chosen by an attacker. */
export const attacks = [
  "<script>globalThis.hacked = true</script>",
  '"><img src=x onerror="globalThis.hacked = true">',
  "' onmouseover='globalThis.hacked = true",
  "</title></style></script><svg onload=globalThis.hacked=true>",
  "<!-- ]]> --> <![CDATA[",
  "javascript:globalThis.hacked=true",
  "data:text/html,<script>globalThis.hacked=true</script>",
  "ends \u202Eereht\u202C and \u200Bhere\u0000 \u001B[31m",
  "&lt;b&gt; &#x3c;script&#x3e; {{7*7}}",
  "line one\nline two\u2028line three",
] as const;

export function hostileReport(): Report {
  const findings = sampleFindings().map((finding, index) => poison(finding, attacks[index % attacks.length] ?? ""));
  const every = attacks.join(" ");
  const gap: CoverageGap = {
    gap: { fact: every, reason: "forbidden", detail: every },
    rules: [...attacks],
    subjects: 400,
    names: [...attacks],
  };
  const [result, ...results] = sampleResults();
  const run = { ...sampleRun(24), scope: every, cloud: every };
  return sampleReport({
    findings,
    run,
    results: result ? [{ ...result, coverage: [gap] }, ...results] : [],
    evaluations: sampleEvaluations().map((evaluation) => ({
      ...evaluation,
      message: every,
      subject: { ...evaluation.subject, name: every },
      evidence: { [every]: every, list: [...attacks] },
      gaps: [gap.gap],
    })),
  });
}

function poison(finding: StoredFinding, attack: string): StoredFinding {
  const evidence: Evidence = { [attack]: attack, list: [...attacks, ...attacks], url: "javascript:hacked=true" };
  return {
    ...finding,
    title: attack,
    message: attack,
    about: attack,
    subject: { ...finding.subject, name: attack, id: `${finding.subject.id}/${attack}` },
    evidence,
    remediation: { text: attack, cli: fillCommand("az acr update --name <name>", { name: attack }) },
  };
}

export function sampleEvaluations(): readonly Evaluation[] {
  const failed = sampleFindings()
    .filter(({ state }) => state === "open")
    .map(
      ({ ruleId, subject, message, evidence }): Evaluation => ({
        ruleId,
        subject,
        outcome: "fail",
        message,
        evidence,
        findings: [],
        gaps: [],
        judged: [],
        undecided: [],
      }),
    );
  const passed = ["contosohub", "contosoimages", "contosoedge"].map(
    (name): Evaluation => ({
      ruleId: "admin-user-enabled",
      subject: registryRef(name, "shared"),
      outcome: "pass",
      message: `${name} refuses its admin user.`,
      evidence: { registry: name, subscriptionId: subscriptions.shared },
      findings: [],
      gaps: [],
      judged: [],
      undecided: [],
    }),
  );
  const unknown: Evaluation = {
    ruleId: "principal-credential-expired",
    subject: principalRef("sp-legacy-erp"),
    outcome: "unknown",
    message: "Could not be decided: credentials (forbidden).",
    evidence: {},
    findings: [],
    gaps: [{ fact: "credentials", reason: "forbidden", detail: "Microsoft Graph answered 403 to GET /applications" }],
    judged: [],
    undecided: "all",
  };
  return [...passed, unknown, ...failed];
}

function sampleFindings(): readonly StoredFinding[] {
  const secret = (displayName: string, endsOn: string, kind: "secret" | "certificate" = "secret") =>
    credential({ kind, displayName, keyId: uuid(displayName + endsOn), startsOn: "2024-01-01T00:00:00Z", endsOn });
  const expired = (name: string, endsOn: string, registries: readonly string[]) =>
    judge(
      principalCredentialExpired,
      identity(name, [secret("ci", endsOn), secret("ci-2024", "2024-11-02")], registries),
    );
  const expiring = (name: string, endsOn: string) =>
    judge(principalCredentialExpiring, identity(name, [secret("deploy", endsOn)], ["contosoretail", "contosohub"]));
  const admin = (name: string, subscription: keyof typeof subscriptions) =>
    judge(adminUserEnabled, { ...registrySnapshot(acr(name, subscription)), subject: registryRef(name, subscription) });
  const kubelet = (cluster: string, changes: Partial<RegistryNeed>) =>
    judge(kubeletCannotPull, clusterOf(cluster, [need({ ...changes, others: neighbours })]));
  return [
    expired("sp-checkout-ci", "2026-11-19T08:00:00Z", ["contosopay", "contosopaydr", "contosohub"]),
    {
      ...expired("sp-nightly-scan", "2026-11-02T08:00:00Z", manyNames),
      ...opened("2026-11-02T07:30:00Z"),
    },
    kubelet("aks-payments-weu", needOf("contosopay")),
    {
      ...kubelet("aks-payments-neu", {
        ...needOf("contosopay"),
        bystanderGrants: [grant({ principalId: controlPlaneId })],
      }),
      ...opened("2026-10-28T07:30:00Z"),
    },
    {
      ...kubelet("aks-fraud-weu", needOf("contosofraud", "AbacRepositoryPermissions", [grant()])),
      ...opened("2026-11-12T07:30:00Z"),
    },
    { ...admin("contosolegacy", "retail"), ...opened("2026-08-31T07:30:00Z") },
    { ...admin("contosopartners", "retail"), ...opened("2026-08-31T07:30:00Z") },
    { ...admin("contosodev", "shared"), ...opened("2026-09-14T07:30:00Z") },
    {
      ...judge(clusterNeverAttached, clusterOf("aks-sandbox-weu", [])),
      ...opened("2026-09-02T07:30:00Z"),
    },
    {
      ...judge(
        principalCredentialExpired,
        identity(
          "sp-backoffice",
          [secret("2025", "2026-01-05T00:00:00Z", "certificate"), secret("2027", "2027-06-01T00:00:00Z")],
          ["contosohub"],
        ),
      ),
      ...opened("2026-09-02T07:30:00Z"),
    },
    {
      ...expiring("sp-retail-deploy", "2026-11-25T09:00:00Z"),
      change: "escalated",
      openedAt: "2026-10-26T07:30:00Z",
    },
    { ...expiring("sp-image-mirror", "2026-12-02T23:59:00Z"), ...opened("2026-11-04T07:30:00Z") },
    { ...expiring("sp-edge-sync", "2026-12-04T10:00:00Z"), ...opened("2026-11-04T07:30:00Z") },
    expiring("sp-helm-publisher", "2026-12-18T00:00:00Z"),
    { ...admin("contosohub", "shared"), ...closed("fixed", "2026-08-31T07:30:00Z") },
    { ...kubelet("aks-retail-neu", needOf("contosoretail")), ...closed("fixed", "2026-11-18T07:30:00Z") },
    {
      ...expired("sp-old-jenkins", "2025-06-30", ["contosolegacy"]),
      ...closed("subjectDeleted", "2026-08-31T07:30:00Z"),
    },
  ];
}

const manyNames = Array.from(
  { length: 14 },
  (_, index) => `contoso${["pay", "retail", "hub", "edge"][index % 4]}${index}`,
);

/** What a rule finds in a subject, opened by the last run. */
function judge(rule: CatalogRule, snapshot: Snapshot): StoredFinding {
  const [finding] = evaluate(rule, snapshot, { now, expiryTiers: [30, 14, 7] }, realm).findings;
  if (!finding) throw new Error(`${rule.id} finds nothing in ${snapshot.subject.name}`);
  const at = "2026-11-21T07:31:12Z";
  const times = { firstSeen: at, openedAt: at, changedAt: at };
  return { ...finding, state: "open", change: "opened", seq: 1, ...times, runId };
}

function identity(name: string, credentials: readonly Credential[], names: readonly string[]): Snapshot {
  const facts = {
    principal: principal({ id: uuid(name), appId: uuid(`app ${name}`), displayName: name }),
    credentials,
    reach: { registries: names.length, names, subscriptions: [] },
  };
  return { ...principalSnapshot(facts), subject: principalRef(name) };
}

function clusterOf(name: string, needs: readonly RegistryNeed[]): Snapshot {
  const { id } = pullerRef(name);
  const snapshot = pullerSnapshot({ puller: puller({ id, name }), needs, hasPullGrant: false });
  return { ...snapshot, subject: pullerRef(name) };
}

function needOf(
  name: string,
  roleAssignmentMode: RoleAssignmentMode = "LegacyRegistryPermissions",
  grants: readonly Grant[] = [],
): Partial<RegistryNeed> {
  const own = { ...acr(name, "payments"), roleAssignmentMode };
  return { registryId: own.id, registryName: name, registry: known(registry(own)), grants: known(grants) };
}

function acr(name: string, subscription: keyof typeof subscriptions) {
  const { id, partition } = registryRef(name, subscription);
  return { id, name, loginServer: `${name}.azurecr.io`, subscriptionId: partition, adminUserEnabled: true };
}

/** Clusters that can pull, for contrast. */
const neighbours = ["aks-retail-weu", "aks-shared-weu"].map((name) => ({ name, grants: [grant()] }));

function opened(at: string): Partial<StoredFinding> {
  return { firstSeen: at, openedAt: at, changedAt: at, runId: "earlier" };
}

function closed(resolvedReason: "fixed" | "subjectDeleted", openedAt: string): Partial<StoredFinding> {
  return { state: "resolved", change: "resolved", resolvedReason, firstSeen: openedAt, openedAt };
}

function sampleRun(number: number): Run {
  const started = new Date(Date.UTC(2026, 9, 29 + number - 1, 7, 30));
  const startedAt = started.toISOString();
  const failures = Math.round(31 - number * 0.75 + 3 * Math.sin(number / 2));
  const usage = {
    ...noUsage,
    resourceManager: { requests: 38, throttled: 1, waitedMs: 4200 },
    resourceGraph: { requests: 9, throttled: 0, waitedMs: 0 },
    graph: { requests: 21, throttled: 0, waitedMs: 0 },
  };
  return {
    runId: number === 24 ? runId : `${startedAt.slice(0, 19).replaceAll(":", "-")}Z`,
    trigger: "timer",
    cloud: "AzureCloud",
    startedAt,
    finishedAt: new Date(started.getTime() + 74_000).toISOString(),
    scope: "management group contoso",
    units: 5,
    inventory: {
      subscriptions: 3,
      registries: 14,
      pullers: 8,
      principals: 12,
      seconds: 11.4,
      usage,
      coverage: [
        {
          gap: {
            fact: "subscription",
            reason: "forbidden",
            detail:
              "contoso-acquired (4e309c31-9c82-4d91-ad6c-3e705c9c4d04) is in scope, but the identity may not read it: it needs Reader there",
          },
          rules: [],
          subjects: 0,
          names: [],
        },
      ],
    },
    totals: {
      failedUnits: 0,
      outcomes: {
        pass: 61 + number,
        fail: number === 24 ? 14 : failures,
        notApplicable: 9,
        unknown: number < 8 ? 11 - number : 5,
      },
      changes: {
        opened: number === 1 ? 27 : Math.max(0, Math.round(2 + 3 * Math.sin(number * 1.7))),
        reopened: number % 9 === 0 ? 1 : 0,
        escalated: 1,
        eased: 0,
        stillOpen: 11,
        resolved: Math.max(0, Math.round(2 + 3 * Math.cos(number * 1.3))),
      },
      usage,
      secondsByPhase: { inventory: 11.4, collect: 48.2, evaluate: 0.4, store: 3.1 },
    },
  };
}

function sampleResults(): readonly UnitResult[] {
  const changes = { opened: 0, reopened: 0, escalated: 0, eased: 0, stillOpen: 0, resolved: 0 };
  const shared = {
    state: "done",
    changes,
    usage: noUsage,
    seconds: { collect: 9, evaluate: 0.1, store: 0.6 },
  } as const;
  const outcomes = { pass: 21, fail: 4, notApplicable: 3, unknown: 0 };
  return [
    { ...shared, unitId: subscriptions.retail, name: "contoso-retail", outcomes, coverage: [] },
    { ...shared, unitId: subscriptions.payments, name: "contoso-payments", outcomes, coverage: [] },
    { ...shared, unitId: subscriptions.shared, name: "contoso-shared", outcomes, coverage: [] },
    {
      ...shared,
      unitId: "principals-0",
      name: "principals",
      outcomes: { pass: 22, fail: 2, notApplicable: 0, unknown: 5 },
      coverage: [
        {
          gap: {
            fact: "credentials",
            reason: "forbidden",
            detail:
              "Microsoft Graph answered 403 Authorization_RequestDenied to GET /applications: the identity needs Application.Read.All",
          },
          rules: ["principal-credential-expired", "principal-credential-expiring"],
          subjects: 2,
          names: ["sp-legacy-erp", "sp-warehouse"],
        },
        {
          gap: {
            fact: "federatedCredentials",
            reason: "throttled",
            detail: "Microsoft Graph answered 429 five times to GET /applications/{id}/federatedIdentityCredentials",
          },
          rules: ["principal-credential-expiring"],
          subjects: 1,
          names: ["sp-marketing-site"],
        },
      ],
    },
  ];
}

function registryRef(name: string, subscription: keyof typeof subscriptions): SubjectRef {
  return resource("registry", subscription, `Microsoft.ContainerRegistry/registries/${name}`, name);
}

function pullerRef(name: string): SubjectRef {
  return resource("puller", "payments", `Microsoft.ContainerService/managedClusters/${name}`, name);
}

function resource(kind: SubjectKind, subscription: keyof typeof subscriptions, path: string, name: string): SubjectRef {
  const partition = subscriptions[subscription];
  return {
    kind,
    id: `/subscriptions/${partition}/resourceGroups/rg-${subscription}/providers/${path}`,
    name,
    partition,
  };
}

function principalRef(name: string): SubjectRef {
  return { kind: "principal", id: `/servicePrincipals/${uuid(name)}`, name, partition: "principals-0" };
}

function identify(ruleId: string, name: string): string {
  return fingerprint(realm, ruleId, name, "");
}

/** The same name always gives the same id. */
function uuid(name: string): string {
  const hash = fingerprint(realm, "uuid", name, "");
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}
