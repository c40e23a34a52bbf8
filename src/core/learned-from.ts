import type { Learned } from "./facts.ts";

/** How sentences say where it is known from that a puller needs a registry. */
export const learnedFrom: Readonly<Record<Learned, string>> = {
  tag: "its tag acraudit-registries",
  setting: "a setting",
  bootstrapProfile: "its bootstrap profile",
  grant: "a grant made for it",
  expected: "expected of its subscription or resource group",
  image: "its images",
  workspace: "its own settings",
  task: "its own settings",
  cacheRule: "a cache rule",
  sync: "what it synchronizes with",
  asked: "the question",
};
