// A file from the first look to its undoing, against a running engine.
import { expect, it } from "vitest";
import { browser, complaints, picture } from "./browser";

const { open } = browser();
const HEAD = "Lieferant;Datum;Strecke (mi);Gewicht [t];Fahrer;vehicle_type;route_id";
const ROWS = [
  "Spedition Nord;17.02.2026 06:10;131,7;11,8;A. Weber;artic_44t;E2E Nord",
  "Spedition Nord;18.02.2026 06:10;131,7;12,4;;truk;E2E Nord",
];

it("drop a file, tell what is missing, store it, save what was rejected, undo", async () => {
  const page = await open("/import");
  await page.getByLabel("Drop a file here, or choose one").setInputFiles({
    name: "trips-de.csv",
    mimeType: "text/csv",
    buffer: Buffer.from([HEAD, ...ROWS].join("\n")),
  });
  await page.getByText("The file cannot go in yet.").waitFor();
  await page.getByLabel("Event type of every row").selectOption("logistics");
  await page.getByLabel("Time zone").fill("Europe/Berlin");
  await page.getByLabel("Time zone").press("Enter");
  await page.getByText("1 of the first 2 acceptable").waitFor();
  expect(await complaints(page)).toEqual([]);
  await picture(page, "import-preview");

  await page.getByRole("button", { name: "Import", exact: true }).click();
  const sheet = page.getByRole("dialog", { name: "Ingest" });
  await sheet.getByText(/1 row stored and 1 rejected/).waitFor();
  expect(new URL(page.url()).searchParams.get("job")).toBeTruthy();
  await sheet.getByRole("table", { name: "Rejected rows" }).waitFor();
  expect(await complaints(page)).toEqual([]);
  await picture(page, "import-job");

  const saved = page.waitForEvent("download");
  await sheet.getByRole("button", { name: "Save to mend" }).click();
  expect((await saved).suggestedFilename()).toMatch(/^rejected-.+\.csv$/);

  await sheet.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("button", { name: "Take the events out" }).click();
  await sheet.getByText("Undone").waitFor();
});
