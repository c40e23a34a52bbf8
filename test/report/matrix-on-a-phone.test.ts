import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Page } from "playwright-core";
import { expect, test } from "vitest";
import { noChanges, noOutcomes } from "../../src/app/run-counts.ts";
import type { MatrixCell } from "../../src/core/pull-matrix.ts";
import type { UnitResult } from "../../src/core/run.ts";
import { noUsage } from "../../src/core/usage.ts";
import { page as pageOf } from "../../src/report/html/page.ts";
import { reportOf } from "./sample-report.ts";

/** Debian's; a machine without it skips this test. */
const executablePath = "/usr/bin/chromium";

const refused: MatrixCell = {
  ...{ pullerId: "/task", puller: "registry_of_customs/rebuild_declarations_nightly", kind: "acrTask" },
  ...{ registryId: "/contoso", registry: "contosocustomsdeclarations", login: "anonymous" },
  ...{ answer: "deny", reason: "no-credential", assignmentIds: [], learned: ["task"] },
};

const result: UnitResult = {
  ...{ unitId: "u", name: "u", outcomes: noOutcomes, changes: noChanges, coverage: [], usage: noUsage },
  state: "done",
  seconds: { collect: 0, evaluate: 0, store: 0 },
  matrix: [refused],
};

/** A cell for each of as many workloads and registries, named alike. */
const many: UnitResult = {
  ...result,
  matrix: Array.from({ length: 40 }, (_, index) => ({
    ...refused,
    ...{ pullerId: `/task${index}`, puller: `${refused.puller}_${index}` },
    ...{ registryId: `/contoso${index}`, registry: `${refused.registry}${index}` },
  })),
};

async function onPhone(results: readonly UnitResult[], look: (page: Page) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "phone-"));
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const file = join(folder, "report.html");
    await writeFile(file, pageOf(reportOf([], { results })));
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    await page.goto(pathToFileURL(file).href);
    await page.locator("#matrix summary").click();
    await look(page);
    expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
  } finally {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  }
}

test.skipIf(!existsSync(executablePath))("on a phone a long name leaves room to read the reason", () =>
  onPhone([result], async (page) => {
    const widthOf = async (selector: string) => (await page.locator(`#matrix tbody ${selector}`).boundingBox())?.width;

    expect(await widthOf("td:last-child")).toBeGreaterThan(200); // some six words a line
    expect(await widthOf("th")).toBeLessThan(240); // the name is broken, and answer and name are seen together
  }),
);

test.skipIf(!existsSync(executablePath))(
  "on a phone a wide grid scrolls inside of itself, names and signs in sight",
  () =>
    onPhone([many], async (page) => {
      const sign = await page.locator("#matrix .grid .sign.deny >> nth=1").boundingBox(); // the first is in the legend
      expect(sign?.x).toBeLessThan(340);
      await page.locator("#matrix .grid").evaluate("(grid) => grid.scrollBy(600, 0)");
      expect((await page.locator("#matrix .grid tbody th").first().boundingBox())?.x).toBeGreaterThanOrEqual(0);
    }),
);
