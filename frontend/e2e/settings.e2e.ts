// Theme, factors and the calendar's form.
import { expect, it } from "vitest";
import { browser, complaints, picture } from "./browser";

const { open } = browser();

it("changes the theme, finds a factor, and keeps it in the address", async () => {
  const page = await open("/settings");
  await page.getByRole("region", { name: "Engine" }).getByText("healthy").waitFor();
  await page.getByRole("region", { name: "Appearance" }).getByText("Dark").click();
  expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe("dark");
  await page.getByLabel("Look for a factor").fill("electricity/AE");
  await page.keyboard.press("Enter");
  await page.getByText("ember-2024/electricity/AE").waitFor();
  expect(new URL(page.url()).searchParams.get("factor")).toBe("electricity/AE");
});

it("says what the engine was started with, and under which name one acts", async () => {
  const page = await open("/settings");
  const engine = page.getByRole("region", { name: "Engine" });
  await engine.getByText("on the audit trail").waitFor();
  const environment = page.getByRole("region", { name: "Environment" });
  await environment.getByText("GRID_REGION", { exact: true }).waitFor();
  expect(await environment.getByRole("listitem").count()).toBeGreaterThan(30);
});

it("has a form for the calendar", async () => {
  const page = await open("/settings");
  await page.getByRole("region", { name: "Calendar" }).getByRole("button", { name: "Change" }).click();
  await page.getByRole("dialog", { name: "Calendar" }).getByLabel("Country").waitFor();
  expect(await complaints(page)).toEqual([]);
  await picture(page, "settings-calendar");
});
