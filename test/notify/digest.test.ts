import { expect, test } from "vitest";
import { countByRule, listing } from "../../src/notify/digest.ts";
import { digest, finding, notice, notices, resolvedFinding } from "./notices.ts";

test("25 problems are told one by one, 26 by rule", () => {
  expect(listing(digest(notices(25)))).toMatchObject({ single: { length: 25 }, grouped: { length: 0 } });
  expect(listing(digest(notices(26)))).toMatchObject({ single: { length: 0 }, grouped: { length: 26 } });
});

test("what a first sweep opens is summed up, and its flood hides nothing that is new elsewhere", () => {
  const old = notices(300);
  const elsewhere = notice("opened", finding(999, { subject: { ...finding(999).subject, partition: "another" } }));
  const told = digest([...old, elsewhere], { onboarded: new Set([finding().subject.partition]) });
  expect(told).toMatchObject({ storm: false, firstRun: false, onboarded: { length: 300 }, problems: [elsewhere] });
  expect(listing(told)).toMatchObject({ single: { length: 11 }, grouped: { length: 290 } });
});

test("what came back or got worse is news in a first sweep too", () => {
  const told = digest([notice("reopened", finding(1)), notice("escalated", finding(2)), notice("opened", finding(3))], {
    onboarded: "all",
  });
  expect(told.problems.map(({ kind }) => kind)).toEqual(["reopened", "escalated"]);
  expect(told.onboarded).toHaveLength(1);
});

test("the worst stands first, then what hurts now, then what breaks next", () => {
  const told = digest([
    notice("opened", finding(1, { severity: "medium" })),
    notice("opened", finding(2, { due: "2026-12-24T00:00:00Z" })),
    notice("opened", finding(3, { due: "2026-12-01T00:00:00Z" })),
    notice("opened", finding(4)),
    notice("opened", finding(5, { severity: "critical" })),
  ]);
  expect(told.problems.map(({ finding: { subject } }) => subject.name)).toEqual([
    "contoso5",
    "contoso4",
    "contoso3",
    "contoso2",
    "contoso1",
  ]);
});

test("what was resolved is told apart", () => {
  const told = digest([notice("resolved", resolvedFinding(1)), notice("opened", finding(2))]);
  expect(told).toMatchObject({ problems: { length: 1 }, resolved: { length: 1 } });
});

test("rules are counted, the worst first", () => {
  const counts = countByRule(
    notices(5, (number) => (number > 3 ? { ruleId: "b", title: "B", severity: "critical" } : { title: "A" })),
  );
  expect(counts).toEqual([
    { title: "B", severity: "critical", count: 2, names: ["contoso4", "contoso5"] },
    { title: "A", severity: "high", count: 3, names: ["contoso1", "contoso2", "contoso3"] },
  ]);
});
