// From a file to the record: dropped, mapped, imported; what stands out in it shows by itself, says why, is decided on
// with a note, and the decision stands on the audit trail.
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { browser, letIn, picture, settled } from "./browser";
import { someRoute, trips } from "./trips";

const { open } = browser();

/** Drop a file where the page takes one. */
async function drop(page: Page, name: string, text: string): Promise<void> {
  const data = await page.evaluateHandle(
    ([called, content]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([content], called, { type: "text/csv" }));
      return transfer;
    },
    [name, text] as const,
  );
  await page.getByText("Drop a file here, or choose one").dispatchEvent("drop", { dataTransfer: data });
}

/** Tell what the file does not, and import it. */
async function bringIn(page: Page, route: string): Promise<void> {
  await drop(page, "fuel-cards.csv", trips(route));
  await page.getByText("The file cannot go in yet.").waitFor();
  await page.getByLabel("Event type of every row").selectOption("logistics");
  await page.getByLabel("Field of Vehicle", { exact: true }).selectOption("vehicle_type");
  await page.getByText("240 of the first 240 acceptable").waitFor();
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await page.getByRole("dialog", { name: "Ingest" }).getByText("240 rows stored").waitFor();
}

/** The page of what stands out on this route, from the list that was open all the time. */
async function openFound(list: Page, route: string): Promise<void> {
  // in the first hours of a UTC day the day before stands out too, less so than the trips themselves
  const rows = list.getByRole("table", { name: "Hotspots" }).getByRole("row").filter({ hasText: "Critical" });
  const found = rows.getByRole("link", { name: route });
  await letIn(list, found);
  await found.click();
  await list.getByRole("heading", { level: 1, name: route }).waitFor();
  await settled(list);
}

it("a dropped file becomes a hotspot, which is explained, decided on, and on record", async () => {
  const route = someRoute();
  const list = await open("/hotspots");
  const page = await open("/import");
  await bringIn(page, route);
  await openFound(list, route);
  await explained(list, route);
  await approved(list);
  await onRecord(list);
}, 120_000);

async function explained(page: Page, route: string): Promise<void> {
  const why = page.getByRole("region", { name: "Why it stands out" });
  await why
    .getByText(
      new RegExp(
        `Route ${route} emitted [\\d.]+ kg CO2e .* where [\\d.]+ kg is typical .*144 l of fuel instead`,
      ),
    )
    .waitFor();
  expect(await why.textContent()).toMatch(/Critical.*Active.*Actual.*Typical.*Usual range/);
  const parts = page.getByRole("region", { name: "What it is made of" });
  const split = await parts.getByRole("img").getAttribute("aria-label");
  expect(split).toMatch(/^From .* usually to .*: volume .*, mix .* and intensity \+\d[\d.]* kg/);
  const fuel = await parts.getByRole("row", { name: /^Fuel/ }).getByRole("cell").allTextContents();
  expect(fuel).toEqual([expect.stringMatching(/^144/), expect.stringMatching(/^76/), "89 % above"]);
  await picture(page, "journey-why");
}

/** The first proposal that was made for it, approved with a note. */
async function approved(page: Page): Promise<void> {
  const proposals = page.getByRole("region", { name: "What can be done" });
  await proposals.getByRole("link").first().click();
  await page.getByRole("button", { name: "Approve" }).click();
  const question = page.getByRole("alertdialog", { name: "Approve this measure" });
  await question.getByLabel("Note").fill("agreed with the haulier");
  await question.getByRole("button", { name: "Approve" }).click();
  await page.getByRole("region", { name: "Time line" }).getByText("“agreed with the haulier”").waitFor();
  await settled(page);
  await picture(page, "journey-approved");
}

async function onRecord(page: Page): Promise<void> {
  await page.getByRole("region", { name: "Time line" }).getByRole("link", { name: "Audit" }).click();
  await page.getByRole("region", { name: "Chain" }).getByText("intact").waitFor();
  await page.getByRole("table", { name: "Audit entries" }).getByText("Approved", { exact: true }).click();
  const entry = page.getByRole("region", { name: /^Entry \d+$/ });
  await entry.getByText("“agreed with the haulier”").waitFor();
  const change = entry.getByRole("row", { name: /^Status/ });
  expect(await change.getByRole("cell").allTextContents()).toEqual(["pending", "approved"]);
  await picture(page, "journey-on-record");
}
