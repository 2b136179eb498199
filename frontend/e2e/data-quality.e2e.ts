// The quality of the demo data, by source, and the same from its address.
import { expect, it } from "vitest";
import { browser, complaints, picture } from "./browser";

const { open } = browser();

it("shows the score, opens a source, and the same source from its address", async () => {
  const page = await open("/data-quality");
  const score = page.getByRole("region", { name: "Score" });
  expect(await score.textContent()).toMatch(/[\d.]+ of 100/);
  await page.getByRole("table", { name: "Quality by source" }).getByText("demo-building-meters").click();
  await page.getByRole("dialog", { name: "demo-building-meters" }).waitFor();
  expect(await complaints(page)).toEqual([]);
  await picture(page, "data-quality-source");
  await page.reload();
  await page.getByRole("dialog", { name: "demo-building-meters" }).waitFor();
});

it("says what would be filled, and why not", async () => {
  const page = await open("/data-quality");
  await page.getByRole("button", { name: "Fill", exact: true }).click();
  const sheet = page.getByRole("dialog", { name: "Fill missing values" });
  await sheet.getByRole("button", { name: "See what would be filled" }).click();
  await sheet.getByText(/would be filled in/).waitFor();
  expect(await complaints(page)).toEqual([]);
});
