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

it("lists its keys, and gives what is selected to somebody by keys", async () => {
  const page = await open("/alerts?view=all");
  await page.keyboard.press("?");
  const keys = page.getByRole("dialog");
  for (const does of ["Next alert", "Alert before", "Select the alert", "Acknowledge", "Assign", "Silence"]) {
    await keys.getByText(does, { exact: true }).waitFor();
  }
  await page.keyboard.press("Escape");
  await keys.waitFor({ state: "detached" });
  await page.keyboard.press("j");
  await page.getByRole("heading", { level: 2, name: /^Alert \d+$/ }).waitFor();
  await page.keyboard.press("x");
  await page.getByText("1 selected").waitFor();
  await page.keyboard.press("a");
  const dialog = page.getByRole("dialog", { name: "Assign 1 alert" });
  await dialog.getByRole("textbox", { name: "Assignee" }).fill("night shift");
  expect(await complaints(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Assign", exact: true }).click();
  // one that is over meanwhile is told with its reason
  await page
    .getByText(/^\d alerts? assigned\./)
    .first()
    .waitFor();
  await dialog.waitFor({ state: "detached" });
});

it("counts its views, and each lists as many", async () => {
  const page = await open("/alerts?view=all");
  await page.getByRole("radio", { name: /^Resolved \d/ }).check();
  await page.waitForURL((url) => url.searchParams.get("view") === "resolved");
  await settled(page);
  const answer = await page.request.get(new URL("/alerts?state=resolved&limit=1", page.url()).href);
  const all = await page.request.get(new URL("/alerts/stats", page.url()).href);
  expect(Number(answer.headers()["x-total-count"])).toBe((await all.json()).inbox.resolved);
});

it("shows the chosen view on a small screen, which is no wider than that", async () => {
  const page = await open("/alerts?view=resolved", { width: 375 });
  const chosen = page.getByRole("radio", { name: /^Resolved/ });
  await chosen.waitFor();
  await page.waitForFunction(() => {
    const { left, right } = document.querySelector("input:checked")?.getBoundingClientRect() ?? new DOMRect();
    return left >= 0 && right > left && right <= 375;
  });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
  await picture(page, "alerts-resolved-375-light");
});

it("shows the open alert above the list on a small screen", async () => {
  const page = await open("/alerts?view=all", { width: 375 });
  await page.getByRole("group", { name: "Alerts" }).getByRole("row").nth(1).click();
  await page.getByRole("heading", { level: 2, name: /^Alert \d+$/ }).waitFor();
  await settled(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
  await picture(page, "alerts-open-small");
});
