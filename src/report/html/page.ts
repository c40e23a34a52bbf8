import { raw } from "hono/html";
import type { Report } from "../model.ts";
import { bar } from "./bar.ts";
import { notLookedAt } from "./coverage-section.ts";
import { dueChart } from "./due-chart.ts";
import { everyEvaluation } from "./evaluation-section.ts";
import { openLimit, willBreak, wrongNow } from "./finding-section.ts";
import { incompleteBanner, masthead, overview, verdictOf } from "./headline.ts";
import { type Markup, markup } from "./markup.ts";
import { whoCanPull } from "./matrix-section.ts";
import { notTold } from "./not-told-section.ts";
import { contentSecurityPolicy } from "./policy.ts";
import { resolvedByLastSweep } from "./resolved-section.ts";
import { aboutTheSweep } from "./run-section.ts";
import { script } from "./script.ts";
import { style } from "./style.ts";
import { trend } from "./trend-chart.ts";

export function page(report: Report): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${raw(contentSecurityPolicy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${verdictOf(report).text} – registry authentication audit</title>
<style>${raw(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
${masthead(report)}
${report.run === null ? blank() : body(report)}
<p id="said" class="said" aria-live="polite"></p>
<script>${raw(script)}</script>
</body>
</html>`.toString();
}

function body(report: Report): Markup {
  return markup`<div class="wrap">${overview(report)}${incompleteBanner(report)}<div class="charts">${trend(report)}${dueChart(report)}</div></div>
  ${bar(report)}
  <main id="main" class="wrap${report.findings.length + report.upcoming.length > openLimit && markup` many`}">
    ${wrongNow(report)}
    ${willBreak(report)}
    ${whoCanPull(report)}
    ${notLookedAt(report)}
    ${notTold(report)}
    ${resolvedByLastSweep(report)}
    ${report.evaluations !== undefined && everyEvaluation(report.evaluations)}
    ${aboutTheSweep(report)}
  </main>`;
}

function blank(): Markup {
  return markup`<main id="main" class="wrap"><div class="blank">
    <p>Findings, what will break and what could not be looked at appear here as soon as the first sweep is through. The schedule starts one, or you do:</p>
    <div class="cmd"><code>acraudit sweep</code><button type="button" aria-label="Copy the command">Copy</button></div>
  </div></main>`;
}
