// Pulse with demo data, the way around, and the same page from its address.
import { expect, it } from "vitest";
import { browser, settled } from "./browser";

const { open } = browser();

it("shows the rate, and takes the view along in the address", async () => {
  const page = await open("/");
  const rate = page.getByRole("region", { name: "Rate" });
  expect(await rate.textContent()).toMatch(/Mean of the last 24 hours[\d.,]+ k?[gt]\/h/);
  const chart = await rate.getByRole("img").getAttribute("aria-label");
  expect(chart).toMatch(/Emissions by the hour: .+ hours? of \d+ above what is usual/);

  const contributors = page.getByRole("region", { name: "Contributors" });
  await contributors.getByText("Scope", { exact: true }).click();
  await contributors.getByRole("rowheader", { name: "Scope 3" }).waitFor();
  expect(new URL(page.url()).search).toBe("?by=scope");

  await page.reload();
  await settled(page);
  await contributors.getByRole("rowheader", { name: "Scope 3" }).waitFor();
});

it("says of the month how its target goes, or where to set one", async () => {
  const page = await open("/");
  const month = page.getByRole("region", { name: "Month" });
  await month
    .getByText(/No target is set|Chance of passing the target|are gone/)
    .first()
    .waitFor();
});

it("has a table behind every chart", async () => {
  const page = await open("/");
  await page.getByRole("button", { name: "Rate by the hour as a table" }).click();
  const table = page.getByRole("region", { name: "Rate by the hour as a table" });
  expect(await table.getByRole("row").count()).toBeGreaterThan(24);
});

it("is gone around by keyboard alone", async () => {
  const page = await open("/");
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the content");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("audit");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Audit" }).waitFor();
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keys" }).waitFor();
});

it("has its way around at the bottom of a small screen", async () => {
  const page = await open("/", { width: 375 });
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("dialog").getByRole("link", { name: "Settings" }).click();
  await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
});
