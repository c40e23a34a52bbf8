import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { printable } from "../../src/core/printable.ts";
import { html } from "../../src/report/html.ts";
import { buildReport, type Report } from "../../src/report/model.ts";
import { type HtmlElement, readHtml } from "./read-html.ts";
import {
  attacks,
  blankReport,
  crowdedReport,
  healthyReport,
  hostileReport,
  sampleEvaluations,
  sampleInput,
  sampleReport,
} from "./report-sample.ts";

const reports: Readonly<Record<string, Report>> = {
  sample: sampleReport({ evaluations: sampleEvaluations() }),
  hostile: hostileReport(),
  healthy: healthyReport(),
  blank: blankReport(),
  crowded: crowdedReport(200),
  "first sweep": sampleReport({ runs: sampleInput().runs.slice(0, 1), keepsHistory: false }),
};

test("findings of one rule stand under its title, and under its name where each has a title of its own", () => {
  const titles = (report: Report) => of(readHtml(html.render(report)), "h3").map(({ text }) => text);
  const [first, second] = sampleReport().findings;
  if (!first || !second) return expect.unreachable("the sample has findings");
  const failing = (title: string) => ({ ...first, ruleId: "login-failing", title });
  const page = (...names: string[]) => titles({ ...sampleReport(), findings: names.map(failing), upcoming: [] });
  expect(page("The role is ignored", "The role is ignored")).toEqual(["The role is ignored"]);
  expect(page("The role is ignored", "The credential has expired")).toEqual(["Login failing"]);
});

