// An engine that wants a key: the page opens without one, asks for it once, and goes on.
import { expect, it } from "vitest";
import { browser, complaints } from "../browser";

const { open } = browser();
const KEY = process.env.CARBON_NEXUS_KEY ?? "";

it("asks for the key, refuses a wrong one, and keeps the right one for the tab", async () => {
  const page = await open("/", { locked: true });
  const dialog = page.getByRole("dialog", { name: "API key" });
  await dialog.waitFor();
  expect(await complaints(page)).toEqual([]);
  await dialog.getByLabel("Key").fill("not-the-key-that-is-wanted");
  await dialog.getByRole("button", { name: "Go on" }).click();
  await dialog.getByText("The engine does not know this key.").waitFor();
  await dialog.getByLabel("Key").fill(KEY);
  await dialog.getByRole("button", { name: "Go on" }).click();
  await page.getByText("No critical alert fires.").waitFor();
  await page.reload();
  await page.getByText("No critical alert fires.").waitFor();
  expect(await dialog.count()).toBe(0);
});
