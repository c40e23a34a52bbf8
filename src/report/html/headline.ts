import { counted } from "../../core/counted.ts";
import type { Report } from "../model.ts";
import { type Completeness, completenessOf } from "./completeness.ts";
import { type Markup, markup } from "./markup.ts";
import { worstFirst } from "./severity.ts";
import { capital, day, grouped, moment, percent, span } from "./wording.ts";

/** The state in one sentence, and whether it is good, bad or not known well enough to be called good. */
export function verdictOf(report: Report): { readonly tone: "good" | "warn" | "bad"; readonly text: string } {
  const { findings, upcoming, summary, run, generatedAt } = report;
  const { complete, undecided } = completenessOf(report);
  const [next] = upcoming;
  const ahead =
    next?.due === undefined
      ? ""
      : `${grouped(upcoming.length)}${findings.length > 0 ? " more" : ""} will break, the first in ${span(generatedAt, next.due)}`;
  if (run === null) return { tone: "warn", text: "No sweep has finished yet" };
  if (findings.length > 0) {
    const open = counted(findings.length, "finding is open now", "findings are open now");
    return { tone: "bad", text: ahead === "" ? open : `${open}, ${ahead}` };
  }
  if (ahead !== "") return { tone: "warn", text: `Nothing is open now, but ${ahead}` };
  if (summary.evaluations === 0) return { tone: "warn", text: "Nothing could be evaluated" };
  if (undecided > 0) {
    return { tone: "warn", text: `No finding is open, but ${counted(undecided, "evaluation")} could not be decided` };
  }
  if (!complete) return { tone: "warn", text: "No finding is open, but not everything was looked at" };
  return { tone: "good", text: "No finding is open, and everything was looked at" };
}

export function masthead(report: Report): Markup {
  const { run, summary, generatedAt, product } = report;
  const { tone, text } = verdictOf(report);
  const asOf = run?.finishedAt ?? run?.startedAt ?? generatedAt;
  return markup`<header class="mast ${tone}"><div class="wrap">
    <p class="eyebrow">Azure Container Registry · authentication audit</p>
    <h1>${text}</h1>
    ${
      run === null
        ? markup`<p>Written <time datetime="${generatedAt}">${moment(generatedAt)}</time> by ${product.name} ${product.version}.</p>`
        : markup`<p><strong>As of <time id="age" datetime="${asOf}">${moment(asOf)}</time></strong>${asOf !== generatedAt && markup`, written ${moment(generatedAt)}`} · scope: ${run.scope}</p>
          <p>${counted(summary.registries, "registry", "registries")}, ${counted(summary.pullers, "workload")} and ${counted(summary.principals, "service principal")} in ${counted(summary.subscriptions, "subscription")}</p>`
    }
  </div></header>`;
}

/** Counts by severity, then the figures that a reader asks for first. */
export function overview(report: Report): Markup {
  const { summary, keepsHistory } = report;
  const completeness = completenessOf(report);
  return markup`<section class="overview" aria-label="Overview">
    <dl class="severities">${worstFirst.map(
      (severity) =>
        markup`<div class="${severity} ${summary.open[severity] === 0 && markup`zero`}"><dt>${capital(severity)}</dt><dd>${grouped(summary.open[severity])}</dd></div>`,
    )}</dl>
    <div class="tiles">
      ${nextBreak(report)}
      ${tile("#resolved", "Last sweep", keepsHistory ? lastSweep(summary) : "No history", keepsHistory ? "against the sweep before" : "findings are not kept between sweeps")}
      ${passing(report)}
      ${coverage(report, completeness)}
    </div>
  </section>`;
}

function nextBreak({ upcoming, generatedAt }: Report): Markup {
  const [next] = upcoming;
  return next?.due === undefined
    ? tile("#ahead", "Next to break", "Nothing known", "no credential ends in the watched time")
    : tile("#ahead", "Next to break", `In ${span(generatedAt, next.due)}`, `${next.subject.name}, on ${day(next.due)}`);
}

function passing({ run }: Report): Markup {
  if (!run?.totals) return tile("#run", "Passing", "–", "the sweep gave no totals");
  const { pass, fail } = run.totals.outcomes;
  const all = pass + fail;
  return tile(
    "#run",
    "Passing",
    percent(pass, all),
    `${grouped(pass)} passed of ${grouped(all)} that passed or failed; unknown is never a pass`,
  );
}

function coverage({ summary }: Report, { complete }: Completeness): Markup {
  const { decided, evaluations } = summary;
  return tile(
    "#gaps",
    "Coverage",
    percent(decided, evaluations),
    `${grouped(decided)} of ${counted(evaluations, "evaluation")} decided`,
    complete && evaluations > 0 ? "" : "warn",
  );
}

function tile(href: string, label: string, figure: string, detail: string, tone = ""): Markup {
  return markup`<a class="tile ${tone}" href="${href}"><span>${label}</span><strong>${figure}</strong><span class="quiet">${detail}</span></a>`;
}

/** Stands above everything else, so that nobody takes silence for safety. */
export function incompleteBanner(report: Report): Markup {
  const { gaps, undecided, failedUnits, complete } = completenessOf(report);
  const { run, summary } = report;
  if (complete && summary.evaluations > 0) return markup``;
  const failed = `${grouped(failedUnits)} of ${counted(run?.units ?? 0, "part")} of the sweep failed`;
  const parts = [
    ...(summary.evaluations === 0 ? ["nothing was evaluated"] : []),
    ...(undecided > 0 ? [`${counted(undecided, "evaluation")} could not be decided`] : []),
    ...(gaps.length > 0 ? [`${counted(gaps.length, "fact was", "facts were")} not available`] : []),
    ...(failedUnits > 0 ? [failed] : []),
  ];
  return markup`<p class="banner" role="note"><strong>Not the whole picture.</strong> ${capital(parts.join(", "))}. More may hide there. <a href="#gaps">What was not looked at, and why</a></p>`;
}

function lastSweep({ opened, escalated, resolved }: Report["summary"]): string {
  const worse = escalated > 0 ? [`${grouped(escalated)} worse`] : [];
  return [`${grouped(opened)} opened`, ...worse, `${grouped(resolved)} resolved`].join(", ");
}
