import { describe, expect, test } from "vitest";
import { rowsOf } from "./rows-of.ts";
import type { KqlTable, ScalarType } from "./run-kql.ts";

/** The queries of the design notes on login telemetry, over small tables with the documented columns. */

const common = {
  TimeGenerated: "datetime",
  OperationName: "string",
  LoginServer: "string",
  Identity: "string",
  CallerIpAddress: "string",
  ResultType: "string",
  ResultDescription: "string",
  CorrelationId: "string",
  DurationMs: "string",
  Region: "string",
  UserAgent: "string",
  Category: "string",
  _ResourceId: "string",
  _SubscriptionId: "string",
  TenantId: "string",
  Type: "string",
} as const satisfies Record<string, ScalarType>;

const registry = "/subscriptions/s/resourcegroups/rg/providers/microsoft.containerregistry/registries/contoso";
const client = "11111111-2222-3333-4444-555555555555";

function login(at: string, code: string, more: Readonly<Record<string, unknown>> = {}) {
  return {
    TimeGenerated: at,
    OperationName: "Login",
    LoginServer: "contoso.azurecr.io",
    Identity: client,
    CallerIpAddress: "203.0.113.18",
    ResultType: "HttpStatusCode",
    ResultDescription: code,
    CorrelationId: `c-${at}`,
    DurationMs: "21.4",
    Region: "westeurope",
    UserAgent: "containerd/1.7.15",
    _ResourceId: registry,
    Type: "ContainerRegistryLoginEvents",
    $IngestionTime: new Date(Date.parse(at) + 240_000).toISOString(),
    ...more,
  };
}

function logins(...rows: KqlTable["rows"]): Readonly<Record<string, KqlTable>> {
  return { ContainerRegistryLoginEvents: { columns: { ...common, JwtId: "string" }, rows } };
}

const repositoryColumns = {
  ...common,
  Repository: "string",
  Tag: "string",
  Digest: "string",
  MediaType: "string",
  ArtifactType: "string",
  Size: "int",
  UserTenantId: "string",
} as const;

function repositories(...rows: KqlTable["rows"]): Readonly<Record<string, KqlTable>> {
  return { ContainerRegistryRepositoryEvents: { columns: repositoryColumns, rows } };
}

function pull(at: string, code: string, more: Readonly<Record<string, unknown>> = {}) {
  return login(at, code, {
    OperationName: "Pull",
    Repository: "app",
    Type: "ContainerRegistryRepositoryEvents",
    ...more,
  });
}

/** How the product passes values: as data in base64, never as text. */
function parameters(values: object): string {
  const base64 = Buffer.from(JSON.stringify(values)).toString("base64");
  return `let p = parse_json(base64_decode_tostring("${base64}"));`;
}

