// Pages that are left open: what another client brings waits until somebody asks for it, and nothing jumps.
import type { Page } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { browser, letIn } from "./browser";
import { send } from "./engine";
import { someRoute, trips } from "./trips";

const { open } = browser();

/** Lists on which a new hotspot, or the alert of it, shows. */
const LISTS = [
  {
    address: "/hotspots",
    rows: (page: Page) => page.getByRole("table", { name: "Hotspots" }).getByRole("link"),
  },
  {
    address: "/alerts",
    rows: (page: Page) => page.getByRole("table", { name: "Alerts" }).locator("tbody tr"),
  },
  {
    address: "/",
    rows: (page: Page) => page.getByRole("region", { name: "Open criticals" }).getByRole("listitem"),
  },
];

// something is there before: where nothing is, nothing could jump
beforeAll(() => send(trips(someRoute())));

it.each(LISTS)("what is new on $address waits and does not jump", async ({ address, rows }) => {
  const page = await open(address);
  await page.getByRole("button", { name: "Live" }).waitFor();
  const route = someRoute();
  const before = await rows(page).first().boundingBox();
  const first = await rows(page).first().textContent();
  await send(trips(route));

  const waiting = page.getByRole("button", { name: /^\d+ new$/ });
  await waiting.waitFor();
  expect(await rows(page).first().textContent()).toBe(first);
  expect(await rows(page).filter({ hasText: route }).count()).toBe(0);
  expect((await rows(page).first().boundingBox())?.y).toBe(before?.y);

  await letIn(page, rows(page).filter({ hasText: route }).first());
});

it("nothing comes by itself while it is paused, and all of it after", async () => {
  const page = await open("/hotspots");
  await page.getByRole("button", { name: "Live" }).click();
  await page.getByRole("button", { name: "Paused" }).waitFor();
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  const route = someRoute();
  await send(trips(route));
  expect(asked).toEqual([]);
  await page.getByRole("button", { name: "Paused" }).click();
  await page.getByRole("button", { name: "Live" }).waitFor();
  const found = page.getByRole("table", { name: "Hotspots" }).getByRole("link", { name: route });
  await letIn(page, found.first());
});
