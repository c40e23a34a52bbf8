import { type PullVerdict, pullReasons } from "../src/core/pull-reason.ts";

const titles: Readonly<Record<PullVerdict, string>> = {
  allow: "Allow",
  deny: "Deny",
  unknown: "Unknown",
};

/** What `can-pull` answers: its forms, and the closed list of reasons. */
export function canPullPage(): string {
  const tables = (["allow", "deny", "unknown"] as const).map((answer) => {
    const rows = pullReasons
      .filter((one) => one.answer === answer)
      .map(({ reason, meaning }) => `| \`${reason}\` | ${meaning.replaceAll("|", "\\|")} |`);
    return `### ${titles[answer]}\n\n| reason | meaning |\n|---|---|\n${rows.join("\n")}`;
  });
  return `<!-- Generated from .ci/can-pull-page.ts and src/core/pull-reason.ts by \`npm run generate\`. Do not edit. -->
# Can this workload pull from that registry?

One question, answered from configuration alone: no pod is started, no secret is read, nothing is kept.

\`\`\`sh
acraudit can-pull --from aks-shop --registry contoso --repository shop/cart
acraudit can-pull --from /subscriptions/…/containerApps/orders --registry contoso.azurecr.io --format json
curl "https://<app>.azurewebsites.net/api/can-pull?from=aks-shop&registry=contoso&repository=shop/cart" -H "x-functions-key: …"
\`\`\`

\`--from\` is the resource id or the name of a cluster, a container app or job, a container group, a web or function app or
a slot of one, a Machine Learning workspace or a task of a registry; slots and tasks are also known as \`portal/next\` and
\`contoso/build\`. A cache rule, which stands for its credential set, and a connected registry are known by their ids alone,
and are asked about the registry that they pull from. \`--registry\` is an id, a name or a login server. A name that several
resources have is refused, with their ids. \`--repository\` may carry a tag or a digest, and the login server of the registry.

What decides is asked of Resource Manager at that moment, so the command is a gate for a pipeline that changed a cluster, a
registry's network rules or its role assignment mode: the registry, its deny assignments, what the identity was granted there,
and the workload itself, with a cluster's scale sets, a container app's environment, a site's configuration and a task's agent
pool. Resource Graph, which is minutes behind, finds what is called by a name; a workload that was made a moment ago is there
by its id. It also shows the networks: where the registry is restricted or has private endpoints, \`notChecked\` says so. A
workload that may not be read is \`unknown\`, with what may not be read in \`gaps\`; so is a cluster that could pull, but for
nodes whose scale sets or images are not known (\`nodes-not-known\`).

| exit code | answer |
|---|---|
| 0 | \`allow\` |
| 1 | \`deny\` |
| 2 | wrong usage, or a name that is not there or not the only one (HTTP: 400 and 404) |
| 3 | \`unknown\`, or Azure does not answer (HTTP: 200 with \`unknown\`; 502 and 503) |

Both kinds of 3 stop a pipeline, and only \`unknown\` is an answer: it is on the standard output, with what would have to be
known in \`gaps\`. Where Azure does not answer, the standard output stays empty and the error says why.

The containers of a site that keeps them as resources of their own are judged each by its own login, and the worst decides;
the message says whose it is.

Without a repository the ones that the workload's images name are asked about, and all of them where no image is visible.

The answer has one \`reason\`, the first that a pull would run into: the network, then who logs in, then what that one is
granted. \`also\` holds those that come up once it is gone. \`evidence\` names role and deny assignments, the rules that report
the same of a sweep, and the facts; \`contradicting\` and \`notChecked\` say how far to trust it; \`gaps\` what would have to be
known; \`remedy\` is the one least-privilege change, as a command and in Bicep. It never turns on the admin user. What Azure does
not show stands in it in capitals, such as \`CONTAINER_NAME\`, and comments in Bicep say what else has to stay.

A registry that takes tokens made for Container Registry alone shuts out web and function apps, container apps and their jobs
with a managed identity, and AKS nodes with images from before March 2025 (\`arm-audience-refused\`). Ask for each of them
first, and upgrade node images before. Logins with a password are not concerned.

Where a grant is lacking, \`notChecked\` also names what is like one and is not counted: a role that the identity or a group of
it is eligible for (Privileged Identity Management), which only a person can activate, and a role that Azure Lighthouse
delegates to an identity of another tenant. Only those are named that would let it pull. Delegations to groups of another
tenant cannot be told and are left out. What could not be asked is named as such, and the answer stays what it is.

## Reasons

The list is closed.

${tables.join("\n\n")}
`;
}
