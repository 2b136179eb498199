// A measure from its promise to the ledger, with demo data: in place since five weeks, and judged by a person.
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { browser, complaints, picture, settled } from "./browser";

const { open } = browser();
const WEEKS_MS = 5 * 7 * 24 * 3_600_000;

/** A measure in own words that is in place since five weeks; its recommendation. */
async function inPlace(page: Page): Promise<number> {
  const engine = new URL(page.url()).origin;
  const [hotspot] = await (await page.request.get(`${engine}/hotspots?limit=1`)).json();
  const proposed = await page.request.post(`${engine}/recommendations`, {
    data: { hotspot_id: hotspot.id, title: `Fewer stops ${Date.now()}`, description: "Proposed by a test." },
  });
  const { id } = await proposed.json();
  await page.request.post(`${engine}/recommendations/${id}/approve`, { data: {} });
  const since = new Date(Date.now() - WEEKS_MS).toISOString();
  const answer = await page.request.post(`${engine}/recommendations/${id}/implement`, {
    data: { implemented_at: since },
  });
  expect(answer.status()).toBe(200);
  return id;
}

it("stands in the ledger, and a person may judge it with how they know", async () => {
  const page = await open("/savings");
  const id = await inPlace(page);
  await page.goto(new URL(`/app/savings?open=${id}`, page.url()).href);
  await settled(page);
  await page.getByRole("region", { name: "Ledger" }).locator(`[data-row="${id}"]`).waitFor();
  expect(await complaints(page)).toEqual([]);
  await picture(page, "saving-1280-light");
  await page.getByRole("button", { name: "Judge it yourself" }).click();
  const question = page.getByRole("alertdialog");
  await question.getByLabel("How you know").fill("the fuel cards say so");
  expect(await complaints(page)).toEqual([]);
  await question.getByRole("button", { name: "Judge", exact: true }).click();
  await page.getByText(/^Judged by/).waitFor();
});
