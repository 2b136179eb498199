// The trail with demo data: the chain holds, an entry opens from its address, the file has what is filtered for.
import { expect, it } from "vitest";
import { browser, complaints, picture, settled } from "./browser";

const { open } = browser();

it("verifies the chain, opens an entry, and goes to all that are alike", async () => {
  const page = await open("/audit");
  await page.getByRole("region", { name: "Chain" }).getByText("intact").waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.getByRole("region", { name: /^Entry \d+$/ }).waitFor();
  await settled(page);
  expect(await complaints(page)).toEqual([]);
  await picture(page, "audit-entry-1280-light");
  const address = page.url();
  expect(new URL(address).searchParams.get("open")).toMatch(/^\d+$/);

  await page.reload();
  await settled(page);
  const entry = page.getByRole("region", { name: /^Entry \d+$/ });
  const action = (await entry.getByRole("link").first().textContent()) ?? "";
  await entry.getByRole("link").first().click();
  await page.waitForURL((url) => url.searchParams.get("action") === action);

  const file = await page.getByRole("link", { name: "NDJSON" }).getAttribute("href");
  const lines = await (await page.request.get(new URL(file ?? "", page.url()).href)).text();
  const actions = lines
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).action);
  expect(new Set(actions)).toEqual(new Set([action]));
});

it("fits a small screen, list and entry, and says where there is no such entry", async () => {
  const page = await open("/audit", { width: 375 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
  await picture(page, "audit-list-375-light");
  await page.getByRole("group", { name: "Audit entries" }).getByRole("row").nth(1).click();
  await page.getByRole("region", { name: /^Entry \d+$/ }).waitFor();
  await settled(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
  await picture(page, "audit-entry-375-light");
  const none = await open("/audit?open=987654321");
  await none.getByText("There is no entry 987654321 on this trail.").waitFor();
});
