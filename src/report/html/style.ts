/** Colours meet WCAG AA in both schemes; a test measures them. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #f4f6f8; --card: #fff; --ink: #17212e; --quiet: #556173; --line: #dde2e8; --soft: #eef1f5; --link: #0b5cab;
  --mast: #12233a; --mast-ink: #fff; --mast-quiet: #b9c6d6; --code: #f3f5f8;
  --critical: #a4103a; --critical-on: #fff; --critical-soft: #fdecf0;
  --high: #b23a0c; --high-on: #fff; --high-soft: #fdefe8;
  --medium: #7d5700; --medium-soft: #fdf3d7; --low: #1c5d9c; --low-soft: #e6f0fa; --info: #556173; --info-soft: #eceff3;
  --good: #1b6b41; --good-soft: #e4f4ea; --warn: #7d5700; --warn-soft: #fff4d6; --warn-line: #e0a800;
  --mono: ui-monospace, "Cascadia Code", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #0e141b; --card: #161e28; --ink: #e5eaf0; --quiet: #9ba8b8; --line: #2a3543; --soft: #1d2733; --link: #7bb8f5;
    --mast: #0a1018; --mast-ink: #f2f5f9; --mast-quiet: #a5b3c4; --code: #0f161f;
    --critical: #ff8ca3; --critical-on: #2c0410; --critical-soft: #3a1420;
    --high: #ff9d73; --high-on: #2b0e02; --high-soft: #38190d;
    --medium: #efc25b; --medium-soft: #332807; --low: #86bdf3; --low-soft: #122a42; --info: #a6b2c1; --info-soft: #222c38;
    --good: #7ad19f; --good-soft: #10301f; --warn: #efc25b; --warn-soft: #2e2508; --warn-line: #a67c00;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 4.5rem; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; overflow-wrap: anywhere; }
.wrap { max-width: 79rem; margin: 0 auto; padding: 0 1.25rem; }
[hidden], .js { display: none !important; }
.scripted .js { display: flex !important; }
.scripted .js[hidden] { display: none !important; }
h1, h2, h3, h4, p, dl, dd, ul, figure { margin: 0; padding: 0; }
ul { list-style: none; }
a { color: var(--link); text-underline-offset: 2px; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 4px; }
.quiet { color: var(--quiet); }
.mono, code { font-family: var(--mono); font-size: .86em; }
.said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: 1rem; z-index: 9; background: var(--card); padding: .5rem 1rem; }

.mast { background: var(--mast); color: var(--mast-ink); padding: 1.9rem 0 4.6rem; border-top: 5px solid var(--critical); }
.mast.good { border-color: #2f9e63; }
.mast.warn { border-color: #e0a800; }
.mast p { color: var(--mast-quiet); }
.mast strong { color: var(--mast-ink); font-weight: 600; }
.mast .eyebrow { font-size: .8rem; letter-spacing: .06em; text-transform: uppercase; }
h1 { font-size: clamp(1.45rem, 1.1rem + 1.5vw, 2.1rem); line-height: 1.2; letter-spacing: -.015em; font-weight: 650; margin: .35rem 0 .7rem; text-wrap: balance; }
.blank { position: relative; margin: -3rem 0 3rem; padding: 1.4rem 1.5rem 1.6rem; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.blank p { margin-bottom: .8rem; }

.overview { margin-top: -3.4rem; display: grid; gap: .75rem; }
.severities, .tiles { display: grid; gap: 1px; background: var(--line); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; box-shadow: 0 1px 3px rgb(16 32 56 / .08); }
.severities { grid-template-columns: repeat(5, 1fr); }
.severities div { background: var(--card); padding: .7rem 1.1rem .8rem; border-top: 4px solid currentColor; display: flex; flex-direction: column; }
.severities dt { font-weight: 600; font-size: .85rem; }
.severities dd { font-size: 2rem; line-height: 1.15; font-weight: 650; font-variant-numeric: tabular-nums; color: var(--ink); }
.severities .zero { border-top-color: var(--line); }
.severities .zero dt, .severities .zero dd { color: var(--quiet); font-weight: 400; }
.tiles { grid-template-columns: repeat(4, 1fr); }
.tile { background: var(--card); padding: .8rem 1.1rem; color: var(--ink); text-decoration: none; display: flex; flex-direction: column; font-size: .85rem; }
.tile > span:first-child { font-weight: 600; color: var(--quiet); }
.tile strong { font-size: 1.2rem; line-height: 1.4; font-weight: 650; }
.tile:hover { background: var(--soft); }
.tile:focus-visible { outline-offset: -3px; }
.tile.warn { background: var(--warn-soft); }
.tile.warn strong, .tile.warn > span { color: var(--warn); }
.banner { background: var(--warn-soft); border: 1px solid var(--warn-line); border-left-width: 6px; border-radius: 8px; padding: .75rem 1rem; margin-top: .75rem; }
.banner strong { color: var(--warn); }

.bar { position: sticky; top: 0; z-index: 2; background: var(--page); border-bottom: 1px solid var(--line); margin-top: 1rem; padding: .5rem 0; }
.bar .wrap { display: flex; flex-wrap: wrap; align-items: center; gap: .45rem .9rem; }
.bar ul { display: flex; gap: .05rem; margin-left: -.5rem; overflow-x: auto; }
.bar nav { min-width: 0; }
.bar nav a { display: block; white-space: nowrap; padding: .25rem .5rem; border-radius: 6px; text-decoration: none; color: var(--ink); font-weight: 600; font-size: .9rem; }
.bar nav a:hover { background: var(--soft); }
.bar nav a:focus-visible { outline-offset: -2px; }
.bar nav b { color: var(--quiet); font-weight: 500; font-variant-numeric: tabular-nums; }
.bar nav a.warn, .bar nav a.warn b { color: var(--warn); }
.filter { flex: 1 1 30rem; flex-wrap: wrap; align-items: center; justify-content: flex-end; gap: .45rem .6rem; font-size: .85rem; min-width: 0; }
input[type=search] { flex: 1 1 7rem; min-width: 0; max-width: 20rem; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--quiet); border-radius: 6px; padding: .3rem .6rem; }
input::placeholder { color: var(--quiet); opacity: 1; }
.chips { display: flex; gap: .3rem; }
.chip { position: relative; display: inline-flex; gap: .3rem; padding: .2rem .5rem; border: 1px solid var(--line); background: var(--card); border-radius: 99px; font-weight: 600; cursor: pointer; white-space: nowrap; }
.chip input { position: absolute; inset: 0; opacity: 0; margin: 0; cursor: pointer; }
.chip b { font-weight: 500; }
.chip:has(:checked) { border-color: currentColor; background: var(--tint); box-shadow: inset 0 0 0 1px currentColor; }
.chip:has(:focus-visible) { outline: 2px solid var(--link); outline-offset: 2px; }
button { font: inherit; font-size: .82rem; font-weight: 600; color: var(--link); background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: .2rem .65rem; cursor: pointer; }
button:hover { background: var(--soft); }
button.plain { border-color: transparent; background: none; padding-inline: .3rem; }
output { min-width: 5.6rem; text-align: right; color: var(--quiet); font-variant-numeric: tabular-nums; }

section { margin-top: 2.2rem; }
section > p { margin: .2rem 0 .6rem; }
h2 { font-size: 1.25rem; letter-spacing: -.01em; line-height: 1.3; margin-bottom: .6rem; }
h2 .n { color: var(--quiet); font-weight: 500; font-variant-numeric: tabular-nums; }
.title { display: flex; justify-content: space-between; align-items: baseline; }
.note { color: var(--quiet); border: 1px dashed var(--line); border-radius: 8px; padding: .6rem .9rem; }
.note.warn { color: var(--warn); border-color: var(--warn-line); background: var(--warn-soft); margin-bottom: .75rem; }
.critical { color: var(--critical); --tint: var(--critical-soft); }
.high { color: var(--high); --tint: var(--high-soft); }
.medium { color: var(--medium); --tint: var(--medium-soft); }
.low { color: var(--low); --tint: var(--low-soft); }
.info { color: var(--info); --tint: var(--info-soft); }
.sev { display: inline-block; border-radius: 4px; padding: 0 .45rem; font-size: .78rem; font-weight: 650; line-height: 1.6; white-space: nowrap; background: var(--tint); }
.sev.critical { background: var(--critical); color: var(--critical-on); }
.sev.high { background: var(--high); color: var(--high-on); }
.tag { border: 1px solid currentColor; border-radius: 4px; padding: 0 .4rem; font-size: .75rem; font-weight: 650; line-height: 1.5; color: var(--link); }
.tag.warn { color: var(--warn); }

.group { margin-top: .75rem; border: 1px solid var(--line); border-radius: 10px; background: var(--card); }
summary { cursor: pointer; }
.group > summary, .fold > summary { display: flex; flex-wrap: wrap; align-items: baseline; gap: .2rem .7rem; padding: .6rem 1rem; list-style: none; }
.group > summary::-webkit-details-marker, .fold > summary::-webkit-details-marker { display: none; }
.group > summary::before, .fold > summary::before { content: ""; align-self: center; width: .45rem; height: .45rem; border: solid var(--quiet); border-width: 0 2px 2px 0; transform: rotate(-45deg); margin-right: .1rem; }
.group[open] > summary::before, .fold[open] > summary::before { transform: rotate(45deg) translate(-2px, -2px); }
.group > summary:hover { background: var(--soft); border-radius: 10px; }
h3 { font-size: 1rem; max-width: calc(100% - 1.6rem); }
.counts { margin-left: auto; display: flex; gap: .3rem; }
.many .finding { content-visibility: auto; contain-intrinsic-size: auto 9rem; }
.finding { color: var(--ink); border-top: 1px solid var(--line); padding: .85rem 1rem .8rem; border-left: 4px solid var(--tint); }
.finding.critical { border-left-color: var(--critical); }
.finding.high { border-left-color: var(--high); }
.finding.medium { border-left-color: var(--medium); }
.finding.low { border-left-color: var(--low); }
.finding.info { border-left-color: var(--line); }
.finding:last-child { border-bottom-left-radius: 9px; }
.finding:target { background: var(--soft); }
.finding header, .gaps header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .15rem .55rem; }
h4 { font-size: 1rem; font-weight: 650; }
.finding .rule { font-weight: 600; font-size: .9rem; }
.when { margin-left: auto; color: var(--quiet); font-size: .85rem; }
.when strong { color: var(--ink); font-weight: 600; }
.finding p { margin-top: .25rem; max-width: 62rem; }
.finding .fix { color: var(--quiet); font-size: .92rem; }
.fix code { color: var(--ink); }
.fix b { color: var(--good); font-weight: 650; margin-right: .2rem; }
.cmd { display: flex; align-items: flex-start; gap: .6rem; margin-top: .45rem; background: var(--code); border: 1px solid var(--line); border-radius: 6px; padding: .35rem .4rem .35rem .7rem; }
.cmd code { flex: 1; min-width: 0; padding: .15rem 0; user-select: all; white-space: pre-wrap; }
.cmd button { display: none; min-width: 4.6rem; }
.scripted .cmd button { display: block; }
.cmd button[data-state=copied] { color: var(--good); border-color: currentColor; }
.finding details, figure + details { margin-top: .45rem; font-size: .9rem; }
.finding details > summary, figure + details > summary { color: var(--quiet); width: fit-content; font-size: .85rem; font-weight: 600; }
.finding dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: .55rem 1.6rem; margin-top: .5rem; padding: .7rem .9rem; background: var(--soft); border-radius: 6px; }
.wide { grid-column: 1 / -1; }
dt { color: var(--quiet); font-size: .82rem; }
.severities dt { color: inherit; }

.charts { display: grid; grid-template-columns: 3fr 2fr; gap: .75rem; margin-top: .75rem; }
.charts > :only-child { grid-column: 1 / -1; }
.panel { margin: 0; min-width: 0; background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .8rem 1.3rem .8rem; }
.panel h2 { font-size: 1rem; }
.chart { display: block; width: 100%; overflow: visible; }
.tick { font-size: 12px; fill: var(--quiet); font-variant-numeric: tabular-nums; }
.plot { padding-left: 1.7rem; }
.lane-name { font-size: 12.5px; font-weight: 600; fill: var(--ink); }
.lane { stroke: var(--line); stroke-width: 2; }
.middle { text-anchor: middle; }
.tick.end { text-anchor: end; }
.grid { stroke: var(--line); }
.axis { stroke: var(--quiet); stroke-opacity: .6; }
.mark { overflow: visible; }
.mark path { fill: currentColor; stroke: var(--card); stroke-width: 1; }
.area { fill: var(--low); opacity: .12; }
path.failing, path.undecided { fill: none; stroke: var(--low); stroke-width: 2.5; vector-effect: non-scaling-stroke; }
path.undecided { stroke: var(--medium); stroke-width: 2; stroke-dasharray: 5 4; }
circle.end { fill: var(--low); stroke: var(--card); stroke-width: 2; }
rect.opened { fill: var(--high); }
rect.resolved { fill: var(--good); }
rect.hover { fill: transparent; }
rect.hover:hover { fill: var(--quiet); fill-opacity: .12; }
figcaption { display: flex; flex-wrap: wrap; align-items: center; gap: .2rem 1.1rem; margin-top: .8rem; font-size: .85rem; }
.key { display: inline-flex; align-items: center; gap: .4rem; }

.gaps { display: grid; gap: .75rem; }
.gaps li { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--warn-line); border-radius: 8px; padding: .7rem 1rem; }
.gaps li p { margin-top: .2rem; }
.gaps b { font-weight: 600; color: var(--quiet); font-size: .85rem; margin-right: .3rem; }
.scroll { position: relative; overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
caption { text-align: left; padding: .6rem 1rem; color: var(--quiet); font-size: .85rem; }
th, td { overflow-wrap: break-word; text-align: left; vertical-align: top; padding: .45rem 1rem; border-top: 1px solid var(--line); }
th { font-weight: 600; }
th .quiet { font-weight: 400; }
thead th { color: var(--quiet); font-size: .82rem; white-space: nowrap; }
.num { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.outcome { font-weight: 650; white-space: nowrap; }
.outcome.fail { color: var(--critical); }
.outcome.unknown { color: var(--warn); }
.outcome.pass { color: var(--good); }
.outcome.notApplicable { color: var(--quiet); font-weight: 400; }
.fold { border: 1px solid var(--line); border-radius: 10px; background: var(--card); }
.fold h2 { font-size: 1rem; margin: 0; }
.fold > .note { margin: 0 1rem .75rem; }
.fold .scroll { border-width: 1px 0 0; border-radius: 0 0 10px 10px; }
.grid table { width: auto; min-width: 40rem; }
.grid th[scope="row"] { min-width: 15rem; max-width: 19rem; overflow-wrap: anywhere; }
.grid th[scope="row"], .grid thead th:first-child { position: sticky; left: 0; background: var(--card); z-index: 1; }
.grid td { text-align: center; padding: .3rem .2rem; border-left: 1px solid var(--line); min-width: 2.1rem; }
.grid .column { vertical-align: bottom; padding: .5rem .2rem; }
.grid .column span { writing-mode: vertical-rl; transform: rotate(180deg); max-height: 11rem; overflow-wrap: anywhere; white-space: normal; }
.key { margin-right: 1rem; white-space: nowrap; }
.sign { display: inline-block; width: 1.35rem; height: 1.35rem; line-height: 1.35rem; text-align: center; border-radius: 4px; font-weight: 700; font-size: .82rem; }
.sign.allow { background: var(--good-soft); color: var(--good); }
.sign.deny { background: var(--critical); color: var(--critical-on); }
.sign.unknown { background: var(--warn-soft); color: var(--warn); }
.sign.beyond { background: none; box-shadow: inset 0 0 0 1px currentColor; font-weight: 400; }
.sign.beyond.allow { color: var(--quiet); }
footer { margin: 2.2rem 0 3rem; }
footer > p { margin-top: .8rem; font-size: .85rem; }
.columns { display: grid; grid-template-columns: 1fr 1fr; border-top: 1px solid var(--line); }
.columns .scroll { border: 0; }
.facts { padding: .7rem 1rem; font-size: .9rem; display: grid; gap: .3rem; align-content: start; }
.facts div { display: grid; grid-template-columns: 7rem 1fr; gap: .6rem; }

@media (max-width: 60rem) {
  .tiles, .columns { grid-template-columns: 1fr 1fr; }
  .columns, .charts { grid-template-columns: 1fr; }
}
@media (max-width: 40rem) {
  html { scroll-padding-top: 6.5rem; }
  body { font-size: 14.5px; }
  .wrap { padding: 0 .9rem; }
  .mast .eyebrow { font-size: .7rem; }
  .severities div { padding: .5rem .55rem .55rem; }
  .severities dt { font-size: .74rem; }
  .severities dd { font-size: 1.5rem; }
  .tile { padding: .6rem .75rem; }
  .tile strong { font-size: 1.05rem; }
  .bar .wrap { gap: .35rem; }
  .bar { top: -2.55rem; }
  .bar nav { flex: 1 1 100%; }
  .chips { order: 1; }
  .filter { flex: 1 1 100%; justify-content: flex-start; }
  .chips { overflow-x: auto; max-width: 100%; padding: 2px; }
  input[type=search] { max-width: none; }
  output { min-width: 0; }
  .when { margin-left: 0; flex-basis: 100%; }
  .group > summary, .finding { padding-inline: .8rem; }
  .group > summary .mono, .counts { margin-left: 1.3rem; flex-basis: 100%; }
  .finding dl { grid-template-columns: 1fr; }
  table { min-width: 34rem; }
  .grid table { min-width: 0; }
  .grid th[scope="row"] { min-width: 7rem; max-width: 9rem; }
  #matrix .list tbody th, #evaluations tbody th { min-width: 11rem; overflow-wrap: anywhere; }
  #matrix .list td:last-child, #evaluations td:last-child { min-width: 17rem; }
  th, td { padding-inline: .8rem; }
}
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
@media print {
  @page { size: landscape; margin: 12mm; }
  :root { --page: #fff; --mast: #fff; --mast-ink: #17212e; --mast-quiet: #556173; }
  body { font-size: 10.5pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .wrap { max-width: none; padding: 0; }
  .mast { padding: .6rem 0 1rem; }
  .overview { margin-top: 0; }
  .tiles { grid-template-columns: repeat(4, 1fr); }
  .charts { grid-template-columns: 3fr 2fr; }
  section { margin-top: 1.4rem; }
  .bar, .scripted .js, .scripted .cmd button, .skip, .finding details:not([open]), .panel details:not([open]) { display: none !important; }
  .finding, .gaps li, tr, figure { break-inside: avoid; }
  .many .finding { content-visibility: visible; }
  .finding h4, h2, h3 { break-after: avoid; }
  .scroll { overflow: visible; }
  .group::details-content { content-visibility: visible; display: block; height: auto; }
}
`;
