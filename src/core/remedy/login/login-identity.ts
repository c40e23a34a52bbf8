import { bystanderThatMayPull } from "../../bystander-that-may-pull.ts";
import type { Bystander } from "../../facts.ts";
import type { RemedyInput } from "../remedy.ts";

/** The identity that a workload is best given to pull with. */
export interface LoginIdentity extends Partial<Pick<Bystander, "resourceId" | "clientId">> {
  /** How sentences call it. */
  readonly words: string;
  /** What has to be done besides, in words that end such a sentence. */
  readonly besides: string;
  /** The workload has it already. */
  readonly assigned: boolean;
}

/** The one that it names wrongly, or one of its own that may pull already; else its system-assigned one, used for nothing else. */
export function loginIdentity({ puller, need, registry, identity }: RemedyInput): LoginIdentity {
  const { resourceId, clientId } = identity;
  if (identity.fault === "notAssigned" && resourceId !== undefined)
    return {
      ...{ resourceId, clientId, assigned: true },
      words: `${wordsFor(resourceId)}, named as this kind of workload has to name it,`,
      besides: ", and see that it holds <roleWords> on the registry",
    };
  const found = bystanderThatMayPull(puller, need, registry);
  if (found !== undefined)
    return { ...found, words: `${wordsFor(found.resourceId)}, which may pull already`, besides: "", assigned: true };
  return { words: wordsFor(undefined), besides: "", assigned: false }; // its grant comes before it is used
}

function wordsFor(resourceId: string | undefined): string {
  return resourceId === undefined ? "its system-assigned identity" : `its identity ${resourceId.split("/").at(-1)}`;
}