describe.each(Object.entries(reports))("the page of the %s report", (_, report) => {
  const page = html.render(report);
  const elements = readHtml(page);

  test("is one whole document in a language", () => {
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(of(elements, "html")).toHaveLength(1);
    expect(of(elements, "h1")).toHaveLength(1);
    expect(of(elements, "title")[0]?.text).not.toBe("");
  });

  test("allows by its policy the one style sheet and the one script that it has", () => {
    const policy = of(elements, "meta")
      .find(({ attributes }) => attributes.has("http-equiv"))
      ?.attributes.get("content");
    const [style, ...styles] = of(elements, "style");
    const [script, ...scripts] = of(elements, "script");
    expect([styles, scripts]).toEqual([[], []]);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`style-src ${hashOf(style?.text ?? "")};`);
    expect(policy).toContain(`script-src ${hashOf(script?.text ?? "")};`);
    expect(policy).not.toContain("unsafe");
  });

  test("loads nothing and leads only to itself and the Azure portal", () => {
    const names = ["src", "srcset", "data", "action", "formaction", "poster", "xlink:href", "background"];
    expect(elements.flatMap(({ attributes }) => names.filter((name) => attributes.has(name)))).toEqual([]);
    const links = elements.flatMap(({ attributes }) => attributes.get("href") ?? []);
    expect(links.filter((link) => !/^(?:#|data:,$|https:\/\/portal\.azure\.com\/#resource\/)/.test(link))).toEqual([]);
    expect(of(elements, "style")[0]?.text).not.toMatch(/url\(|@import/);
  });

  test("has no inline style and no inline handler", () => {
    const inline = elements.flatMap(({ attributes }) =>
      [...attributes.keys()].filter((name) => /^(?:style$|on)/i.test(name)),
    );
    expect(inline).toEqual([]);
  });

  test("gives each id once and points only at ids that it has", () => {
    const ids = elements.flatMap(({ attributes }) => attributes.get("id") ?? []);
    expect(ids).toHaveLength(new Set(ids).size);
    const targets = elements.flatMap(({ attributes }) => [
      ...(attributes.get("aria-labelledby")?.split(" ") ?? []),
      ...(attributes
        .get("href")
        ?.match(/^#(.+)/)
        ?.slice(1) ?? []),
    ]);
    expect(targets.filter((target) => !ids.includes(target))).toEqual([]);
  });

  test("names its tables, their headings and its drawings", () => {
    const tables = page.match(/<table>\s*<caption>/g) ?? [];
    expect(tables).toHaveLength(of(elements, "table").length);
    expect(of(elements, "th").filter(({ attributes }) => !attributes.has("scope"))).toEqual([]);
    const drawings = of(elements, "svg").filter(({ attributes }) => attributes.get("role") === "img");
    const parts = page.match(/role="img"[^>]*>\s*<title[^>]*>[^<]+<\/title>\s*<desc[^>]*>[^<]+<\/desc>/g) ?? [];
    expect(parts).toHaveLength(drawings.length);
  });

  test("shows every open finding with severity, subject, message and its one command", () => {
    const cards = withClass(elements, "finding");
    const open = [...report.findings, ...report.upcoming];
    expect(cards).toHaveLength(open.length);
    for (const { fingerprint, severity, subject, evidence, remediation } of open) {
      const card = cards.find(({ attributes }) => attributes.get("id") === `f-${fingerprint}`);
      expect(card?.text.toLowerCase()).toContain(severity);
      expect(card?.text).toContain(printable(subject.name));
      expect(card?.text).toContain(printable(remediation.cli));
      for (const value of Object.values(evidence)) {
        if (typeof value !== "object") expect(card?.text).toContain(printable(String(value)));
      }
    }
  });

  test("holds no character that hides or reorders what is read", () => {
    const lines = page.split("\n");
    expect(lines.filter((line) => printable(line) !== line)).toEqual([]);
  });

  test("is the same for the same report", () => {
    expect(html.render(report)).toBe(page);
  });
});

describe("the headline", () => {
  test("counts what is open, what will break and when", () => {
    expect(headline(sampleReport())).toBe("10 findings are open now, 4 more will break, the first in 4 days");
    expect(headline(sampleReport({ findings: sampleInput().findings.filter(({ due }) => due !== undefined) }))).toBe(
      "Nothing is open now, but 4 will break, the first in 4 days",
    );
  });

  test("says that all is well only when everything was looked at", () => {
    expect(headline(healthyReport())).toBe("No finding is open, and everything was looked at");
    expect(headline(sampleReport({ findings: [] }))).toBe("No finding is open, but 5 evaluations could not be decided");
  });

  test("does not take a sweep that evaluated nothing for a good one", () => {
    const report = sampleReport({ findings: [], results: [] });
    expect(headline(report)).toBe("Nothing could be evaluated");
    expect(html.render(report)).toContain("Not the whole picture.");
  });

  test("does not take failed parts of a sweep for a good one", () => {
    const { run } = sampleInput();
    const totals = run?.totals && { ...run.totals, failedUnits: 2 };
    const healthy = healthyReport();
    const report = { ...healthy, run: run && totals ? { ...run, totals } : null };
    expect(headline(report)).toBe("No finding is open, but not everything was looked at");
    expect(html.render(report)).toContain("2 of 5 parts of the sweep failed");
  });

  test("says scope and age", () => {
    const page = html.render(sampleReport());
    expect(page).toContain('<time id="age" datetime="2026-11-21T07:31:14.000Z">21 Nov 2026, 07:31 UTC</time>');
    expect(page).toContain("scope: management group contoso");
  });
});

describe("what was not looked at", () => {
  test("is told at the top and listed with its reason, subjects and rules", () => {
    const report = sampleReport();
    const page = html.render(report);
    expect(withClass(readHtml(page), "banner")[0]?.text).toContain("5 evaluations could not be decided");
    for (const { gap, names, rules } of report.coverage) {
      for (const text of [gap.reason, gap.detail, ...names, ...rules]) expect(page).toContain(text);
    }
  });

  test("never rounds up to 100 %", () => {
    const [result] = sampleInput().results;
    const outcomes = { pass: 99_999, fail: 0, notApplicable: 0, unknown: 1 };
    const page = html.render(sampleReport({ results: result ? [{ ...result, outcomes }] : [] }));
    expect(page).toContain("<strong>99.9 %</strong>");
  });

  test("is told once where several slices met the same gap", () => {
    const { results } = sampleInput();
    const page = html.render(sampleReport({ results: [...results, ...results] }));
    expect(page.split("the identity needs Application.Read.All")).toHaveLength(2);
  });
});

describe("the sections", () => {
  test("group what is wrong by rule, the worst first, and what will break by date", () => {
    const groups = of(readHtml(html.render(sampleReport())), "h3");
    expect(groups.map(({ text }) => text)).toEqual([
      "Service principal credential is expired or missing",
      "Admin user is enabled",
      "Kubelet identity cannot pull",
      "Cluster is attached to no registry",
      "Within 7 days",
      "Within 14 days",
      "Within 30 days",
    ]);
  });

  test("show ten values of a list and count the others", () => {
    const page = html.render(sampleReport());
    expect(page).toContain('<li>contosoretail9</li><li class="quiet">and 4 more</li>');
    expect(page).not.toContain("<li>contosohub10</li>");
  });

  test("tell a fixed finding from one whose subject is gone", () => {
    const rows = readHtml(html.render(sampleReport())).filter(
      ({ name, attributes }) => name === "tr" && attributes.has("id"),
    );
    expect(rows.map(({ text }) => text)).toEqual([
      expect.stringMatching(/sp-old-jenkins.*Subject deleted/),
      expect.stringMatching(/contosohub.*Fixed/),
      expect.stringMatching(/aks-retail-neu.*Fixed/),
    ]);
  });

  test("show every evaluation only where it was asked for", () => {
    expect(html.render(sampleReport())).not.toContain("Every evaluation");
    expect(html.render(sampleReport({ evaluations: sampleEvaluations() }))).toContain(
      "contosohub refuses its admin user.",
    );
  });

  test("say that no history is kept", () => {
    expect(html.render(sampleReport({ keepsHistory: false, runs: [] }))).toContain("No history is kept");
  });

  test("show a page for the time before the first sweep", () => {
    const page = html.render(blankReport());
    expect(headline(blankReport())).toBe("No sweep has finished yet");
    expect(page).toContain("acraudit sweep");
    expect(page).not.toContain("Wrong now");
  });
});

describe("hostile texts", () => {
  const page = html.render(hostileReport());

  test.each(attacks)("%j stays text", (attack) => {
    const texts = readHtml(page).map(({ text }) => text);
    expect(texts.some((text) => text.includes(printable(attack)))).toBe(true);
  });

  test("of a cloud that nobody knows make no link", () => {
    expect(page).not.toContain("portal.azure");
  });

  test.each(["a b", 'a"b', "a<b", "a\u202Eb", "a\\b", "a/b"])("in a resource id make no link: %j", (name) => {
    const report = sampleReport();
    const findings = report.findings.flatMap((finding) => {
      const { subject } = finding;
      return subject.kind === "registry" ? [{ ...finding, subject: { ...subject, id: `${subject.id}${name}` } }] : [];
    });
    expect(html.render({ ...report, findings })).not.toContain("portal.azure");
    expect(html.render(report)).toContain('href="https://portal.azure.com/#resource/subscriptions/');
  });

  test("that pass for markup of the template library stay text", () => {
    const disguised = JSON.parse('{"isEscaped": true, "callbacks": ["<script>"]}');
    const [finding] = sampleReport().findings;
    if (!finding) throw new Error("the sample has findings");
    const report = { ...sampleReport(), findings: [{ ...finding, evidence: { list: [disguised] }, message: "x" }] };
    expect(html.render(report)).toContain("{&quot;isEscaped&quot;:true");
  });
});

describe("a crowd of findings", () => {
  const report = crowdedReport(6000);
  const page = html.render(report);

  test("is cut at 5,000 with a note that says how many are missing", () => {
    expect(page.split('<article class="finding')).toHaveLength(5001);
    expect(page).toContain("<strong>1,000 findings more.</strong>");
    expect(headline(report)).toBe("6,000 findings are open now");
  });

  test("stays a file that a browser opens and a mailbox takes", () => {
    expect(page.length).toBeLessThan(12_000_000);
    expect(gzipSync(page).length).toBeLessThan(1_500_000);
  });

  test("starts folded, so that the groups can be seen at once", () => {
    expect(page).not.toMatch(/<details class="group" open>/);
    expect(html.render(sampleReport())).toMatch(/<details class="group" open>/);
  });
});

test("a report of no run, no result and no finding renders", () => {
  const input = { ...sampleInput(), results: [], findings: [], runs: [] };
  expect(() => readHtml(html.render(buildReport(input)))).not.toThrow();
});

function headline(report: Report): string | undefined {
  return of(readHtml(html.render(report)), "h1")[0]?.text;
}

function of(elements: readonly HtmlElement[], name: string): readonly HtmlElement[] {
  return elements.filter((element) => element.name === name);
}

function withClass(elements: readonly HtmlElement[], name: string): readonly HtmlElement[] {
  return elements.filter(({ attributes }) => attributes.get("class")?.split(" ").includes(name));
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
