import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { html } from "../../src/report/html.ts";
import type { Report } from "../../src/report/model.ts";
import {
  blankReport,
  crowdedReport,
  healthyReport,
  hostileReport,
  sampleEvaluations,
  sampleReport,
} from "./report-sample.ts";

/** Debian's; a machine without it skips these tests. */
const executablePath = "/usr/bin/chromium";

describe.skipIf(!existsSync(executablePath))("in a browser without a network", () => {
  let browser: Browser;
  let folder: string;
  const complaints: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "report-"));
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  });

  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    expect(complaints.splice(0)).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(report: Report, options: BrowserContextOptions = {}): Promise<Page> {
    const file = join(folder, "report.html");
    await writeFile(file, html.render(report));
    const context = await browser.newContext({ offline: true, ...options });
    const page = await context.newPage();
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith("file:") && url !== "data:,") complaints.push(`requested ${url}`);
    });
    await page.goto(pathToFileURL(file).href);
    return page;
  }

  test("filters by text, by severity and by both, and says how many are left", async () => {
    const page = await open(sampleReport());
    const shown = page.locator("#shown");
    expect(await shown.textContent()).toBe("14 findings");
    expect(await shown.getAttribute("aria-live")).toBe("polite");

    await page.getByLabel("Filter findings by text").fill("AKS-payments");
    expect(await shown.textContent()).toBe("2 of 14 findings");
    expect(await visible(page, ".finding h4")).toEqual(["aks-payments-neu", "aks-payments-weu"]);
    expect(await visible(page, ".group h3")).toEqual(["Kubelet identity cannot pull"]);

    await page.getByLabel("Filter findings by text").fill("");
    await page.getByLabel("Critical").check();
    expect(await visible(page, ".finding h4")).toEqual(["sp-checkout-ci", "sp-nightly-scan", "sp-retail-deploy"]);

    await page.getByLabel("Filter findings by text").fill("nothing like this");
    expect(await shown.textContent()).toBe("No finding matches");
    expect(await visible(page, ".finding h4")).toEqual([]);
  });

  test("finds the title of the rule and what is folded away", async () => {
    const page = await open(sampleReport());
    await page.getByLabel("Filter findings by text").fill("admin user is enabled");
    expect(await page.locator("#shown").textContent()).toBe("3 of 14 findings");
    await page.getByLabel("Filter findings by text").fill("contosoretail9");
    expect(await visible(page, ".finding h4")).toEqual(["sp-nightly-scan"]);
  });

  test("copies a command and says so", async () => {
    const report = sampleReport();
    const page = await open(report, { permissions: ["clipboard-read", "clipboard-write"] });
    await page.clock.install();
    const button = page.getByRole("button", { name: "Copy the command for contosodev" });
    await button.click();
    await expect.poll(() => button.textContent()).toBe("Copied");
    expect(await page.locator("#said").textContent()).toBe("Command copied");
    const command = report.findings.find(({ subject }) => subject.name === "contosodev")?.remediation.cli;
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(command);
    await page.clock.fastForward(2500);
    await expect.poll(() => button.textContent()).toBe("Copy");
  });

  test("copies without a clipboard API too, or leaves the command selected", async () => {
    const page = await open(sampleReport());
    await page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
    await page.evaluate("document.execCommand = () => false");
    const button = page.getByRole("button", { name: "Copy the command for contosodev" });
    await button.click();
    await expect.poll(() => button.textContent()).toBe("Press Ctrl+C");
    expect(await page.evaluate("getSelection().toString()")).toMatch(/^az acr update .* --name contosodev /);
  });

  test("is worked with the keyboard alone, and shows where the focus is", async () => {
    const page = await open(sampleReport(), { viewport: { width: 1366, height: 900 } });
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the content");
    await page.keyboard.press("/");
    expect(await page.evaluate("document.activeElement.id")).toBe("text");
    await page.keyboard.type("contosodev");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    expect(await page.locator("#shown").textContent()).toBe("No finding matches");
    expect(await page.evaluate("getComputedStyle(document.activeElement.parentNode).outlineStyle")).toBe("solid");
    await page.keyboard.press("Space");
    expect(await page.locator("#shown").textContent()).toBe("1 of 14 findings");

    const focused = "document.activeElement";
    for (let press = 0; press < 10; press++) {
      await page.keyboard.press("Tab");
      expect(await page.evaluate(`getComputedStyle(${focused}.closest(".chip") ?? ${focused}).outlineStyle`)).toBe(
        "solid",
      );
      if (await page.evaluate(`${focused}.closest(".cmd") !== null`)) break;
    }
    expect(await page.evaluate(`${focused}.getAttribute("aria-label")`)).toBe("Copy the command for contosodev");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.locator("#said").textContent()).not.toBe("");
  });

  test("keeps a finding in sight that a link names, under the bar", async () => {
    const report = sampleReport();
    const page = await open(report);
    const last = report.upcoming.at(-1)?.fingerprint;
    await page.evaluate(`document.documentElement.style.scrollBehavior = "auto"; location.hash = "#f-${last}"`);
    const top = `document.getElementById("f-${last}").getBoundingClientRect().top`;
    await expect
      .poll(() => page.evaluate(`${top} >= document.querySelector(".bar").getBoundingClientRect().bottom`))
      .toBe(true);
    expect(await page.evaluate(`${top} < innerHeight`)).toBe(true);
  });

  test("opens the folded group of a finding that a link names", async () => {
    const report = crowdedReport(80);
    const page = await open(report);
    const some = report.findings[40]?.fingerprint;
    await page.evaluate(`location.hash = "#f-${some}"`);
    await expect.poll(() => page.locator(`#f-${some}`).isVisible()).toBe(true);
  });

  test("folds and unfolds all groups", async () => {
    const page = await open(sampleReport());
    await page.getByRole("button", { name: "Collapse all" }).click();
    expect(await visible(page, ".finding h4")).toEqual([]);
    await page.getByRole("button", { name: "Expand all" }).click();
    expect(await visible(page, ".finding h4")).toHaveLength(14);
  });

  test.each([
    ["sample", sampleReport({ evaluations: sampleEvaluations() })],
    ["healthy", healthyReport()],
    ["blank", blankReport()],
    ["hostile", hostileReport()],
  ])("has enough contrast and no sideways scrolling on any screen: %s report", async (_, report) => {
    const page = await open(report, { reducedMotion: "reduce" });
    await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
    for (const width of [360, 1366]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await page.evaluate(weakContrasts)).toEqual([]);
      }
    }
  });

  test("is dark where the reader's system is, and light on paper all the same", async () => {
    const page = await open(sampleReport(), { colorScheme: "dark" });
    const brightness = "getComputedStyle(document.body).backgroundColor";
    expect(await page.evaluate(brightness)).toBe("rgb(14, 20, 27)");
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    expect(await page.evaluate(brightness)).toBe("rgb(255, 255, 255)");
  });

  test("prints every command, without bar and buttons", async () => {
    const page = await open(crowdedReport(80));
    expect(await page.locator(".cmd code").first().isVisible()).toBe(false);
    await page.emulateMedia({ media: "print" });
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await visible(page, ".cmd code")).toHaveLength(80);
    expect(await visible(page, ".bar, .cmd button, #fold")).toEqual([]);
    await page.evaluate("dispatchEvent(new Event('afterprint'))");
    await page.emulateMedia({ media: "screen" });
    expect(await page.locator(".cmd code").first().isVisible()).toBe(false);
  });

  test("is readable without scripts, and shows nothing that would not work", async () => {
    const page = await open(sampleReport(), { javaScriptEnabled: false });
    expect(await page.locator(".finding").last().isVisible()).toBe(true);
    expect(await page.getByRole("button").count()).toBe(0);
    expect(await page.getByRole("searchbox").count()).toBe(0);
    await page.locator(".finding summary").first().click();
    expect(await page.locator(".finding dl").first().isVisible()).toBe(true);
  });

  test("runs nothing that a hostile name brings along", async () => {
    const page = await open(hostileReport());
    await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
    await page.getByLabel("Filter findings by text").fill("<script>");
    expect(await page.evaluate("globalThis.hacked")).toBeUndefined();
    expect(await page.locator("img, iframe, object, embed, form, svg[onload], script:not(body > script)").count()).toBe(
      0,
    );
    expect(await page.locator("script").count()).toBe(1);
  });

  test("refuses scripts, styles and requests that somebody adds to the file", async () => {
    const page = await open(sampleReport());
    await page.evaluate(`{
      const script = document.createElement("script");
      script.textContent = "globalThis.hacked = true";
      document.body.append(script);
    }`);
    expect(await page.evaluate("globalThis.hacked")).toBeUndefined();
    expect(complaints.splice(0)).toEqual([expect.stringContaining("Content Security Policy")]);
  });

  test("filters many findings and lays the page out a few times, not once for each of them", async () => {
    const page = await open(crowdedReport(1000));
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Performance.enable");
    const layouts = async () => {
      const { metrics } = await devtools.send("Performance.getMetrics");
      return metrics.find(({ name }) => name === "LayoutCount")?.value ?? Number.NaN;
    };
    const field = page.getByLabel("Filter findings by text");
    await field.focus();
    const before = await layouts();
    await field.fill("contosodev-77");
    expect(await page.locator("#shown").textContent()).toMatch(/^\d+ of 1,000 findings$/);
    expect((await layouts()) - before).toBeLessThan(50);
  });

  test("tells a late reader how old it is", async () => {
    const page = await open(sampleReport());
    await page.clock.setFixedTime(new Date("2026-11-26T09:00:00Z"));
    await page.reload();
    expect(await page.locator("#age").textContent()).toBe("21 Nov 2026, 07:31 UTC (5 days ago)");
  });
});

async function visible(page: Page, selector: string): Promise<readonly string[]> {
  const found = page.locator(selector).filter({ visible: true });
  return found.allTextContents();
}

/** Texts whose contrast to what is painted behind them is below WCAG AA: 4.5, or 3 for large ones. */
const weakContrasts = `(() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = (colour) => {
    const [red, green, blue] = channels(colour).slice(0, 3)
      .map((value) => value / 255)
      .map((value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if ((channels(colour)[3] ?? 1) > 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const weak = new Set();
  for (const element of document.querySelectorAll("body *:not(script, desc, title)")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");
    if (!own || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const colour = element.namespaceURI.endsWith("svg") ? style.fill : style.color;
    const [light, dark] = [luminance(colour), luminance(behind(element))].sort((a, b) => b - a);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < (large ? 3 : 4.5)) weak.add(element.className + " " + element.localName + ": " + ratio.toFixed(2));
  }
  return [...weak];
})()`;
