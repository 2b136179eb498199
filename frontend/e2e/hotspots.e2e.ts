// Hotspots with demo data: from the list to one of them, its estimate line by line, and what can be done about it.
import { expect, it } from "vitest";
import { browser, complaints, picture, settled } from "./browser";

const { open } = browser();

/** Whichever hotspot is the newest, opened from the list. */
async function openFirst(how?: Parameters<typeof open>[1]) {
  const page = await open("/hotspots?state=all", how);
  await page.getByRole("table", { name: "Hotspots" }).getByRole("link").first().click();
  await page.getByRole("region", { name: "Why it stands out" }).waitFor();
  await settled(page);
  return page;
}

it("filters by what the address says", async () => {
  const page = await open("/hotspots?state=all");
  const table = page.getByRole("table", { name: "Hotspots" });
  const name = (await table.getByRole("link").first().textContent()) ?? "";
  await page.getByLabel("Part of an entity's name").fill(name.slice(1).toUpperCase());
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=/);
  await page.reload();
  await settled(page);
  const found = await table.getByRole("link").allTextContents();
  expect(found).toContain(name);
  expect(found.filter((each) => !each.toUpperCase().includes(name.slice(1).toUpperCase()))).toEqual([]);
});

it("lists in the order that is asked for, and fits", async () => {
  const page = await open("/hotspots?state=all&sort=-percent_above");
  const table = page.getByRole("table", { name: "Hotspots" });
  const above = await table.locator("tbody tr td:nth-child(4)").allTextContents();
  const numbers = above.map((text) => Number(text.replace("−", "-").replace(/[+,% ]/g, "")));
  expect(numbers.length).toBeGreaterThan(0);
  expect(numbers).toEqual([...numbers].sort((a, b) => b - a));
  await page.waitForFunction(() => document.querySelector("table .skeleton") === null);
  for (const state of ["all", "active"]) {
    const one = state === "all" ? page : await open("/hotspots");
    const box = one.getByRole("group", { name: "Hotspots" });
    if ((await box.count()) > 0)
      expect(await box.evaluate((all) => all.scrollWidth - all.clientWidth)).toBe(0);
  }
});

it("opens one by keyboard", async () => {
  const page = await open("/hotspots?state=all");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/hotspots\/\d+$/);
});

it("explains one: a sentence, its parts, the band, the events, the estimate's lines", async () => {
  const page = await openFirst();
  const why = page.getByRole("region", { name: "Why it stands out" });
  expect(await why.textContent()).toMatch(/emitted .* CO2e/);
  expect(
    await page.getByRole("region", { name: "Steps of the estimate" }).getByRole("listitem").count(),
  ).toBeGreaterThan(2);
  const events = page.getByRole("table", { name: "Events" });
  await events.getByRole("row").last().click();
  await page.waitForURL(/event=\d+/);
  await settled(page);
  expect(await page.getByRole("region", { name: "The estimate, line by line" }).textContent()).toContain(
    "full chain",
  );
});

it("asks for a reason before it is no problem", async () => {
  const page = await openFirst();
  await page.getByRole("button", { name: "Not a problem" }).click();
  const dialog = page.getByRole("dialog", { name: "Not a problem" });
  await dialog.getByRole("button", { name: "Not a problem" }).click();
  await dialog.getByText("A reason is needed.").waitFor();
  expect(await complaints(page)).toEqual([]);
  await picture(page, "hotspot-dismiss");
});

it.each([
  [1280, "light"],
  [1280, "dark"],
  [375, "light"],
] as const)("a hotspot is accessible and fits at %d pixels, %s", async (width, theme) => {
  const page = await openFirst({ width, theme });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBe(0);
  expect(await complaints(page)).toEqual([]);
  await picture(page, `hotspot-${width}-${theme}`);
});

it("recommends from the library or in one's own words", async () => {
  const page = await openFirst();
  await page.getByRole("button", { name: "Recommend", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Recommend something" });
  // the library may have nothing for its kind of event, and says so
  await dialog
    .getByRole("combobox", { name: "Measure" })
    .or(dialog.getByText("The library has no measure"))
    .waitFor();
  await dialog.getByText("In my own words").click();
  await dialog.getByLabel("Title").waitFor();
  expect(await complaints(page)).toEqual([]);
  await picture(page, "hotspot-recommend");
});
