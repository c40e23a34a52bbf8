import { counted } from "../../core/counted.ts";
import { learnedFrom } from "../../core/learned-from.ts";
import { loginNames } from "../../core/login-names.ts";
import type { MatrixCell } from "../../core/pull-matrix.ts";
import { meaningOf, type PullVerdict } from "../../core/pull-reason.ts";
import { kindNames, workloadName } from "../../core/workload-evidence.ts";
import type { Report } from "../model.ts";
import { type Markup, markup } from "./markup.ts";
import { pullGrid } from "./pull-grid.ts";
import { grouped } from "./wording.ts";

/** Rows of the page; the JSON report holds more. */
const rowLimit = 1_000;
const words: Readonly<Record<PullVerdict, string>> = { allow: "can", deny: "cannot", unknown: "not known" };
/** How outcomes of evaluations look, which mean the same. */
const looks: Readonly<Record<PullVerdict, string>> = { allow: "pass", deny: "fail", unknown: "unknown" };

/** Which workload can pull from which registry that it needs, and why. */
export function whoCanPull(report: Report): Markup | false {
  const { cells, counts, omitted, pairs } = report.matrix;
  const all = cells.length + omitted;
  if (all === 0) return false;
  const summary = (["deny", "unknown", "allow"] as const).map(
    (answer) => `${grouped(counts[answer])} ${words[answer]}`,
  );
  const left = all - Math.min(cells.length, rowLimit);
  return markup`<section id="matrix"><details class="fold">
    <summary><h2>Who can pull <span class="n">${grouped(all)}</span></h2> <span class="quiet">${summary.join(", ")}</span></summary>
    ${left > 0 && markup`<p class="note warn"><strong>${grouped(left)} more.</strong> This page shows the first ${grouped(rowLimit)}; \`acraudit can-pull\` answers for any pair.</p>`}
    ${pairs !== null && markup`<p class="note">Of all pairs of a registry and a workload that logs in as somebody whom grants can name, needed or not, grants alone allow ${grouped(pairs.allow)}, refuse ${grouped(pairs.deny)} and leave ${grouped(pairs.unknown)} open; deny assignments and networks are not part of that.</p>`}
    ${pullGrid(report)}
    <div class="scroll list" role="region" aria-label="Who can pull" tabindex="0"><table>
      <caption>${counted(all, "pair")} of a workload and a registry that it needs, as of the last sweep: refused first, then not known, allowed</caption>
      <thead><tr><th scope="col">Answer</th><th scope="col">Workload</th><th scope="col">Registry, and how the need is known</th><th scope="col">Logs in as</th><th scope="col">Reason</th></tr></thead>
      <tbody>${cells.slice(0, rowLimit).map(row)}</tbody>
    </table></div>
  </details></section>`;
}

function row(cell: MatrixCell): Markup {
  const { answer, kind, registry, reason, login, principalId, userName, learned } = cell;
  const who = [loginNames[login], userName ?? principalId ?? ""].filter((part) => part !== "").join(" ");
  const known = learned.map((source) => learnedFrom[source]).join(", ");
  return markup`<tr><td><span class="outcome ${looks[answer]}">${words[answer]}</span></td><th scope="row">${workloadName({ name: cell.puller }, cell)} <span class="quiet">${kind && kindNames[kind]}</span></th><td>${registry || "not known which"}<br><span class="quiet">${known}</span></td><td>${who}</td><td><span class="mono">${reason}</span><br><span class="quiet">${meaningOf(reason).meaning}</span></td></tr>
    `;
}
