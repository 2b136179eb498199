// A question over demo data, its sources, and the same question from its address.
import { expect, it } from "vitest";
import { browser, complaints, picture } from "./browser";

const { open } = browser();

it("answers with sources, and is asked again from its address", async () => {
  const page = await open("/assistant");
  await page
    .getByLabel("Question")
    .fill("What are the worst hotspots, and what would help against empty running?");
  await page.keyboard.press("Enter");
  await page.getByText(/How it came about/).waitFor();
  const sources = page.getByRole("region", { name: "Sources" });
  expect(await sources.getByRole("listitem").count()).toBeGreaterThan(1);
  expect(await complaints(page)).toEqual([]);
  await picture(page, "assistant-answer");
  expect(new URL(page.url()).searchParams.get("q")).toContain("worst hotspots");
  await page.reload();
  await page.getByText(/How it came about/).waitFor();
});
