// A real browser against a real engine: CARBON_NEXUS_URL says where it is, CHROMIUM which browser.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";

const ENGINE = process.env.CARBON_NEXUS_URL ?? "http://127.0.0.1:8000";
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const SCREENS = fileURLToPath(new URL("../../build/screens/", import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export type Theme = "light" | "dark";

interface How {
  width?: number;
  theme?: Theme;
}

/** The browser of a file of tests: opens pages, and fails the test in which a page broke. */
export function browser() {
  let running: Browser;
  beforeAll(async () => {
    running = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: FLAGS,
    });
  });
  afterAll(() => running.close());
  return {
    /** Open an address of the dashboard, such as "/hotspots", once what it asks for is there. */
    async open(path: string, { width = 1280, theme = "light" }: How = {}): Promise<Page> {
      const context = await running.newContext({
        viewport: { width, height: 800 },
        colorScheme: theme,
        reducedMotion: "reduce",
      });
      const page = await context.newPage();
      page.on("pageerror", (error) => expect.unreachable(`${path} broke: ${error}`));
      await page.goto(`${ENGINE}/app${path}`);
      await settled(page);
      return page;
    },
  };
}

/** Wait until no panel loads any more. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.waitForFunction(() => document.querySelector("[aria-busy=true], .skeleton") === null);
}

/** Everything that axe finds wrong with the page, in words; empty is good. */
export async function complaints(page: Page): Promise<string[]> {
  // as the developer's tools would: the page's own policy lets no other script in
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run: () => Promise<{ violations: Violation[] }> } };
    return (await axe.run()).violations;
    interface Violation {
      id: string;
      help: string;
      nodes: { html: string; failureSummary: string }[];
    }
  });
  return found.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}\n  ${html.slice(0, 200)}\n  ${failureSummary}`),
  );
}

/** Keep a picture of the page, to be looked at. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENS, { recursive: true });
  await page.screenshot({ path: `${SCREENS}${name}.png`, fullPage: true });
}
