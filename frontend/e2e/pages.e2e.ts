// Every page of the navigation: nothing for axe to find in either theme, nothing too wide, and a picture of each.
import { expect, it } from "vitest";
import { browser, complaints, picture, settled } from "./browser";

const { open } = browser();

it.each([
  [1280, "light"],
  [1280, "dark"],
  [375, "light"],
] as const)(
  "every page is accessible and fits at %d pixels, %s",
  async (width, theme) => {
    const page = await open("/", { width, theme });
    const found: string[] = [];
    const links = await page.locator("nav[aria-label=Pages] a").all();
    const addresses = await Promise.all(links.map((link) => link.getAttribute("href")));
    expect(addresses.length).toBeGreaterThan(10);
    for (const address of addresses) {
      await page.goto(new URL(address ?? "", page.url()).href);
      await settled(page);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (wide > 0) found.push(`${address} is ${wide} pixels too wide`);
      found.push(...(await complaints(page)).map((complaint) => `${address} ${complaint}`));
      await picture(page, `${address?.split("/").at(2) || "pulse"}-${width}-${theme}`);
    }
    expect(found).toEqual([]);
  },
  300_000,
);
