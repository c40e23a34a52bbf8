import type { GapReason } from "../../core/collected.ts";
import { counted } from "../../core/counted.ts";
import type { CoverageGap } from "../../core/run.ts";
import type { Report } from "../model.ts";
import { capped } from "./capped.ts";
import { completenessOf } from "./completeness.ts";
import { type Markup, markup, prose } from "./markup.ts";
import { grouped, spaced } from "./wording.ts";

const meaning: Readonly<Record<GapReason, string>> = {
  forbidden: "The identity of the sweep may not read it. Grant the permission and sweep again.",
  notFound: "It was not there to be read, or Azure does not show it.",
  throttled: "Azure took no more requests. The next sweep asks again.",
  unreachable: "No answer came. Look at the network, or wait for the next sweep.",
  malformed: "An answer came that could not be understood.",
};

const namesShown = 10;

/** What was not looked at, why, and which rules it leaves undecided. */
export function notLookedAt(report: Report): Markup {
  const { gaps, undecided, failedUnits } = completenessOf(report);
  const { shown, note } = capped(gaps, "gap");
  const { summary, run } = report;
  return markup`<section id="gaps" aria-labelledby="gaps-title">
    <h2 id="gaps-title">Not looked at <span class="n">${grouped(gaps.length)}</span></h2>
    <p>${grouped(summary.decided)} of ${counted(summary.evaluations, "evaluation")} could be decided${undecided > 0 && `; ${grouped(undecided)} could not, and count neither as passed nor as failed`}.
    ${failedUnits > 0 && markup`<strong>${grouped(failedUnits)} of ${counted(run?.units ?? 0, "part")} of the sweep failed</strong> and will be tried again by the next sweep.`}</p>
    ${note}
    ${gaps.length === 0 && markup`<p class="note">No fact was missing.</p>`}
    <ul class="gaps">${shown.map(gapItem)}</ul>
  </section>`;
}

function gapItem({ gap, rules, subjects, names }: CoverageGap): Markup {
  const more = subjects - Math.min(names.length, namesShown);
  return markup`<li>
    <header><strong>${spaced(gap.fact)}</strong> <span class="tag warn">${spaced(gap.reason)}</span>
      ${subjects > 0 && markup`<span class="when">${counted(subjects, "subject")}</span>`}</header>
    <p>${prose(gap.detail)}</p>
    <p class="quiet">${meaning[gap.reason]}</p>
    ${names.length > 0 && markup`<p><b>Concerns</b> ${names.slice(0, namesShown).join(", ")}${more > 0 && ` and ${counted(more, "more", "more")}`}</p>`}
    ${rules.length > 0 && markup`<p><b>Leaves undecided</b> <span class="mono">${rules.join(", ")}</span></p>`}
  </li>`;
}
