import { counted } from "../../core/counted.ts";
import type { Run } from "../../core/run.ts";
import { type Api, apis } from "../../core/usage.ts";
import type { Report } from "../model.ts";
import { type Markup, markup } from "./markup.ts";
import { capital, grouped, moment } from "./wording.ts";

const apiNames: Readonly<Record<Api, string>> = {
  resourceManager: "Azure Resource Manager",
  resourceGraph: "Azure Resource Graph",
  graph: "Microsoft Graph",
  logs: "Log Analytics",
  eventGrid: "Event Grid",
};

/** What the sweep was and what it cost, for those who run it. */
export function aboutTheSweep({ run, product, schemaVersion, generatedAt }: Report): Markup {
  return markup`<footer id="run"><details class="fold">
    <summary><h2>About this sweep</h2> <span class="quiet">${product.name} ${product.version}</span></summary>
    ${run !== null && markup`<div class="columns">${facts(run)}${costs(run)}</div>`}
    </details>
    <p class="quiet">Written ${moment(generatedAt)} by ${product.name} ${product.version}, report schema ${schemaVersion}. This file is complete in itself: it loads nothing and sends nothing.</p>
  </footer>`;
}

function facts({ runId, trigger, cloud, scope, startedAt, finishedAt, units, totals }: Run): Markup {
  const rows: readonly (readonly [string, string])[] = [
    ["Sweep", runId],
    ["Started by", trigger === "timer" ? "the schedule" : "a command"],
    ["Cloud", cloud],
    ["Scope", scope],
    ["Started", moment(startedAt)],
    ["Finished", finishedAt === undefined ? "not finished" : moment(finishedAt)],
    ["Parts", `${grouped(units)}${totals ? `, ${grouped(totals.failedUnits)} failed` : ""}`],
    ...(totals
      ? Object.entries(totals.secondsByPhase).map(([phase, seconds]) => [capital(phase), duration(seconds)] as const)
      : []),
  ];
  return markup`<dl class="facts">${rows.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function costs({ totals }: Run): Markup {
  if (!totals) return markup``;
  const { usage } = totals;
  return markup`<div class="scroll" role="region" aria-label="Requests to Azure" tabindex="0"><table>
    <caption>Requests to Azure, repeated ones included</caption>
    <thead><tr><th scope="col">API</th><th scope="col" class="num">Requests</th><th scope="col" class="num">Throttled</th><th scope="col" class="num">Waited</th></tr></thead>
    <tbody>${apis
      .filter((api) => usage[api].requests > 0)
      .map(
        (api) =>
          markup`<tr><th scope="row">${apiNames[api]}</th><td class="num">${grouped(usage[api].requests)}</td><td class="num">${grouped(usage[api].throttled)}</td><td class="num">${duration(usage[api].waitedMs / 1000)}</td></tr>`,
      )}</tbody>
  </table></div>`;
}

function duration(seconds: number): string {
  return seconds < 60
    ? `${seconds.toFixed(1)} s`
    : `${counted(Math.floor(seconds / 60), "min", "min")} ${Math.floor(seconds % 60)} s`;
}