describe("5.1 failures grouped", () => {
  const query = (values: object) => `${parameters(values)}
    let since = todatetime(p.ingestedAfter);
    let registries = p.registryIds;
    ContainerRegistryLoginEvents
    | where TimeGenerated > since - 2d
    | where ingestion_time() > since
    | where coalesce(array_length(registries), 0) == 0 or _ResourceId in~ (registries)
    | extend Code = toint(ResultDescription)
    | where isnull(Code) or Code < 200 or Code >= 300
    | summarize Failures = count(),
                FirstSeen = min(TimeGenerated),
                LastSeen = max(TimeGenerated),
                MaxIngested = max(ingestion_time()),
                UserAgents = make_set(UserAgent, 5),
                Regions = make_set(Region, 5),
                CorrelationIds = make_set(CorrelationId, 5)
      by _ResourceId, LoginServer, Identity, CallerIpAddress, ResultType, ResultDescription
    | order by LastSeen desc
    | take 1000`;
  const tables = logins(
    login("2026-11-20T09:00:00.1234567Z", "401"),
    login("2026-11-20T09:05:00Z", "401", { UserAgent: "docker/27" }),
    login("2026-11-20T09:06:00Z", "200"),
    login("2026-11-20T09:07:00Z", "Bad Gateway", { Identity: "ann" }),
    login("2026-11-20T09:08:00Z", "201"),
    login("2026-11-20T08:00:00Z", "401", { Identity: "already seen" }),
    login("2026-11-20T09:09:00Z", "401", { _ResourceId: `${registry}2` }),
  );

  test("counts what was ingested after the watermark", () => {
    const rows = rowsOf(
      query({ ingestedAfter: "2026-11-20T08:30:00Z", registryIds: [registry.toUpperCase()] }),
      tables,
    );
    expect(rows).toEqual([
      {
        _ResourceId: registry,
        LoginServer: "contoso.azurecr.io",
        Identity: "ann",
        CallerIpAddress: "203.0.113.18",
        ResultType: "HttpStatusCode",
        ResultDescription: "Bad Gateway",
        Failures: 1,
        FirstSeen: "2026-11-20T09:07:00.000Z",
        LastSeen: "2026-11-20T09:07:00.000Z",
        MaxIngested: "2026-11-20T09:11:00.000Z",
        UserAgents: ["containerd/1.7.15"],
        Regions: ["westeurope"],
        CorrelationIds: ["c-2026-11-20T09:07:00Z"],
      },
      expect.objectContaining({
        Identity: client,
        Failures: 2,
        FirstSeen: "2026-11-20T09:00:00.1234567Z",
        LastSeen: "2026-11-20T09:05:00.000Z",
        UserAgents: ["containerd/1.7.15", "docker/27"],
      }),
    ]);
  });

  test("without registries takes them all, without a watermark nothing", () => {
    expect(rowsOf(query({ ingestedAfter: "2026-11-20T08:30:00Z" }), tables)).toHaveLength(3);
    expect(rowsOf(query({}), tables)).toEqual([]);
  });
});

test("5.2 spike against baseline", () => {
  const start = Date.parse("2026-11-13T12:00:00Z");
  const quiet = Array.from({ length: 24 * 6 }, (_, hour) =>
    login(new Date(start + hour * 3_600_000).toISOString(), "401"),
  );
  const spike = Array.from({ length: 20 }, (_, second) =>
    login(`2026-11-20T11:35:${String(second).padStart(2, "0")}Z`, "401"),
  );
  const rows = rowsOf(
    `let grain = 15m;
    let horizon = 7d;
    ContainerRegistryLoginEvents
    | where TimeGenerated > ago(horizon)
    | extend Code = toint(ResultDescription)
    | where isnull(Code) or Code >= 400
    | make-series Failures = count() default = 0 on TimeGenerated from bin(ago(horizon), grain) to bin(now(), grain) step grain by LoginServer
    | extend (Anomaly, Score, Baseline) = series_decompose_anomalies(Failures, 2.5, -1, 'linefit')
    | mv-expand TimeGenerated to typeof(datetime), Failures to typeof(long), Anomaly to typeof(int), Score to typeof(real), Baseline to typeof(real)
    | where TimeGenerated > ago(1h) and Anomaly == 1 and Failures >= 5
    | project TimeGenerated, LoginServer, Failures, Baseline = round(Baseline, 1), Score = round(Score, 2)`,
    logins(...quiet, ...spike),
  );
  expect(rows).toMatchObject([
    { TimeGenerated: "2026-11-20T11:30:00.000Z", LoginServer: "contoso.azurecr.io", Failures: 20 },
  ]);
});

