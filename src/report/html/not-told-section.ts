import { counted } from "../../core/counted.ts";
import type { NotTold, Report } from "../model.ts";
import { capped } from "./capped.ts";
import { type Markup, markup } from "./markup.ts";
import { grouped, moment } from "./wording.ts";

/** Messages that did not reach the people they were for: whoever reads this is told here. */
export function notTold({ notTold }: Report): Markup {
  if (notTold.length === 0) return markup``;
  const { shown, note } = capped(notTold, "message");
  return markup`<section id="not-told" aria-labelledby="not-told-title">
    <h2 id="not-told-title">Not told <span class="n">${grouped(notTold.length)}</span></h2>
    <p>These messages were not taken by the channel they were for. The findings are on this page.</p>
    ${note}
    <ul class="gaps">${shown.map(item)}</ul>
  </section>`;
}

function item({ channel, state, since, findings, names, detail, attempts, runId, deliveryId }: NotTold): Markup {
  const more = findings - names.length;
  return markup`<li>
    <header><strong>${channel}</strong> <span class="tag warn">${state === "givenUp" ? "given up" : "still tried"}</span>
      <span class="when">${counted(findings, "finding")}, ${moment(since)}</span></header>
    <p>${counted(attempts, "attempt")}, the last one: ${detail}</p>
    <p><b>Concerns</b> ${names.join(", ")}${more > 0 && ` and ${counted(more, "more", "more")}`}</p>
    <p class="quiet">Run ${runId} · delivery ${deliveryId}</p>
  </li>`;
}
