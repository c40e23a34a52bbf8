import { type ScaleTime, scaleUtc } from "d3-scale";
import { symbol, symbolCircle, symbolDiamond, symbolSquare, symbolTriangle, symbolWye } from "d3-shape";
import { counted } from "../../core/counted.ts";
import type { StoredFinding } from "../../core/reconcile.ts";
import type { Severity } from "../../core/rule.ts";
import type { Report } from "../model.ts";
import { type Markup, markup } from "./markup.ts";
import { severityBadge, worstFirst } from "./severity.ts";
import { day, dayOfMonth } from "./wording.ts";

const shapes = {
  critical: symbolDiamond,
  high: symbolTriangle,
  medium: symbolSquare,
  low: symbolCircle,
  info: symbolWye,
} as const;

/** Up to here each finding has a line of its own with its name; more are stacked by date. */
const laneLimit = 6;
const slots = 48;
const stackLimit = 7;
const step = 16;
const laneHeight = 29;
const nameLimit = 32;
const leastDays = 14;

interface Dated {
  readonly finding: StoredFinding;
  /** Percent of the chart's width, so that text keeps its size on a phone. */
  readonly x: number;
}

/** When what breaks, on one line of time. */
export function dueChart({ upcoming, generatedAt }: Report): Markup {
  const dated = upcoming.filter(({ due = "" }) => !Number.isNaN(Date.parse(due)));
  const last = dated.at(-1)?.due;
  if (last === undefined) return markup``;
  return markup`<section id="due" class="panel" aria-labelledby="due-name"><h2 id="due-name">What breaks when</h2>
    ${figure(dated, generatedAt, last)}
  </section>`;
}

function figure(findings: readonly StoredFinding[], generatedAt: string, last: string): Markup {
  const now = Date.parse(generatedAt);
  const scale = scaleUtc()
    .domain([now, Math.max(Date.parse(last), now + leastDays * 86_400_000)])
    .range([0, 100]);
  const dated = findings.map((finding) => ({ finding, x: scale(Date.parse(finding.due ?? "")) }));
  const used = worstFirst.filter((severity) => findings.some((finding) => finding.severity === severity));
  const inLanes = dated.length <= laneLimit;
  const axis = inLanes ? 6 + dated.length * laneHeight : 20 + (stackLimit + 1) * step;
  const summary = `${counted(findings.length, "finding")} between ${day(generatedAt)} and ${day(last)}`;
  return markup`<figure>
    <svg class="chart" role="img" aria-labelledby="due-title due-desc" height="${axis + 28}">
      <title id="due-title">When what breaks</title><desc id="due-desc">${summary}. The list below names each with its date.</desc>
      ${timeAxis(scale, axis)}
      ${inLanes ? dated.map(lane) : stacks(dated, axis)}
    </svg>
    <figcaption>${used.map((severity) => markup`<span class="key"><svg width="14" height="14" aria-hidden="true">${mark(severity, "7", 7)}</svg>${severityBadge(severity)}</span> `)}<span class="quiet">${summary}</span></figcaption>
  </figure>`;
}

function timeAxis(scale: ScaleTime<number, number>, axis: number): Markup {
  const ticks = scale.ticks(4).map((tick) => ({ x: scale(tick), label: dayOfMonth(tick.toISOString()) }));
  return markup`<line class="axis" x1="0" x2="100%" y1="${axis}" y2="${axis}"></line><text class="tick" x="0" y="${axis + 22}">now</text>
    ${ticks
      .filter(({ x }) => x > 12 && x < 94)
      .map(
        ({ x, label }) =>
          markup`<line class="axis" x1="${x}%" x2="${x}%" y1="${axis}" y2="${axis + 5}"></line><text class="tick middle" x="${x}%" y="${axis + 22}">${label}</text>`,
      )}`;
}

function lane({ finding, x }: Dated, index: number): Markup {
  const { severity, subject, due = "" } = finding;
  const y = (index + 1) * laneHeight - 5;
  const name = subject.name.length > nameLimit ? `${subject.name.slice(0, nameLimit)}…` : subject.name;
  return markup`<line class="lane" x1="0" x2="${x}%" y1="${y}" y2="${y}"></line><text class="lane-name" x="0" y="${y - 10}">${name}, ${dayOfMonth(due)}</text>${mark(severity, `${x}%`, y, describe(finding))}`;
}

function stacks(dated: readonly Dated[], axis: number): Markup {
  const groups = Map.groupBy(dated, ({ x }) => Math.round((x / 100) * slots));
  return markup`${[...groups].map(([slot, group]) => {
    const x = `${(slot / slots) * 100}%`;
    const more = group.length - stackLimit;
    const marks = group
      .slice(0, stackLimit)
      .map(({ finding }, level) => mark(finding.severity, x, axis - 12 - level * step, describe(finding)));
    return markup`${marks}${more > 0 && markup`<text class="tick middle" x="${x}" y="${axis - 6 - stackLimit * step}">+${more}</text>`}`;
  })}`;
}

function describe({ severity, subject, due = "" }: StoredFinding): string {
  return `${severity}: ${subject.name}, ${day(due)}`;
}

function mark(severity: Severity, x: string, y: number, title?: string): Markup {
  return markup`<svg class="mark" x="${x}" y="${y}"><path class="${severity}" d="${symbol(shapes[severity], 90)() ?? ""}">${title !== undefined && markup`<title>${title}</title>`}</path></svg>`;
}