test("5.3 worked until a specific time", () => {
  const rows = rowsOf(
    `let horizon = 30d;
    let E = materialize(
        ContainerRegistryLoginEvents
        | where TimeGenerated > ago(horizon)
        | extend Code = toint(ResultDescription)
        | extend Ok = Code between (200 .. 299)
        | project TimeGenerated, _ResourceId, LoginServer, Identity, CallerIpAddress, ResultDescription, Ok);
    let LastOk = E
        | where Ok
        | summarize LastSuccess = max(TimeGenerated), Successes = count() by LoginServer, Identity;
    E
    | where not(Ok)
    | join kind=leftouter LastOk on LoginServer, Identity
    | extend AfterSuccess = isnull(LastSuccess) or TimeGenerated > LastSuccess
    | summarize FirstFailure = minif(TimeGenerated, AfterSuccess),
                LastFailure = max(TimeGenerated),
                FailuresSince = countif(AfterSuccess),
                LastSuccess = max(LastSuccess),
                Successes = max(Successes),
                FailingIps = dcountif(CallerIpAddress, AfterSuccess),
                Codes = make_set(ResultDescription, 5)
      by LoginServer, Identity
    | extend Pattern = case(isnull(LastSuccess), "never-worked",
                            FailuresSince == 0, "recovered",
                            "worked-then-stopped")
    | extend GapHours = iff(Pattern == "worked-then-stopped", datetime_diff('hour', FirstFailure, LastSuccess), long(null))
    | order by FailuresSince desc`,
    logins(
      login("2026-11-18T10:00:00Z", "401", { Identity: "stopped" }),
      login("2026-11-19T10:00:00Z", "200", { Identity: "stopped" }),
      login("2026-11-19T12:30:00Z", "401", { Identity: "stopped" }),
      login("2026-11-19T13:00:00Z", "403", { Identity: "stopped", CallerIpAddress: "203.0.113.19" }),
      login("2026-11-19T10:00:00Z", "401", { Identity: "recovered" }),
      login("2026-11-19T11:00:00Z", "200", { Identity: "recovered" }),
      login("2026-11-19T10:00:00Z", "401", { Identity: "never" }),
    ),
  );
  expect(rows).toMatchObject([
    {
      Identity: "stopped",
      Pattern: "worked-then-stopped",
      FirstFailure: "2026-11-19T12:30:00.000Z",
      FailuresSince: 2,
      Successes: 1,
      FailingIps: 2,
      Codes: ["401", "403"],
      GapHours: 2,
    },
    { Identity: "never", Pattern: "never-worked", LastSuccess: null, Successes: null, GapHours: null },
    { Identity: "recovered", Pattern: "recovered", FirstFailure: null, FailuresSince: 0, GapHours: null },
  ]);
});

test("5.4 who logs in", () => {
  const rows = rowsOf(
    `${parameters({ tokenNames: ["CI-Token"] })}
    let tokenNames = p.tokenNames;
    ContainerRegistryLoginEvents
    | where TimeGenerated > ago(7d)
    | extend RegistryName = tostring(split(_ResourceId, "/")[-1])
    | extend Code = toint(ResultDescription)
    | extend IdentityKind = case(
        isempty(Identity) or Identity =~ "anonymous", "anonymous",
        Identity == "00000000-0000-0000-0000-000000000000", "entra-token-placeholder",
        Identity =~ RegistryName, "admin-user",
        Identity in~ (tokenNames), "repository-token",
        Identity matches regex @"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", "entra-guid",
        Identity has "@", "entra-user",
        "other")
    | summarize Logins = count(),
                Failed = countif(isnull(Code) or Code >= 400),
                Ips = make_set(CallerIpAddress, 20),
                LastSeen = max(TimeGenerated)
      by _ResourceId, IdentityKind, Identity
    | order by Failed desc, Logins desc`,
    logins(
      login("2026-11-20T09:00:00Z", "401"),
      login("2026-11-20T09:01:00Z", "200"),
      login("2026-11-20T09:00:00Z", "200", { Identity: "Contoso" }),
      login("2026-11-20T09:00:00Z", "200", { Identity: "ci-token" }),
      login("2026-11-20T09:00:00Z", "200", { Identity: "ann@contoso.com" }),
      login("2026-11-20T09:00:00Z", "200", { Identity: "" }),
      login("2026-11-20T09:00:00Z", "200", { Identity: "00000000-0000-0000-0000-000000000000" }),
      login("2026-11-20T09:00:00Z", "200", { Identity: "someone" }),
      login("2026-11-01T09:00:00Z", "401", { Identity: "long ago" }),
    ),
  );
  expect(rows[0]).toMatchObject({ IdentityKind: "entra-guid", Logins: 2, Failed: 1 });
  expect(rows.map(({ IdentityKind }) => IdentityKind).sort()).toEqual([
    "admin-user",
    "anonymous",
    "entra-guid",
    "entra-token-placeholder",
    "entra-user",
    "other",
    "repository-token",
  ]);
});

