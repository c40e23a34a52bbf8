/**
 * What the product asks of the logs. Values come from `p`, never from the text (`azure/logs.ts`). Times and lists are
 * answered as text: the client makes 1970 of a time that is not there, and a number of a list with one number in it.
 */

/** Groups that one query answers at most, and one more to tell that there are others. */
export const groupsLimit = 200;

/**
 * Failures of one registry by where they show, identity and status, each as the streak since the identity's last
 * success; and per table how many rows there are since when. A table that the workspace does not have gives no row.
 *
 * `p`: `registryId`; `from` the horizon; `since` and `until` the window; `identities` that are looked at even without a
 * failure in the window. Guessed names come last, so that they do not crowd out those who are known. A success counts
 * against a 403 only from an address that was refused.
 */
export const loginFailuresQuery = `let registryId = tostring(p.registryId);
let from = todatetime(p.from);
let since = todatetime(p.since);
let until = todatetime(p.until);
let watched = p.identities;
let healing = 2m;
let rows = materialize(
    union isfuzzy=true
        (ContainerRegistryLoginEvents
        | where TimeGenerated between (from .. until) and _ResourceId =~ registryId
        | project Time = TimeGenerated, Source = "login", Identity, Address = CallerIpAddress, Status = ResultDescription, UserAgent, CorrelationId, Operation = OperationName, Repository = "", Tenant = ""),
        (ContainerRegistryRepositoryEvents
        | where TimeGenerated between (from .. until) and _ResourceId =~ registryId
        | project Time = TimeGenerated, Source = "repository", Identity, Address = CallerIpAddress, Status = ResultDescription, UserAgent, CorrelationId, Operation = OperationName, Repository, Tenant = UserTenantId)
    | extend Identity = substring(Identity, 0, 256), Status = substring(Status, 0, 40), Code = toint(Status)
    | extend Ok = Code between (200 .. 299), Anonymous = isempty(Identity) or Identity in~ ("anonymous", "<nil>")
    | extend Failed = iff(Source == "login", isnull(Code) or Code < 200 or Code > 299, Code in (401, 403, 404, 429)));
let wanted = rows | where Failed and (Time >= since or Identity in~ (watched)) | distinct Identity;
let failures = rows | where Failed and Identity in (wanted);
let successes = rows | where Ok and Identity in (wanted) | project Source, Identity, OkAddress = Address, OkTime = Time;
let addressesThatLogIn = toscalar(rows | where Ok and Time >= since | summarize make_set(Address, 500));
let credentialed = rows | where not(Anonymous) and Time >= since - healing | summarize by Address, Bucket = bin(Time, healing);
let beside = union (credentialed), (credentialed | extend Bucket = Bucket + healing), (credentialed | extend Bucket = Bucket - healing)
    | distinct Address, Bucket
    | extend IsBeside = true;
let healers = rows | where Ok and Identity in (wanted) | summarize OkFirst = min(Time), OkLast = max(Time) by Source, Identity, Address, Repository, Bucket = bin(Time, healing);
let streaks = failures
    | summarize LastSeen = max(Time), FailedAt = make_set(Address, 100) by Source, Identity, Status
    | join kind=leftouter successes on Source, Identity
    | extend Counts = Status != "403" or set_has_element(FailedAt, OkAddress)
    | summarize LastSeen = max(LastSeen), LastSuccess = maxif(OkTime, Counts and OkTime <= LastSeen), SuccessAfter = minif(OkTime, Counts and OkTime > LastSeen), Successes = countif(Counts and isnotnull(OkTime)) by Source, Identity, Status;
let groups = failures
    | join kind=inner streaks on Source, Identity, Status
    | where isnull(LastSuccess) or Time > LastSuccess
    | extend Bucket = bin(Time, healing)
    | join kind=leftouter (healers | project Source, Identity, Address, Repository, Bucket, OkLast) on Source, Identity, Address, Repository, Bucket
    | join kind=leftouter (healers | project Source, Identity, Address, Repository, Bucket = Bucket - healing, OkFirst) on Source, Identity, Address, Repository, Bucket
    | join kind=leftouter beside on Address, Bucket
    | extend Healed = coalesce(OkLast >= Time, false) or coalesce(OkFirst <= Time + healing, false)
    | summarize
        Count = count(), Recent = countif(Time >= since), FirstSeen = min(Time), LastSeen = max(Time),
        LastSuccess = max(LastSuccess), SuccessAfter = min(SuccessAfter), Successes = max(Successes),
        Healed = countif(Healed), Beside = countif(Anonymous and coalesce(IsBeside, false)),
        Addresses = make_set(Address, 10), Agents = make_set(substring(UserAgent, 0, 200), 3), Correlations = make_set(CorrelationId, 5),
        Repositories = make_set_if(substring(Repository, 0, 256), isnotempty(Repository), 10), Tenants = make_set_if(Tenant, isnotempty(Tenant), 5),
        Operations = make_set(Operation, 5)
      by Source, Identity, Status
    | where Recent > 0 or Identity in~ (watched)
    | extend Rank = case(Identity in~ (watched), 0, Successes > 0, 1, Identity matches regex @"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$" or registryId endswith strcat("/", Identity), 2, 3)
    | sort by Rank asc, LastSeen desc
    | take 201
    | project Kind = "failures", Source, Identity, Status, Count, Successes, Healed, Beside,
        FirstSeen = tostring(FirstSeen), LastSeen = tostring(LastSeen), LastSuccess = tostring(LastSuccess), SuccessAfter = tostring(SuccessAfter),
        Lists = tostring(bag_pack("addresses", Addresses, "working", set_intersect(Addresses, addressesThatLogIn), "agents", Agents, "correlations", Correlations, "repositories", Repositories, "tenants", Tenants, "operations", Operations));
let tables = union isfuzzy=true
        (ContainerRegistryLoginEvents
        | where TimeGenerated between (from .. until) and _ResourceId =~ registryId
        | summarize Count = count(), FirstSeen = tostring(min(TimeGenerated)), LastSeen = tostring(max(TimeGenerated)) | extend Source = "login"),
        (ContainerRegistryRepositoryEvents
        | where TimeGenerated between (from .. until) and _ResourceId =~ registryId
        | summarize Count = count(), FirstSeen = tostring(min(TimeGenerated)), LastSeen = tostring(max(TimeGenerated)) | extend Source = "repository")
    | project Kind = "table", Source, Identity = "", Status = "", Count, Successes = long(0), Healed = long(0), Beside = long(0), FirstSeen, LastSeen, LastSuccess = "", SuccessAfter = "", Lists = "{}";
union tables, groups`;

/**
 * Registries of one workspace with rows that arrived after `p.after`, however old they are; those without failures too,
 * because the newest row says how far the logs have been seen.
 */
export const arrivedFailuresQuery = `let after = todatetime(p.after);
let from = todatetime(p.from);
union isfuzzy=true
    (ContainerRegistryLoginEvents
    | where TimeGenerated > from
    | project Time = TimeGenerated, Ingested = ingestion_time(), Registry = tolower(_ResourceId), Source = "login", Status = ResultDescription),
    (ContainerRegistryRepositoryEvents
    | where TimeGenerated > from
    | project Time = TimeGenerated, Ingested = ingestion_time(), Registry = tolower(_ResourceId), Source = "repository", Status = ResultDescription)
| where Ingested > after
| extend Code = toint(Status)
| extend Failed = iff(Source == "login", isnull(Code) or Code < 200 or Code > 299, Code in (401, 403, 429))
| summarize Failures = countif(Failed), FirstSeen = tostring(minif(Time, Failed)), LastSeen = tostring(maxif(Time, Failed)), Ingested = tostring(max(Ingested)) by Registry
| order by Registry asc
| take 5001`;

/** Registries that one query of what arrived answers at most. */
export const registriesLimit = 5000;
