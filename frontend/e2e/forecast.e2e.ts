// Forecast with demo data: a series from its address, its parts, a target from its form to its burn-down.
import { expect, it } from "vitest";
import { browser, complaints, picture, settled } from "./browser";

const { open } = browser();

it("shows a series as its address says, and leads to its parts", async () => {
  const page = await open("/forecast?level=80&horizon=14");
  const ahead = page.getByRole("region", { name: "Days ahead" });
  expect(await ahead.getByRole("img").first().getAttribute("aria-label")).toContain("for 14 days");
  await page.getByRole("region", { name: "Parts" }).getByRole("link").first().click();
  await settled(page);
  expect(new URL(page.url()).searchParams.get("level")).toBe("80");
  expect(new URL(page.url()).searchParams.get("event")).not.toBeNull();
});

it("offers the names that events have, and goes to what was jumped to", async () => {
  const page = await open("/forecast");
  const field = page.getByLabel("Entity", { exact: true });
  await field.focus();
  const offered = page.locator("datalist option");
  await offered.first().waitFor({ state: "attached" });
  const name = (await offered.first().getAttribute("value")) ?? "";
  await field.fill(name);
  await page.keyboard.press("Enter");
  await settled(page);
  expect(new URL(page.url()).searchParams.get("entity")).toBe(name);
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Page, entity or hotspot id" }).fill(name.slice(1, -1));
  await page.getByRole("option", { name }).click();
  await page.getByRole("heading", { level: 1, name: "Hotspots" }).waitFor();
  expect(new URL(page.url()).searchParams.get("entity")).toBe(name);
});

it("sets a target and shows it day by day", async () => {
  const page = await open("/forecast");
  await page.getByRole("button", { name: "Set a target" }).first().click();
  const form = page.getByRole("dialog");
  expect(await complaints(page)).toEqual([]);
  await picture(page, "forecast-new-target");
  await form.getByLabel("Amount of CO2e").fill("250");
  await form.getByRole("button", { name: "Set target" }).click();
  await form.waitFor({ state: "detached" });
  await page.getByRole("region", { name: "Targets" }).getByText("Everything").first().click();
  await page.getByRole("region", { name: "Burn-down of Everything" }).waitFor();
  await settled(page);
  expect(new URL(page.url()).searchParams.get("target")).not.toBeNull();
  expect(await complaints(page)).toEqual([]);
  await picture(page, "forecast-burn-down");
});
