import { counted } from "../../core/counted.ts";
import type { Evaluation, Outcome } from "../../core/evaluate.ts";
import type { Evidence } from "../../core/rule.ts";
import { subjectWord } from "../../core/subject-word.ts";
import { capped } from "./capped.ts";
import { type Markup, markup, prose } from "./markup.ts";
import { grouped, spaced } from "./wording.ts";

const outcomes: readonly Outcome[] = ["fail", "unknown", "pass", "notApplicable"];

/** Every evaluation, the passes too, for those who have to show what was looked at. */
export function everyEvaluation(evaluations: readonly Evaluation[]): Markup {
  const ordered = outcomes.flatMap((outcome) => evaluations.filter((evaluation) => evaluation.outcome === outcome));
  const { shown, note } = capped(ordered, "evaluation");
  const counts = outcomes.map((outcome) => {
    const some = evaluations.filter((evaluation) => evaluation.outcome === outcome).length;
    return `${grouped(some)} ${spaced(outcome)}`;
  });
  return markup`<section id="evaluations"><details class="fold">
    <summary><h2>Every evaluation <span class="n">${grouped(evaluations.length)}</span></h2> <span class="quiet">${counts.join(", ")}</span></summary>
    ${note}
    <div class="scroll" role="region" aria-label="Every evaluation" tabindex="0"><table>
      <caption>${counted(evaluations.length, "evaluation")} of the last sweep: failed first, then unknown, passed, not applicable</caption>
      <thead><tr><th scope="col">Outcome</th><th scope="col">Subject</th><th scope="col">Rule</th><th scope="col">Message and evidence</th></tr></thead>
      <tbody>${shown.map(evaluationRow)}</tbody>
    </table></div>
  </details></section>`;
}

function evaluationRow({ outcome, subject, ruleId, message, evidence, gaps }: Evaluation): Markup {
  const facts = factsOf(evidence);
  return markup`<tr><td><span class="outcome ${outcome}">${spaced(outcome)}</span></td><th scope="row">${subject.name} <span class="quiet">${subjectWord(subject)}</span></th><td class="mono">${ruleId}</td><td>${prose(message)}${facts !== "" && markup`<br><span class="quiet">${facts}</span>`}${gaps.map(({ fact, reason, detail }) => markup`<br><span class="quiet">${spaced(fact)} (${spaced(reason)}): ${prose(detail)}</span>`)}</td></tr>
    `;
}

function factsOf(evidence: Evidence): string {
  return Object.entries(evidence)
    .map(([name, value]) => `${spaced(name)}: ${typeof value === "object" ? value.join(", ") : value}`)
    .join("; ");
}
