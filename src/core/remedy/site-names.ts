import type { Puller } from "../facts.ts";
import type { Evidence } from "../rule.ts";

/** A site's or a slot's type in Bicep. */
export function siteType({ kind }: Puller): string {
  return kind === "webAppSlot" ? "Microsoft.Web/sites/slots" : "Microsoft.Web/sites";
}

/** How commands of `az webapp` name a site or a slot of one. */
export function siteOptions({ kind }: Puller): string {
  return kind === "webAppSlot" ? "--name <siteName> --slot <slot>" : "--name <siteName>";
}

/** A site or a slot of one, as templates and as commands name them. */
export function siteEvidence(id: string): Evidence {
  const [, name, slot] = /\/sites\/([^/]+)(?:\/slots\/([^/]+))?$/i.exec(id) ?? [];
  if (name === undefined) return {};
  return { site: slot === undefined ? name : `${name}/${slot}`, siteName: name, ...(slot !== undefined && { slot }) };
}