test("5.5 anonymous pulls", () => {
  const rows = rowsOf(
    `ContainerRegistryRepositoryEvents
    | where TimeGenerated > ago(7d)
    | where OperationName =~ "Pull"
    | where isempty(Identity) or Identity in~ ("anonymous", "00000000-0000-0000-0000-000000000000")
    | summarize Pulls = count(), Denied = countif(toint(ResultDescription) >= 400), LastSeen = max(TimeGenerated), Agents = make_set(UserAgent, 5)
      by _ResourceId, Repository, CallerIpAddress, ResultDescription
    | order by Pulls desc`,
    repositories(
      pull("2026-11-20T09:00:00Z", "200", { Identity: "" }),
      pull("2026-11-20T09:01:00Z", "200", { Identity: "Anonymous", OperationName: "PULL" }),
      pull("2026-11-20T09:02:00Z", "401", { Identity: "anonymous" }),
      pull("2026-11-20T09:03:00Z", "200"),
      pull("2026-11-20T09:04:00Z", "200", { Identity: "", OperationName: "Push" }),
    ),
  );
  expect(rows).toMatchObject([
    { Repository: "app", ResultDescription: "200", Pulls: 2, Denied: 0, LastSeen: "2026-11-20T09:01:00.000Z" },
    { ResultDescription: "401", Pulls: 1, Denied: 1 },
  ]);
});

test("5.6 what changed around the first failure", () => {
  const activity = (minutesBefore: number, more: Readonly<Record<string, unknown>>) => ({
    TimeGenerated: new Date(Date.parse("2026-11-20T09:00:00Z") - minutesBefore * 60_000).toISOString(),
    OperationNameValue: "Microsoft.Authorization/roleAssignments/write",
    CategoryValue: "Administrative",
    ActivityStatusValue: "Success",
    Caller: "ann@contoso.com",
    _ResourceId: registry,
    ...more,
  });
  const rows = rowsOf(
    `${parameters({ firstFailure: "2026-11-20T09:00:30Z", registryId: registry.toUpperCase() })}
    let t0 = todatetime(p.firstFailure);
    let registryId = tolower(tostring(p.registryId));
    let ops = dynamic([
      "MICROSOFT.AUTHORIZATION/ROLEASSIGNMENTS/WRITE", "MICROSOFT.AUTHORIZATION/ROLEASSIGNMENTS/DELETE",
      "MICROSOFT.CONTAINERREGISTRY/REGISTRIES/WRITE", "MICROSOFT.CONTAINERSERVICE/MANAGEDCLUSTERS/WRITE"]);
    AzureActivity
    | where TimeGenerated between ((t0 - 24h) .. (t0 + 1h))
    | where CategoryValue =~ "Administrative"
    | where ActivityStatusValue in~ ("Success", "Succeeded")
    | extend Op = toupper(OperationNameValue)
    | where Op in (ops)
    | extend Scope = tolower(tostring(Authorization_d.scope))
    | extend Body = parse_json(tostring(Properties_d.requestbody))
    | extend BodyProps = coalesce(Body.Properties, Body.properties)
    | extend TargetPrincipal = tostring(coalesce(BodyProps.PrincipalId, BodyProps.principalId)),
             RoleDefinition = tostring(coalesce(BodyProps.RoleDefinitionId, BodyProps.roleDefinitionId))
    | extend OnRegistry = Scope startswith registryId or tolower(_ResourceId) startswith registryId or registryId startswith tostring(split(Scope, "/providers/microsoft.authorization")[0])
    | where OnRegistry or Op startswith "MICROSOFT.CONTAINERSERVICE" or Op startswith "MICROSOFT.MANAGEDIDENTITY"
    | project TimeGenerated, MinutesBeforeFailure = datetime_diff('minute', t0, TimeGenerated), Op, Caller, CallerIpAddress, Scope, TargetPrincipal, RoleDefinition, CorrelationId
    | order by TimeGenerated desc`,
    {
      AzureActivity: {
        columns: {
          TimeGenerated: "datetime",
          OperationNameValue: "string",
          CategoryValue: "string",
          ActivityStatusValue: "string",
          Authorization_d: "dynamic",
          Properties_d: "dynamic",
          Caller: "string",
          CallerIpAddress: "string",
          CorrelationId: "string",
          _ResourceId: "string",
        },
        rows: [
          activity(10, {
            Authorization_d: { scope: `${registry.toUpperCase()}/providers/Microsoft.Authorization/roleAssignments/x` },
            Properties_d: {
              requestbody: JSON.stringify({ Properties: { PrincipalId: "p1", RoleDefinitionId: "r1" } }),
            },
          }),
          activity(20, { Properties_d: { requestbody: '{"properties":{"principalId":"p2"}}' } }),
          activity(30, { ActivityStatusValue: "Failure" }),
          activity(40, { OperationNameValue: "Microsoft.Storage/storageAccounts/write" }),
          activity(50, { _ResourceId: "/subscriptions/other", Authorization_d: { scope: "/subscriptions/other" } }),
          activity(60 * 30, {}),
        ],
      },
    },
  );
  expect(rows).toMatchObject([
    { MinutesBeforeFailure: 10, TargetPrincipal: "p1", RoleDefinition: "r1", Caller: "ann@contoso.com" },
    { MinutesBeforeFailure: 20, TargetPrincipal: "p2", RoleDefinition: "" },
  ]);
});

