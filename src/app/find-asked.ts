import type { Connection } from "../azure/connection.ts";
import type { QueryScope } from "../azure/resource-graph.ts";
import { isResourceText, type NamedResource, namedResources } from "../collect/named-resources.ts";
import { parseResourceId, registryType, sameId } from "../core/resource-id.ts";
import { clusterType } from "./asked-workload.ts";
import { childTypes } from "./registry-children.ts";
import { noneCalled, UnclearQuestionError } from "./unclear-question.ts";
import { workloadCollectors } from "./workloads.ts";

export interface PullRequest {
  /** The workload: its resource id or its name. */
  readonly from: string;
  /** The registry: its resource id, its name or its login server. */
  readonly registry: string;
  readonly repository?: string | undefined;
}

/**
 * Resource Graph knows what is called by a name; a workload that it does not show yet, or that it does not list, is known
 * by its id.
 */
export async function findAsked(
  connection: Connection,
  scope: Required<Pick<QueryScope, "subscriptions">>,
  request: Pick<PullRequest, "from" | "registry">,
): Promise<{ readonly workload: NamedResource; readonly target: NamedResource }> {
  const types = [registryType, ...listedTypes];
  const from = withoutEnds(request.from);
  const wanted = withoutEnds(request.registry);
  const server = wanted.replace(/^https?:\/\//i, "");
  const odd = [from, server].find((text) => !isResourceText(text));
  if (odd !== undefined) throw new UnclearQuestionError(`${JSON.stringify(odd)} is no name, id or login server`);
  const byId = workloadOfId(from);
  if (byId && !scope.subscriptions.includes(byId.subscriptionId)) throw noneCalled("workload", from);
  const [, short] = /^[^/]+\/([^/]+)$/.exec(from) ?? [];
  const texts = byId ? [server] : [from, server, ...(short === undefined ? [] : [short])];
  const listed = await namedResources.read(connection, { scope, texts, types });
  const names = (text: string) => (one: NamedResource) =>
    [one.id, one.name, one.loginServer, nameUnderParent(one)].some((name) => name !== "" && sameId(name, text));
  const registries = listed.filter(({ type }) => type === registryType);
  const target = only(registries.filter(names(server)), "registry", wanted);
  const others = listed.filter(({ type }) => type !== registryType);
  const workload = byId ?? only(others.filter(names(from)), "workload", from);
  return { workload, target };
}

function withoutEnds(text: string): string {
  return text.trim().replace(/\/+$/, "");
}

/** `portal/next` of a slot and `contoso/build` of a task, as answers name them; Resource Graph may leave out the parent. */
function nameUnderParent({ id }: NamedResource): string {
  const [, ...names] = /\/(?:sites|registries)\/([^/]+)\/(?:slots|tasks)\/([^/]+)$/i.exec(id) ?? [];
  return names.join("/");
}

/** Which types of workloads Resource Graph lists. */
const listedTypes = [clusterType, ...workloadCollectors.flatMap(({ types }) => types)];

function workloadOfId(from: string): NamedResource | undefined {
  const place = parseResourceId(from);
  if (place === undefined || ![...listedTypes, ...childTypes].includes(place.type)) return undefined;
  return { id: from, name: place.name, type: place.type, subscriptionId: place.subscriptionId, loginServer: "" };
}

function only(found: readonly NamedResource[], what: string, text: string): NamedResource {
  const [first, second] = found;
  if (first === undefined) throw noneCalled(what, text);
  if (second === undefined) return first;
  const ids = found.map(({ id }) => id).join("\n  ");
  throw new UnclearQuestionError(`"${text}" is the name of more than one ${what}; say which by its id:\n  ${ids}`);
}
