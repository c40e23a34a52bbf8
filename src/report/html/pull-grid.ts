import type { GrantCell, GrantRow } from "../../core/grant-row.ts";
import type { MatrixCell } from "../../core/pull-matrix.ts";
import { meaningOf, type PullReason, type PullVerdict } from "../../core/pull-reason.ts";
import { kindNames } from "../../core/workload-evidence.ts";
import type { Report } from "../model.ts";
import { type Markup, markup } from "./markup.ts";
import { grouped } from "./wording.ts";

/** Larger grids cannot be taken in; the JSON report holds more. */
const columnLimit = 40;
const rowLimit = 60;

const byName = new Intl.Collator("en", { numeric: true });

interface GridRow {
  readonly puller: string;
  readonly kind?: MatrixCell["kind"];
  readonly needs: ReadonlyMap<string, MatrixCell>;
  readonly grants: ReadonlyMap<string, GrantCell>;
  readonly otherwise?: PullReason;
  /** Registries that the row was cut by. */
  readonly omitted: number;
}

/** A sign for each answer: what is needed stands out, what grants allow beyond does not. */
const signs: Readonly<Record<PullVerdict, string>> = { allow: "✓", deny: "✕", unknown: "?" };
const needed: Readonly<Record<PullVerdict, string>> = {
  allow: "needed, can",
  deny: "needed, cannot",
  unknown: "needed, not known",
};
const beyond: Readonly<Record<PullVerdict, string>> = {
  allow: "not needed, granted",
  deny: "not needed, refused",
  unknown: "not needed, not known",
};

/** Workloads down, registries across: what is needed and whether it works, and what grants allow although nothing needs it. */
export function pullGrid({ matrix: { cells, grants } }: Report): Markup | false {
  const rows = [...rowsOf(cells, grants)].toSorted(
    ([, a], [, b]) => byName.compare(a.puller, b.puller) || (a.kind ?? "").localeCompare(b.kind ?? ""),
  );
  const columns = [...columnsOf(cells, grants)].toSorted(([, a], [, b]) => byName.compare(a, b));
  if (rows.length < 2 || columns.length < 2) return false;
  const shownRows = rows.slice(0, rowLimit);
  const shownColumns = columns.slice(0, columnLimit);
  const omitted = rows.reduce((sum, [, row]) => sum + row.omitted, 0);
  const cut = rows.length > rowLimit || columns.length > columnLimit;
  return markup`<div class="scroll grid" role="region" aria-label="Workloads and registries" tabindex="0"><table>
      <caption>${key("allow")}${key("deny")}${key("unknown")}<span class="key"><span class="sign beyond allow">✓</span> granted, not needed</span><span class="key">blank: not needed, and not granted or logging in as nobody that grants can name</span>${cut && markup` <strong>The first ${grouped(shownRows.length)} of ${grouped(rows.length)} workloads and ${grouped(shownColumns.length)} of ${grouped(columns.length)} registries.</strong>`}${omitted > 0 && markup` <strong>${grouped(omitted)} more answers are not kept; \`acraudit can-pull\` answers for any pair.</strong>`}</caption>
      <thead><tr><th scope="col">Workload</th>${shownColumns.map(([, name]) => markup`<th scope="col" class="column"><span>${name}</span></th>`)}</tr></thead>
      <tbody>${shownRows.map(
        ([
          ,
          row,
        ]) => markup`<tr><th scope="row">${row.puller} <span class="quiet">${row.kind && kindNames[row.kind]}</span></th>${shownColumns.map(([id]) => cell(row, id))}</tr>
      `,
      )}</tbody>
    </table></div>`;
}

function key(answer: PullVerdict): Markup {
  return markup`<span class="key"><span class="sign ${answer}">${signs[answer]}</span> ${needed[answer]}</span>`;
}

function cell({ needs, grants, otherwise }: GridRow, id: string): Markup {
  const need = needs.get(id);
  if (need) return sign(need.answer, needed[need.answer], need.reason);
  const grant = grants.get(id);
  const reason = grant?.reason ?? otherwise;
  const answer = reason === undefined ? undefined : meaningOf(reason).answer;
  if (reason === undefined || answer === undefined || answer === "deny") return markup`<td></td>`;
  return sign(answer, beyond[answer], reason, "beyond");
}

function sign(answer: PullVerdict, words: string, reason: PullReason, tone = ""): Markup {
  return markup`<td title="${words}: ${reason}"><span class="sign ${tone} ${answer}" aria-hidden="true">${signs[answer]}</span><span class="said">${words}: ${reason}</span></td>`;
}

/** By the lower-cased id of the workload. */
function rowsOf(cells: readonly MatrixCell[], grants: readonly GrantRow[]): ReadonlyMap<string, GridRow> {
  const needs = Map.groupBy(cells, ({ pullerId }) => pullerId.toLowerCase());
  const granted = new Map(grants.map((row) => [row.pullerId.toLowerCase(), row]));
  const rows = new Map<string, GridRow>();
  for (const key of new Set([...needs.keys(), ...granted.keys()])) {
    const own = needs.get(key) ?? [];
    const row = granted.get(key);
    const named = own[0] ?? row;
    if (!named) continue;
    rows.set(key, {
      puller: named.puller,
      ...(named.kind && { kind: named.kind }),
      needs: new Map(own.map((one) => [columnOf(one), one])),
      grants: new Map((row?.cells ?? []).map((one) => [columnOf(one), one])),
      ...(row && { otherwise: row.otherwise }),
      omitted: row?.omitted ?? 0,
    });
  }
  return rows;
}

function columnsOf(cells: readonly MatrixCell[], grants: readonly GrantRow[]): ReadonlyMap<string, string> {
  const all = [...cells, ...grants.flatMap((row) => row.cells.filter(({ answer }) => answer !== "deny"))];
  return new Map(all.flatMap((one) => (columnOf(one) === "" ? [] : [[columnOf(one), one.registry] as const])));
}

/** A registry that nobody can see has a name alone. */
function columnOf({ registryId, registry }: Pick<MatrixCell, "registryId" | "registry">): string {
  return (registryId || registry).toLowerCase();
}