test("5.7 pull failures in AKS", () => {
  const event = (message: string, more: Readonly<Record<string, unknown>> = {}) => ({
    TimeGenerated: "2026-11-20T11:00:00Z",
    FirstSeen: "2026-11-20T10:00:00Z",
    LastSeen: "2026-11-20T11:00:00Z",
    ObjectKind: "Pod",
    Name: "web-1",
    Computer: "node-1",
    ClusterName: "aks",
    Namespace: "default",
    Message: message,
    ...more,
  });
  const failure = (why: string) => `Failed to pull image "contoso.azurecr.io/app:1": ${why}`;
  const rows = rowsOf(
    `${parameters({ loginServer: "contoso.azurecr.io" })}
    let loginServer = tostring(p.loginServer);
    KubeEvents
    | where TimeGenerated > ago(2h)
    | where ObjectKind =~ "Pod" and Message has "Failed to pull image" and Message has loginServer
    | extend Image = extract(@'Failed to pull image "([^"]+)"', 1, Message)
    | extend Stage = case(Message has "failed to fetch oauth token", "credentialed",
                          Message has "failed to fetch anonymous token", "anonymous",
                          "other")
    | extend Status = case(Message has "401 Unauthorized", "401",
                           Message has "403 Forbidden", "403",
                           Message has "is not allowed access", "403-firewall",
                           Message has "no match for platform", "platform",
                           Message contains ": not found", "404",
                           Message has "i/o timeout" or Message has "context deadline exceeded", "timeout",
                           Message has "no such host", "dns",
                           "other")
    | summarize Events = count(), Pods = dcount(Name), Nodes = dcount(Computer), FirstSeen = min(FirstSeen), LastSeen = max(LastSeen), Sample = take_any(Message)
      by ClusterId, ClusterName, Namespace, Image, Stage, Status
    | order by LastSeen desc`,
    {
      KubeEvents: {
        columns: {
          TimeGenerated: "datetime",
          FirstSeen: "datetime",
          LastSeen: "datetime",
          ObjectKind: "string",
          Name: "string",
          Computer: "string",
          ClusterId: "string",
          ClusterName: "string",
          Namespace: "string",
          Message: "string",
        },
        rows: [
          event(failure("failed to fetch oauth token: unexpected status: 401 Unauthorized")),
          event(failure("failed to fetch oauth token: unexpected status: 401 Unauthorized"), { Name: "web-2" }),
          event(failure("dial tcp: lookup contoso.azurecr.io: no such host"), { LastSeen: "2026-11-20T11:30:00Z" }),
          event(failure("x").replace("contoso", "notcontoso")),
          event("Pulled image contoso.azurecr.io/app:1"),
        ],
      },
    },
  );
  expect(rows).toMatchObject([
    { Image: "contoso.azurecr.io/app:1", Stage: "other", Status: "dns", Events: 1 },
    { Stage: "credentialed", Status: "401", Events: 2, Pods: 2, Nodes: 1, FirstSeen: "2026-11-20T10:00:00.000Z" },
  ]);
});

