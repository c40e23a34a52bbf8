import { answeredNeeds, unanswered } from "../core/pull-permission.ts";
import { defineRule } from "../core/rule.ts";

export const pullGrantPropagating = defineRule({
  id: "pull-grant-propagating",
  title: "Pull grant has not arrived everywhere yet",
  subject: "puller",
  severity: "info",
  category: "grants",
  needs: ["puller", "needs"],

  why: "A new grant takes up to ten minutes to count, hours where data actions were granted at a management group, and up to a day where a managed identity gets it through a group. Pulls that fail in that time mislead people into granting more than is needed.",
  failures: {
    propagating: {
      message: "<puller> may pull from <registry> only by grants that are still propagating, until <until>: <delay>.",
      remediation: {
        text: "Wait until then before you change anything; afterwards log in again, since nodes keep a refused token for up to an hour.",
        cli: "az role assignment list --scope <registryId> --include-inherited --assignee <principalId>",
      },
    },
  },
  statements: {
    settled: "<puller> has a settled grant for <registry>, or none that lets it pull.",
    noneNeeded: "<puller> needs no grant for a registry.",
  },
  references: [
    "https://learn.microsoft.com/azure/role-based-access-control/troubleshooting",
    "https://learn.microsoft.com/azure/container-registry/container-registry-faq",
  ],

  evaluate: ({ puller, needs }, { now }) => {
    const answered = answeredNeeds(puller, needs, now);
    if (answered.length === 0)
      return [{ outcome: "notApplicable", statement: "noneNeeded", evidence: { puller: puller.name } }];
    return answered.map((one) => {
      if (!one.answered) return unanswered(one);
      const { need, about, registry, principalId, answer } = one;
      const shared = { puller: puller.name, registry: need.registryName };
      const [first] = answer.propagating.toSorted((a, b) => Date.parse(a.until) - Date.parse(b.until));
      if (answer.answer !== "allow" || !first)
        return { outcome: "pass", statement: "settled", about, evidence: shared };
      const evidence = {
        ...shared,
        registryId: registry.id,
        principalId,
        until: first.until,
        delay: first.why,
        grantIds: answer.propagating.map(({ grantId }) => grantId),
      };
      return { outcome: "fail", failure: "propagating", about, evidence };
    });
  },
});
