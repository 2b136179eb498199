// What-if with demo data: a question from form to answer, kept, compared, and electricity in cleaner hours.
import { expect, it } from "vitest";
import { browser, complaints, picture, settled } from "./browser";

const { open } = browser();
const CHANGES = encodeURIComponent(JSON.stringify([{ name: "Shorter", set: { distance_km: "-20%" } }]));

it("answers a question that its address holds, and keeps it", async () => {
  const page = await open(`/what-if?event=delivery&changes=${CHANGES}&run=true`);
  const result = page.getByRole("region", { name: "Result", exact: true });
  await result.getByText("95 % interval").waitFor();
  expect(await complaints(page)).toEqual([]);
  await picture(page, "what-if-result");
  for (const name of ["One", "Two"]) {
    await page.getByRole("button", { name: "Keep as a scenario" }).click();
    const form = page.getByRole("dialog");
    await form.getByLabel("Name").fill(`${name} ${Date.now()}`);
    await form.getByRole("button", { name: "Keep", exact: true }).click();
    await page.getByRole("button", { name: "Run again" }).waitFor();
    await page.getByRole("button", { name: "Open in the form" }).click();
    await page.getByRole("form", { name: "Question" }).waitFor();
  }
});

it("shows kept scenarios side by side", async () => {
  const page = await open("/what-if?view=kept");
  const boxes = page.getByRole("table", { name: "Kept scenarios" }).getByRole("checkbox");
  await boxes.nth(1).check();
  await boxes.nth(2).check();
  await page.getByRole("region", { name: "Side by side" }).waitFor();
  await settled(page);
  expect(await complaints(page)).toEqual([]);
  await picture(page, "what-if-compare");
});

it("moves a day's electricity to cleaner hours", async () => {
  const page = await open("/what-if?view=hours&of=day&run=true");
  await page.getByText("01:00 to 05:00 UTC").first().waitFor();
  expect(await complaints(page)).toEqual([]);
  await picture(page, "what-if-hours");
});