describe("5.8 pull failures in Container Apps", () => {
  const query = `${parameters({ loginServer: "contoso.azurecr.io" })}
    let loginServer = tostring(p.loginServer);
    union isfuzzy=true
        (ContainerAppSystemLogs | project TimeGenerated, Env = EnvironmentName, App = ContainerAppName, Job = JobName, Revision = RevisionName, Reason, Log),
        (ContainerAppSystemLogs_CL | project TimeGenerated, Env = EnvironmentName_s, App = ContainerAppName_s, Job = JobName_s, Revision = RevisionName_s, Reason = Reason_s, Log = Log_s)
    | where TimeGenerated > ago(2h)
    | where Log has loginServer or Reason in ("ImagePullBackOff", "ErrImagePull", "ImagePullUnauthorized")
    | where Log has_any ("unauthorized", "denied", "forbidden", "401", "403", "Failed to pull image")
    | summarize Events = count(), LastSeen = max(TimeGenerated), Sample = take_any(Log) by Env, App, Job, Revision, Reason
    | order by LastSeen desc`;
  const system: KqlTable = {
    columns: {
      TimeGenerated: "datetime",
      EnvironmentName: "string",
      ContainerAppName: "string",
      JobName: "string",
      RevisionName: "string",
      Reason: "string",
      Log: "string",
    },
    rows: [
      {
        TimeGenerated: "2026-11-20T11:00:00Z",
        ContainerAppName: "api",
        Reason: "ErrImagePull",
        Log: "401 from registry",
      },
      { TimeGenerated: "2026-11-20T11:00:00Z", ContainerAppName: "api", Reason: "Started", Log: "all is well" },
    ],
  };
  const legacy: KqlTable = {
    columns: {
      TimeGenerated: "datetime",
      EnvironmentName_s: "string",
      ContainerAppName_s: "string",
      JobName_s: "string",
      RevisionName_s: "string",
      Reason_s: "string",
      Log_s: "string",
    },
    rows: [{ TimeGenerated: "2026-11-20T11:30:00Z", ContainerAppName_s: "old", Log_s: "contoso.azurecr.io: denied" }],
  };

  test("reads both tables", () => {
    expect(rowsOf(query, { ContainerAppSystemLogs: system, ContainerAppSystemLogs_CL: legacy })).toMatchObject([
      { App: "old", Events: 1, Sample: "contoso.azurecr.io: denied" },
      { App: "api", Reason: "ErrImagePull", Events: 1 },
    ]);
  });

  test("reads the one that exists", () => {
    expect(rowsOf(query, { ContainerAppSystemLogs: system })).toMatchObject([{ App: "api", Events: 1 }]);
    expect(rowsOf(query, { ContainerAppSystemLogs_CL: legacy })).toMatchObject([{ App: "old", Events: 1 }]);
  });
});

