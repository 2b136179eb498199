// A real browser against a real engine: CARBON_NEXUS_URL says where it is.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, inject } from "vitest";
import { ENGINE } from "./engine";

const SCREENS = fileURLToPath(new URL("../../build/screens/", import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export type Theme = "light" | "dark";

interface How {
  width?: number;
  theme?: Theme;
  /** The engine wants a key that the page does not have yet: nothing is there before. */
  locked?: boolean;
}

/** The browser of a file of tests: opens pages, and fails the test in which a page broke. */
export function browser() {
  let running: Browser;
  const contexts: BrowserContext[] = [];
  const broken: string[] = [];
  beforeAll(async () => {
    running = await chromium.connect(inject("browser"));
  });
  afterEach(async ({ task }) => {
    const opened = contexts.splice(0);
    if (task.result?.state === "fail") await pictures(opened, task.name);
    await Promise.all(opened.map((context) => context.close()));
    expect(broken.splice(0)).toEqual([]);
  });
  afterAll(() => running.close());
  return {
    /** Open an address of the dashboard, such as "/hotspots", once what it asks for is there. */
    async open(path: string, { width = 1280, theme = "light", locked = false }: How = {}): Promise<Page> {
      const context = await running.newContext({
        viewport: { width, height: 800 },
        colorScheme: theme,
        reducedMotion: "reduce",
      });
      contexts.push(context);
      const page = await context.newPage();
      page.on("pageerror", (error) => broken.push(`${page.url()} broke: ${error}`));
      await page.goto(`${ENGINE}/app${path}`);
      if (!locked) await settled(page);
      return page;
    },
  };
}

/** Wait until no panel loads any more. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.waitForFunction(() => document.querySelector("[aria-busy=true], .skeleton") === null);
}

/** Press "3 new" until this row of a live list is shown: other rows may have come before it and wait there, too. */
export async function letIn(page: Page, row: Locator): Promise<void> {
  const waiting = page.getByRole("button", { name: /^\d+ new$/ });
  while (!(await row.isVisible())) {
    await row.or(waiting).first().waitFor();
    if (await waiting.isVisible()) await waiting.click();
  }
}

/** Everything that axe finds wrong with the page, in words; empty is good. In both themes, as the system has them. */
export async function complaints(page: Page): Promise<string[]> {
  // as the developer's tools would: the page's own policy lets no other script in
  await page.evaluate(AXE);
  const found = await look(page, {});
  const now = await page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches);
  await page.emulateMedia({ colorScheme: now ? "light" : "dark" });
  // a theme changes colours and nothing else
  const other = await look(page, { runOnly: ["color-contrast", "link-in-text-block"] });
  await page.emulateMedia({ colorScheme: now ? "dark" : "light" });
  return [...found, ...other.map((complaint) => `in the ${now ? "light" : "dark"} theme: ${complaint}`)];
}

async function look(page: Page, options: { runOnly?: string[] }): Promise<string[]> {
  const found = await page.evaluate(async (asked) => {
    const { axe } = window as unknown as {
      axe: { run: (how: object) => Promise<{ violations: Violation[] }> };
    };
    return (await axe.run(asked)).violations;
    interface Violation {
      id: string;
      help: string;
      nodes: { html: string; failureSummary: string }[];
    }
  }, options);
  return found.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}\n  ${html.slice(0, 200)}\n  ${failureSummary}`),
  );
}

/** How many pixels the page is wider than its window; 0 is good. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - window.innerWidth));
}

/** Keep a picture of the page, to be looked at. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENS, { recursive: true });
  await page.screenshot({ path: `${SCREENS}${name}.png`, fullPage: true });
}

/** What was on screen when a test failed. */
async function pictures(contexts: readonly BrowserContext[], test: string): Promise<void> {
  const name = `failed-${test
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 60)}`;
  const pages = contexts.flatMap((context) => context.pages());
  await Promise.all(pages.map((page, number) => picture(page, number === 0 ? name : `${name}-${number}`)));
}
