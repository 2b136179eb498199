// The engine goes away under an open page and comes back: the page says so, and misses nothing of the time between.
import { expect, it } from "vitest";
import { browser, letIn, picture } from "../browser";
import { operator, send } from "../engine";
import { someRoute, trips } from "../trips";

const { open } = browser();

it("a restart is told, survived, and what happened meanwhile is on the page", async () => {
  await send(trips(someRoute()));
  const page = await open("/hotspots");
  await page.getByRole("button", { name: "Live" }).waitFor();
  const rows = page.getByRole("table", { name: "Hotspots" }).getByRole("link");
  const first = await rows.first().textContent();

  await operator.stop();
  await page.getByRole("button", { name: "Reconnecting" }).waitFor();
  await picture(page, "hotspots-reconnecting");
  const route = someRoute();
  await operator.ingest(trips(route));
  await operator.start();

  await page.getByRole("button", { name: "Live" }).waitFor({ timeout: 60_000 });
  await page.getByRole("button", { name: /^\d+ new$/ }).waitFor();
  expect(await rows.first().textContent()).toBe(first);
  await letIn(page, rows.filter({ hasText: route }).first());

  // and what comes now comes as before
  const next = someRoute();
  await send(trips(next));
  await letIn(page, rows.filter({ hasText: next }).first());
}, 180_000);