test("5.9 sign-in failures of the pulling principal", () => {
  const columns = {
    TimeGenerated: "datetime",
    AppId: "string",
    ServicePrincipalId: "string",
    ServicePrincipalName: "string",
    ServicePrincipalCredentialKeyId: "string",
    ResourceDisplayName: "string",
    ResultType: "string",
    ResultDescription: "string",
    IPAddress: "string",
    Type: "string",
  } as const;
  const signIn = (ResultType: string, more: object = {}) => ({
    TimeGenerated: "2026-11-20T09:00:00Z",
    AppId: client,
    ResultType,
    IPAddress: "203.0.113.18",
    Type: "AADServicePrincipalSignInLogs",
    ...more,
  });
  const rows = rowsOf(
    `${parameters({ identityIds: [client.toUpperCase(), "mi"], firstFailure: "2026-11-20T10:00:00Z" })}
    let ids = p.identityIds;
    let t0 = todatetime(p.firstFailure);
    union isfuzzy=true AADServicePrincipalSignInLogs, AADManagedIdentitySignInLogs
    | where TimeGenerated between ((t0 - 1d) .. (t0 + 1d))
    | where AppId in~ (ids) or ServicePrincipalId in~ (ids)
    | extend Meaning = case(ResultType == "0", "ok",
                            ResultType == "7000222", "client secret expired",
                            ResultType == "7000215", "client secret wrong",
                            "other")
    | summarize Attempts = count(), FirstSeen = min(TimeGenerated), LastSeen = max(TimeGenerated), Ips = make_set(IPAddress, 10), Text = take_any(ResultDescription)
      by Type, AppId, ServicePrincipalId, ServicePrincipalName, ServicePrincipalCredentialKeyId, ResourceDisplayName, ResultType, Meaning
    | order by LastSeen desc`,
    {
      AADServicePrincipalSignInLogs: {
        columns,
        rows: [signIn("7000222", { ResultDescription: "expired" }), signIn("7000222"), signIn("0", { AppId: "other" })],
      },
      AADManagedIdentitySignInLogs: {
        columns,
        rows: [
          signIn("0", {
            AppId: "x",
            ServicePrincipalId: "MI",
            Type: "AADManagedIdentitySignInLogs",
            TimeGenerated: "2026-11-20T09:30:00Z",
          }),
        ],
      },
    },
  );
  expect(rows).toMatchObject([
    { Type: "AADManagedIdentitySignInLogs", ServicePrincipalId: "MI", Meaning: "ok", Attempts: 1 },
    { Meaning: "client secret expired", Attempts: 2, Ips: ["203.0.113.18"], Text: "expired" },
  ]);
});

test("5.10 drops handshake noise", () => {
  const rows = rowsOf(
    `let win = 2m;
    let E = materialize(
        ContainerRegistryLoginEvents
        | where TimeGenerated > ago(2h)
        | extend Code = toint(ResultDescription)
        | project TimeGenerated, _ResourceId, Identity, CallerIpAddress, UserAgent, ResultDescription, Code);
    let Ok = E | where Code between (200 .. 299) | project _ResourceId, Identity, CallerIpAddress, OkTime = TimeGenerated;
    E
    | where isnull(Code) or Code >= 400
    | join kind=leftouter Ok on _ResourceId, Identity, CallerIpAddress
    | extend Recovered = OkTime between (TimeGenerated .. (TimeGenerated + win))
    | summarize Recovered = countif(Recovered) > 0 by TimeGenerated, _ResourceId, Identity, CallerIpAddress, UserAgent, ResultDescription
    | summarize Failures = count(), Transient = countif(Recovered), Persistent = countif(not(Recovered)), LastSeen = max(TimeGenerated) by _ResourceId, Identity, CallerIpAddress, ResultDescription
    | where Persistent > 0`,
    logins(
      login("2026-11-20T11:00:00Z", "401", { Identity: "handshake" }),
      login("2026-11-20T11:01:59Z", "200", { Identity: "handshake" }),
      login("2026-11-20T11:00:00Z", "401", { Identity: "broken" }),
      login("2026-11-20T11:30:00Z", "401", { Identity: "broken" }),
      login("2026-11-20T11:31:00Z", "200", { Identity: "broken" }),
      login("2026-11-20T11:32:00Z", "200", { Identity: "broken" }),
    ),
  );
  expect(rows).toEqual([
    {
      _ResourceId: registry,
      Identity: "broken",
      CallerIpAddress: "203.0.113.18",
      ResultDescription: "401",
      Failures: 2,
      Transient: 1,
      Persistent: 1,
      LastSeen: "2026-11-20T11:30:00.000Z",
    },
  ]);
});

