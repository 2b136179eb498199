// A recommendation from the queue to its decision, with demo data: by key, with a note, and on record afterwards.
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { browser, complaints, picture, settled } from "./browser";

const { open } = browser();

/** Propose something in own words for any hotspot, and say which recommendation it became. */
async function propose(page: Page, title: string): Promise<number> {
  const engine = new URL(page.url()).origin;
  const [hotspot] = await (await page.request.get(`${engine}/hotspots?limit=1`)).json();
  const answer = await page.request.post(`${engine}/recommendations`, {
    data: { hotspot_id: hotspot.id, title, description: "Proposed by a test of the page." },
  });
  expect(answer.status()).toBe(201);
  return (await answer.json()).id;
}

it("is approved with a note by key, and its time line says so", async () => {
  const page = await open("/recommendations");
  const title = `Ask the drivers ${Date.now()}`;
  const id = await propose(page, title);
  await page.goto(new URL(`/app/recommendations?open=${id}`, page.url()).href);
  await settled(page);
  await page.getByRole("heading", { level: 3, name: title }).waitFor();
  expect(await complaints(page)).toEqual([]);
  await picture(page, "recommendation-1280-light");

  await page.keyboard.press("a");
  const question = page.getByRole("alertdialog");
  await question.getByLabel("Note").fill("decided in the meeting");
  expect(await complaints(page)).toEqual([]);
  await question.getByRole("button", { name: "Approve" }).click();
  await page.getByRole("region", { name: "Time line" }).getByText("“decided in the meeting”").waitFor();
  await page.getByRole("button", { name: "It is in place" }).waitFor();

  await page.getByRole("region", { name: "Time line" }).getByRole("link", { name: "Audit" }).click();
  await page.getByRole("heading", { level: 1, name: "Audit" }).waitFor();
  const address = new URL(page.url()).searchParams;
  expect([address.get("kind"), address.get("thing")?.replaceAll('"', "")]).toEqual([
    "recommendation",
    `${id}`,
  ]);
});

it("is rejected only with a reason, and is read in full on a small screen", async () => {
  const page = await open("/recommendations", { width: 375 });
  const id = await propose(page, `Close the depot ${Date.now()}`);
  await page.goto(new URL(`/app/recommendations?open=${id}`, page.url()).href);
  await settled(page);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(wide).toBe(0);
  await picture(page, "recommendation-375-light");
  await page.getByRole("button", { name: "Reject" }).click();
  const question = page.getByRole("alertdialog");
  await question.getByRole("button", { name: "Reject" }).click();
  await question.getByText("Say why not.").waitFor();
  await question.getByLabel("Reason").fill("nobody can do without it");
  await question.getByRole("button", { name: "Reject" }).click();
  await page.getByText("“nobody can do without it”").first().waitFor();
});
