import fc from "fast-check";
import { expect, test } from "vitest";
import { commandRunId, scheduledRun } from "../../src/app/run-id.ts";

const at = (time: string) => new Date(`2026-03-01T${time}Z`);
const daily = "0 0 3 * * *";

test.for(["03:00:00.000", "03:00:00.800", "03:07:12.345", "12:00:00.000", "23:59:59.999"])(
  "a run of 03:00 that starts at %s is the run of 03:00",
  (time) => {
    expect(scheduledRun(daily, at(time))).toEqual({ runId: "sweep-20260301T030000000Z", slot: at("03:00:00.000") });
  },
);

test("a host that calls a moment early means the slot that comes", () => {
  expect(scheduledRun(daily, at("02:59:59.400")).slot).toEqual(at("03:00:00.000"));
  expect(scheduledRun(daily, at("02:59:58.000")).slot).toEqual(new Date("2026-02-28T03:00:00Z"));
});

test.for([
  ["30 15 */6 * * *", "07:00:00.000", "06:15:30.000"],
  ["0 */30 * * * *", "07:44:00.000", "07:30:00.000"],
  ["15,45 * * * * *", "07:44:30.000", "07:44:15.000"],
] as const)("%s at %s is the slot of %s", ([schedule, time, slot]) => {
  expect(scheduledRun(schedule, at(time)).slot).toEqual(at(slot));
});

test("schedules are in UTC, over a change of clocks too", () => {
  for (const day of ["2026-03-29", "2026-10-25"])
    expect(scheduledRun("0 30 2 * * *", new Date(`${day}T04:00:00Z`)).slot).toEqual(new Date(`${day}T02:30:00Z`));
});

test("between two slots the run is the same at every moment, and no two slots share one", () => {
  const delay = fc.integer({ min: 0, max: 3_599_000 - 1001 });
  fc.assert(
    fc.property(fc.nat(24 * 365), delay, delay, (hour, a, b) => {
      const slot = Date.UTC(2026, 0, 1, hour);
      const run = (time: number) => scheduledRun("0 0 * * * *", new Date(time)).runId;
      expect(run(slot + a)).toBe(run(slot + b));
      expect(run(slot + 3_600_000)).not.toBe(run(slot));
    }),
  );
});

test("a command is a run of its own, named after its moment", () => {
  expect(commandRunId(at("07:30:00.123"))).toBe("command-20260301T073000123Z");
});
