// The inbox by keyboard: move, look, comment, silence with its preview; and what axe says of an open alert.
import { expect, it } from "vitest";
import { browser, complaints, picture, settled } from "./browser";

const { open } = browser();

it("is gone through by keys, and the address carries what is open", async () => {
  const page = await open("/alerts?view=all");
  await page.keyboard.press("j");
  await page.getByRole("heading", { level: 2, name: /^Alert \d+$/ }).waitFor();
  await settled(page);
  expect(new URL(page.url()).search).toMatch(/^\?view=all&open=\d+$/);
  await page
    .getByRole("list", { name: "Timeline" })
    .getByText(/^State: firing/)
    .first()
    .waitFor();
  await page.reload();
  await settled(page);
  await page.getByRole("list", { name: "Timeline" }).waitFor();
  expect(await complaints(page)).toEqual([]);
  await picture(page, "alerts-open");
});

it("takes a comment, which stands on the timeline", async () => {
  const page = await open("/alerts?view=all");
  await page.keyboard.press("j");
  await page.getByRole("textbox", { name: "Comment" }).fill("looked at by a person");
  await page.getByRole("button", { name: "Comment", exact: true }).click();
  await page.getByRole("list", { name: "Timeline" }).getByText("looked at by a person").first().waitFor();
});

it("says what a silence would hold before it is stored", async () => {
  const page = await open("/alerts?view=all");
  await page.keyboard.press("j");
  await page.getByRole("list", { name: "Timeline" }).waitFor();
  await page.keyboard.press("s");
  const dialog = page.getByRole("dialog", { name: /^Silence/ });
  await dialog.getByText(/^Holds \d+ open alert/).waitFor();
  expect(await complaints(page)).toEqual([]);
  await picture(page, "alerts-silence");
});

it("shows the open alert above the list on a small screen", async () => {
  const page = await open("/alerts?view=all", { width: 375 });
  await page.getByRole("group", { name: "Alerts" }).getByRole("row").nth(1).click();
  await page.getByRole("heading", { level: 2, name: /^Alert \d+$/ }).waitFor();
  await settled(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
  await picture(page, "alerts-open-small");
});
