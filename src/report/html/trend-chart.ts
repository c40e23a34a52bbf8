import { scaleLinear, scalePoint } from "d3-scale";
import { area, curveMonotoneX, line } from "d3-shape";
import { counted } from "../../core/counted.ts";
import type { Report, RunSummary } from "../model.ts";
import { type Markup, markup } from "./markup.ts";
import { day, grouped, moment } from "./wording.ts";

const runsShown = 90;
const top = 20;
const base = 110;
const middle = 138;
const barHeight = 16;

/** Failing and undecided evaluations over the sweeps, with what each opened and resolved. */
export function trend({ runs, keepsHistory }: Report): Markup {
  const shown = runs.slice(0, runsShown).toReversed();
  const [first] = shown;
  const last = shown.at(-1);
  return markup`<section id="trend" class="panel" aria-labelledby="trend-title"><h2 id="trend-title">Trend</h2>
    ${
      first === undefined || last === undefined || first === last
        ? markup`<p class="note">${keepsHistory ? "The trend shows from the second sweep on." : "No history is kept: set AzureWebJobsStorage to see a trend."}</p>`
        : markup`<figure>${chart(shown, first, last)}${legend(first, last, shown.length)}</figure>${table(shown)}`
    }
  </section>`;
}

function chart(runs: readonly RunSummary[], first: RunSummary, last: RunSummary): Markup {
  const x = scalePoint<number>().domain(runs.keys()).range([0, 100]);
  const highest = Math.max(1, ...runs.map(({ failures, unknown }) => Math.max(failures, unknown)));
  const y = scaleLinear().domain([0, highest]).nice(4).range([100, 0]);
  // the very first sweep opens everything, beside which all later bars would vanish
  const most = Math.max(1, ...runs.slice(1).map(({ opened, resolved }) => Math.max(opened, resolved)));
  const bar = scaleLinear().domain([0, most]).range([0, barHeight]).clamp(true);
  const at = (_: RunSummary, index: number) => x(index) ?? 0;
  const failing = line<RunSummary>(at, ({ failures }) => y(failures)).curve(curveMonotoneX);
  const below = area<RunSummary>(at, 100, ({ failures }) => y(failures)).curve(curveMonotoneX);
  const undecided = line<RunSummary>(at, ({ unknown }) => y(unknown)).curve(curveMonotoneX);
  const pixel = (value: number) => top + (y(value) * (base - top)) / 100;
  const width = Math.min(2.4, 60 / runs.length);
  return markup`<svg class="chart plot" role="img" aria-labelledby="trend-name trend-desc" height="176">
    <title id="trend-name">Evaluations that fail, by sweep</title>
    <desc id="trend-desc">${sentence(first, last, runs.length)}. The table below holds the figures.</desc>
    ${y
      .ticks(3)
      .filter(Number.isInteger)
      .map(
        (tick) =>
          markup`<line class="grid" x1="0" x2="100%" y1="${pixel(tick)}" y2="${pixel(tick)}"></line><text class="tick end" x="-8" y="${pixel(tick) + 4}">${grouped(tick)}</text>`,
      )}
    <svg x="0" y="${top}" width="100%" height="${base - top}" viewBox="0 0 100 100" preserveAspectRatio="none">
      <path class="area" d="${below(runs) ?? ""}"></path>
      <path class="failing" d="${failing(runs) ?? ""}"></path>
      <path class="undecided" d="${undecided(runs) ?? ""}"></path>
    </svg>
    <circle class="end" cx="100%" cy="${pixel(last.failures)}" r="4"></circle>
    <line class="axis" x1="0" x2="100%" y1="${middle}" y2="${middle}"></line>
    ${runs.map(({ opened, resolved }, index) => {
      const left = (x(index) ?? 0) - width / 2;
      return markup`<rect class="opened" x="${left}%" width="${width}%" y="${middle - 1 - bar(opened)}" height="${bar(opened)}"></rect><rect class="resolved" x="${left}%" width="${width}%" y="${middle + 1}" height="${bar(resolved)}"></rect>`;
    })}
    ${runs.map((run, index) => markup`<rect class="hover" x="${(x(index) ?? 0) - x.step() / 2}%" width="${x.step()}%" y="${top}" height="${middle + barHeight - top}"><title>${figures(run)}</title></rect>`)}
    <text class="tick" x="0" y="172">${day(first.startedAt)}</text><text class="tick end" x="100%" y="172">${day(last.startedAt)}</text>
  </svg>`;
}

function sentence(first: RunSummary, last: RunSummary, sweeps: number): string {
  return `Failing evaluations went from ${grouped(first.failures)} to ${grouped(last.failures)}, undecided ones from ${grouped(first.unknown)} to ${grouped(last.unknown)}, over ${counted(sweeps, "sweep")}`;
}

function figures({ startedAt, failures, unknown, opened, resolved }: RunSummary): string {
  return `${moment(startedAt)}: ${grouped(failures)} failing, ${grouped(unknown)} undecided, ${grouped(opened)} opened, ${grouped(resolved)} resolved`;
}

function legend(first: RunSummary, last: RunSummary, sweeps: number): Markup {
  const keys = [
    ["failing", "Failing"],
    ["undecided", "Undecided"],
    ["opened", "Opened"],
    ["resolved", "Resolved"],
  ] as const;
  return markup`<figcaption>${keys.map(
    ([name, label]) =>
      markup`<span class="key"><svg width="18" height="12" aria-hidden="true">${
        name === "opened" || name === "resolved"
          ? markup`<rect class="${name}" x="4" y="1" width="10" height="10"></rect>`
          : markup`<path class="${name}" d="M0 6H18"></path>`
      }</svg>${label}</span> `,
  )}<span class="quiet">${sentence(first, last, sweeps)}.</span></figcaption>`;
}

function table(runs: readonly RunSummary[]): Markup {
  return markup`<details><summary>Figures of ${counted(runs.length, "sweep")}</summary>
    <div class="scroll" role="region" aria-label="Figures by sweep" tabindex="0"><table>
      <caption>Finished sweeps, newest first</caption>
      <thead><tr><th scope="col">Sweep</th><th scope="col" class="num">Failing</th><th scope="col" class="num">Undecided</th><th scope="col" class="num">Opened</th><th scope="col" class="num">Resolved</th></tr></thead>
      <tbody>${runs
        .toReversed()
        .map(
          ({ startedAt, failures, unknown, opened, resolved }) =>
            markup`<tr><th scope="row">${moment(startedAt)}</th><td class="num">${grouped(failures)}</td><td class="num">${grouped(unknown)}</td><td class="num">${grouped(opened)}</td><td class="num">${grouped(resolved)}</td></tr>`,
        )}</tbody>
    </table></div></details>`;
}