test("5.11 measures ingestion latency", () => {
  const rows = rowsOf(
    `union ContainerRegistryLoginEvents, ContainerRegistryRepositoryEvents
    | where TimeGenerated > ago(24h)
    | extend LatencySec = datetime_diff('second', ingestion_time(), TimeGenerated)
    | summarize percentiles(LatencySec, 50, 95, 99), max(LatencySec), count() by Type, LoginServer`,
    {
      ...logins(
        login("2026-11-20T09:00:00Z", "200"),
        login("2026-11-20T10:00:00Z", "200", { $IngestionTime: "2026-11-20T10:10:00Z" }),
      ),
      ...repositories(pull("2026-11-20T09:00:00Z", "200")),
    },
  );
  expect(rows).toEqual([
    {
      Type: "ContainerRegistryLoginEvents",
      LoginServer: "contoso.azurecr.io",
      percentile_LatencySec_50: 240,
      percentile_LatencySec_95: 600,
      percentile_LatencySec_99: 600,
      max_LatencySec: 600,
      count_: 2,
    },
    expect.objectContaining({ Type: "ContainerRegistryRepositoryEvents", percentile_LatencySec_50: 240, count_: 1 }),
  ]);
});

test("5.12 repository-level refusals with the caller's tenant", () => {
  const rows = rowsOf(
    `ContainerRegistryRepositoryEvents
    | where TimeGenerated > ago(24h)
    | extend Code = toint(ResultDescription)
    | where Code in (401, 403)
    | summarize Failures = count(), Ips = make_set(CallerIpAddress, 10), FirstSeen = min(TimeGenerated), LastSeen = max(TimeGenerated)
      by _ResourceId, Repository, OperationName, Identity, UserTenantId, ResultDescription`,
    repositories(
      pull("2026-11-20T09:00:00Z", "403", { UserTenantId: "t" }),
      pull("2026-11-20T09:01:00Z", "403", { UserTenantId: "t", CallerIpAddress: "203.0.113.19" }),
      pull("2026-11-20T09:02:00Z", "404"),
      pull("2026-11-20T09:03:00Z", "200"),
    ),
  );
  expect(rows).toMatchObject([
    { Repository: "app", UserTenantId: "t", Failures: 2, Ips: ["203.0.113.18", "203.0.113.19"] },
  ]);
});

test("5.13 the alert rule's query", () => {
  const rows = rowsOf(
    `ContainerRegistryLoginEvents
    | extend Code = toint(ResultDescription)
    | where isnull(Code) or Code < 200 or Code >= 300        // 429, 5xx and unexpected text too
    | summarize Failures = count() by _ResourceId, LoginServer, Identity, CallerIpAddress, ResultDescription, bin(TimeGenerated, 5m)`,
    logins(
      login("2026-11-20T09:01:00Z", "401"),
      login("2026-11-20T09:04:59.9999999Z", "401"),
      login("2026-11-20T09:05:00Z", "401"),
      login("2026-11-20T09:05:00Z", "429"),
      login("2026-11-20T09:05:00Z", "204"),
    ),
  );
  expect(
    rows.map(({ TimeGenerated, ResultDescription, Failures }) => [TimeGenerated, ResultDescription, Failures]),
  ).toEqual([
    ["2026-11-20T09:00:00.000Z", "401", 2],
    ["2026-11-20T09:05:00.000Z", "401", 1],
    ["2026-11-20T09:05:00.000Z", "429", 1],
  ]);
});

test("5.14 the per-row alert query", () => {
  const rows = rowsOf(
    `ContainerRegistryLoginEvents
    | where ResultDescription !startswith "2"
    | project TimeGenerated, _ResourceId, Identity, CallerIpAddress, ResultDescription, LoginServer, CorrelationId`,
    logins(login("2026-11-20T09:00:00Z", "401"), login("2026-11-20T09:00:00Z", "200")),
  );
  expect(rows).toEqual([
    {
      TimeGenerated: "2026-11-20T09:00:00.000Z",
      _ResourceId: registry,
      Identity: client,
      CallerIpAddress: "203.0.113.18",
      ResultDescription: "401",
      LoginServer: "contoso.azurecr.io",
      CorrelationId: "c-2026-11-20T09:00:00Z",
    },
  ]);
});
