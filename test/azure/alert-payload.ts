import { createHash } from "node:crypto";
import type { Body } from "./world.ts";

export interface AlertFacts {
  /** ARM id of the scheduled query rule. */
  readonly ruleId: string;
  readonly query: string;
  readonly registryId: string;
  readonly failures: number;
  readonly threshold: number;
  readonly windowStart: Date;
  readonly windowEnd: Date;
  readonly firedAt: Date;
}

/**
 * What an action group sends for a log search alert: the common alert schema, Log Alerts V2. No rows are in it.
 * https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-common-schema
 */
export function firedAlert(facts: AlertFacts): Body {
  const { ruleId, query, registryId, failures, threshold, windowStart, windowEnd, firedAt } = facts;
  const [, , subscriptionId = "", , resourceGroup = ""] = ruleId.split("/");
  const target = registryId.toLowerCase();
  const id = guidOf([ruleId, target, windowStart.toISOString(), windowEnd.toISOString()].join("|"));
  const api = `https://api.loganalytics.io/v1/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/query?query=${encodeURIComponent(query)}`;
  return {
    schemaId: "azureMonitorCommonAlertSchema",
    data: {
      essentials: {
        alertId: `/subscriptions/${subscriptionId}/providers/Microsoft.AlertsManagement/alerts/${id}`,
        alertRule: ruleId.split("/").at(-1) ?? "",
        alertRuleId: ruleId,
        severity: "Sev2",
        signalType: "Log",
        monitorCondition: "Fired",
        monitoringService: "Log Alerts V2",
        alertTargetIDs: [target],
        configurationItems: [target],
        originAlertId: guidOf(`origin ${id}`),
        firedDateTime: firedAt.toISOString(),
        description: "Logins to a container registry failed",
        essentialsVersion: "1.0",
        alertContextVersion: "1.0",
      },
      alertContext: {
        properties: { product: "acr-auth-auditor" },
        conditionType: "LogQueryCriteria",
        condition: {
          windowSize: `PT${Math.round((windowEnd.getTime() - windowStart.getTime()) / 60_000)}M`,
          allOf: [
            {
              searchQuery: query,
              metricMeasureColumn: "Failures",
              targetResourceTypes: "['Microsoft.ContainerRegistry/registries']",
              operator: "GreaterThan",
              threshold: String(threshold),
              timeAggregation: "Total",
              dimensions: [{ name: "_ResourceId", value: target }],
              metricValue: failures,
              failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 },
              linkToSearchResultsUI: "https://portal.azure.com#@tenant/blade/Microsoft_Azure_Monitoring_Logs/LogsBlade",
              linkToFilteredSearchResultsUI:
                "https://portal.azure.com#@tenant/blade/Microsoft_Azure_Monitoring_Logs/LogsBlade",
              linkToSearchResultsAPI: api,
              linkToFilteredSearchResultsAPI: api,
            },
          ],
          windowStartTime: windowStart.toISOString().replace(/\.000Z$/, "Z"),
          windowEndTime: windowEnd.toISOString().replace(/\.000Z$/, "Z"),
        },
      },
      customProperties: { env: "prod" },
    },
  };
}

/** The same alert, over. A stateless rule never sends it, a stateful one does. */
export function resolvedAlert(alert: Body, at: Date): Body {
  return withEssentials(alert, { monitorCondition: "Resolved", resolvedDateTime: at.toISOString() });
}

/** What the test button of an action group sends. */
export function testAlert(): Body {
  const subscription = "/subscriptions/11111111-1111-1111-1111-111111111111";
  const windowEnd = new Date("2021-11-16T11:40:00Z");
  const alert = firedAlert({
    ruleId: `${subscription}/resourcegroups/test-RG/providers/microsoft.insights/scheduledqueryrules/test-logAlertRule-v2-metricMeasure`,
    query: "Heartbeat | take 10",
    registryId: `${subscription}/resourcegroups/test-RG/providers/microsoft.containerregistry/registries/test`,
    failures: 3,
    threshold: 0,
    windowStart: new Date(windowEnd.getTime() - 600_000),
    windowEnd,
    firedAt: windowEnd,
  });
  return withEssentials(alert, { alertRule: "test-logAlertRule-v2-metricMeasure" });
}

function withEssentials(alert: Body, changes: Body): Body {
  const data = alert.data as Body;
  return { ...alert, data: { ...data, essentials: { ...(data.essentials as Body), ...changes } } };
}

function guidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}
