import { readFileSync } from "node:fs";
import type { ActionGroup } from "./action-group.ts";
import { firedAlert } from "./alert-payload.ts";
import { text } from "./body.ts";
import { runKql } from "./kql/run-kql.ts";
import { logTables } from "./log-tables.ts";
import { typeOf } from "./resource-id.ts";
import type { SimulatedAzure } from "./simulate-azure.ts";
import type { Body } from "./world.ts";

export interface AlertRuleOptions {
  readonly group: ActionGroup;
  /** The rule's KQL; what the infrastructure deploys otherwise. */
  readonly query?: string;
  readonly windowMinutes?: number;
  /** An alert fires above so many failures. */
  readonly threshold?: number;
}

/** A log search alert rule: stateless, split by `_ResourceId`, over the rows of one workspace. */
export interface AlertRule {
  /** What would fire now: one alert for each registry whose failures have arrived. */
  readonly alerts: () => readonly Body[];
  /** Fires it. Which of the alerts were taken by the webhook. */
  readonly evaluate: () => Promise<readonly { readonly alert: Body; readonly taken: boolean }[]>;
}

/** The query of the alert rule, as the infrastructure deploys it. */
const loginFailuresQuery = readFileSync(new URL("../../infra/queries/login-failures.kql", import.meta.url), "utf8");

const alertsLimit = 6000; // of a stateless rule in one evaluation

export function createAlertRule(
  azure: Pick<SimulatedAzure, "world" | "now">,
  { group, query = loginFailuresQuery, windowMinutes = 10, threshold = 0 }: AlertRuleOptions,
): AlertRule {
  const alerts = () => {
    const windowEnd = azure.now();
    const windowStart = new Date(windowEnd.getTime() - windowMinutes * 60_000);
    const workspace = workspaceIn(azure.world.resources);
    const ruleId = `${scopeOf(workspace.id)}/providers/microsoft.insights/scheduledqueryrules/acr-login-failures`;
    const customerId = text(workspace, "properties", "customerId");
    const tables = logTables(azure.world, { customerId }, { from: windowStart, to: windowEnd }, windowEnd);
    const failures = failuresByRegistry(query, tables, windowEnd);
    return [...failures]
      .filter(([, count]) => count > threshold)
      .slice(0, alertsLimit)
      .map(([registryId, count]) =>
        firedAlert({
          ruleId,
          query,
          registryId,
          failures: count,
          threshold,
          windowStart,
          windowEnd,
          firedAt: windowEnd,
        }),
      );
  };
  return {
    alerts,
    evaluate: () => Promise.all(alerts().map(async (alert) => ({ alert, taken: await group.call(alert) }))),
  };
}

/** What the rule is made to measure: the total of the column `Failures` by the dimension `_ResourceId`. */
function failuresByRegistry(
  query: string,
  tables: Parameters<typeof runKql>[1],
  now: Date,
): ReadonlyMap<string, number> {
  const answer = runKql(query, tables, { now });
  if (!answer.ok) throw new Error(`the alert rule's query fails: ${answer.problems[0]?.message}`);
  const column = (name: string) => answer.columns.findIndex((one) => one.name === name);
  const [registry, failures] = [column("_ResourceId"), column("Failures")];
  if (registry < 0 || failures < 0) throw new Error("the alert rule's query has to give _ResourceId and Failures");
  const totals = new Map<string, number>();
  for (const row of answer.rows) {
    const id = String(row[registry]).toLowerCase();
    totals.set(id, (totals.get(id) ?? 0) + Number(row[failures]));
  }
  return totals;
}

function workspaceIn(resources: SimulatedAzure["world"]["resources"]): SimulatedAzure["world"]["resources"][number] {
  const workspace = resources.find(({ id }) => typeOf(id) === "microsoft.operationalinsights/workspaces");
  if (!workspace) throw new Error("the world has no Log Analytics workspace");
  return workspace;
}

/** The resource group of a resource. */
function scopeOf(id: string): string {
  return id.split("/").slice(0, 5).join("/");
}
