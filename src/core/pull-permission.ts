import { type Gap, known } from "./collected.ts";
import type { Grant, Puller, Registry, RegistryNeed } from "./facts.ts";
import { decideIfKnown, type NotCounted, type PermissionAnswer } from "./permission.ts";
import { worstAnswer } from "./worst-answer.ts";

interface Who {
  readonly principalId: string;
  readonly managedIdentity: boolean;
  readonly notCounted?: readonly NotCounted[];
}

/** Whether an identity may pull what a puller is known to need of a registry: of all repositories the worst answer. */
export function mayPull(
  need: RegistryNeed,
  registry: Registry,
  { grants, ...who }: Who & { readonly grants: readonly Grant[] },
  now?: Date,
): PermissionAnswer {
  return mayPullIfKnown({ ...need, grants: known(grants) }, registry, who, now);
}

/** The same with the grants of the need, which may not be known. */
export function mayPullIfKnown(need: RegistryNeed, registry: Registry, who: Who, now?: Date): PermissionAnswer {
  const { ancestors, unreadGroups, denials, memberships = [], tenants, repositories = [], grants } = need;
  const question = {
    ...({ operation: "pull", registry, ancestors, unreadGroups, denials, memberships, grants, ...who } as const),
    ...(tenants !== undefined && { tenants }),
    ...(now !== undefined && { now }),
  };
  const answers =
    repositories.length > 0
      ? repositories.map((repository) => decideIfKnown({ ...question, repository }))
      : [decideIfKnown(question)];
  return worstAnswer(answers) ?? decideIfKnown(question);
}

/** A need whose pull is decided by grants, with the answer; or why it cannot be. */
export type AnsweredNeed = { readonly need: RegistryNeed; readonly about: string } & (
  | {
      readonly answered: true;
      readonly registry: Registry;
      readonly principalId: string;
      readonly grants: readonly Grant[];
      readonly answer: PermissionAnswer;
    }
  | { readonly answered: false; readonly gaps: readonly [Gap, ...Gap[]] }
);

/** The needs of a puller that logs in as a principal; one that logs in otherwise needs no grant. */
export function answeredNeeds(puller: Puller, needs: readonly RegistryNeed[], now: Date): readonly AnsweredNeed[] {
  return needs.flatMap((need): AnsweredNeed[] => {
    const identity = need.identity ?? puller.identity;
    if (/^(?:adminUser|repositoryToken|anonymous)$/.test(identity.kind)) return [];
    const shared = { need, about: need.registryId.toLowerCase() };
    const { principalId } = identity;
    const { registry, grants } = need;
    if (!principalId.known) return [{ ...shared, answered: false, gaps: [principalId.gap] }];
    if (!registry.known) return [{ ...shared, answered: false, gaps: [registry.gap] }];
    if (!grants.known) return [{ ...shared, answered: false, gaps: [grants.gap] }];

    const managedIdentity = identity.kind === "managedIdentity";
    const who = { principalId: principalId.value, managedIdentity, grants: grants.value };
    const answer = mayPull(need, registry.value, who, now);
    const [gap, ...more] = answer.gaps;
    if (answer.answer === "unknown" && gap) return [{ ...shared, answered: false, gaps: [gap, ...more] }];
    const known = { registry: registry.value, principalId: principalId.value, grants: grants.value, answer };
    return [{ ...shared, answered: true, ...known }];
  });
}

/** A judgement of a need that could not be answered; without an id it leaves all of the puller's findings as they are. */
export function unanswered({ about, gaps }: { readonly about: string; readonly gaps: readonly [Gap, ...Gap[]] }) {
  return { outcome: "unknown", ...(about !== "" && { about }), gaps } as const;
}
