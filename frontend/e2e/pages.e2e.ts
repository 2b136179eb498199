// Every page of the navigation and what opens over all of them: nothing for axe to find in either theme, nothing too
// wide, and a picture of each.
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { browser, complaints, overflow, picture, settled, type Theme } from "./browser";

const { open } = browser();
const MINUTES = 60_000;

/** Go to every page of the navigation, and say what is wrong with any. */
async function every(page: Page, look: (name: string) => Promise<string[]>): Promise<string[]> {
  const links = await page.locator("nav[aria-label=Pages] a").all();
  const addresses = await Promise.all(links.map((link) => link.getAttribute("href")));
  expect(addresses.length).toBeGreaterThan(10);
  const wrong: string[] = [];
  for (const address of addresses) {
    await page.goto(new URL(address ?? "", page.url()).href);
    await settled(page);
    const name = address?.split("/").at(2) || "pulse";
    const wide = await overflow(page);
    if (wide > 0) wrong.push(`${name} is ${wide} pixels too wide`);
    wrong.push(...(await look(name)).map((words) => `${name}: ${words}`));
  }
  return wrong;
}

it(
  "every page is accessible in both themes",
  async () => {
    const page = await open("/");
    const wrong = await every(page, async (name) => {
      await picture(page, `${name}-1280-light`);
      const found = await complaints(page);
      await page.emulateMedia({ colorScheme: "dark" });
      await picture(page, `${name}-1280-dark`);
      await page.emulateMedia({ colorScheme: "light" });
      return found;
    });
    expect(wrong).toEqual([]);
  },
  3 * MINUTES,
);

it(
  "every page is accessible and fits at 375 pixels",
  async () => {
    const page = await open("/", { width: 375 });
    const wrong = await every(page, async (name) => {
      await picture(page, `${name}-375-light`);
      return complaints(page);
    });
    expect(wrong).toEqual([]);
  },
  3 * MINUTES,
);

it.each(["light", "dark"] as const)("what opens over every page is accessible, %s", async (theme: Theme) => {
  const page = await open("/", { theme });
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").waitFor();
  expect(await complaints(page)).toEqual([]);
  await picture(page, `palette-${theme}`);
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keys" }).waitFor();
  expect(await complaints(page)).toEqual([]);
  await picture(page, `keys-${theme}`);
});

it("the way around at the bottom of a small screen is accessible", async () => {
  const page = await open("/", { width: 375 });
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("dialog").waitFor();
  expect(await complaints(page)).toEqual([]);
  await picture(page, "more-375-light");
});
