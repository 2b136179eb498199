import { screen, waitFor, within } from "@testing-library/react";
import { expect, it } from "vitest";
import { keyIsNeeded, keyRefused } from "@/api/key";
import { entries } from "@/pages";
import { open } from "@/testing/render";
import { jumpsFor } from "./jumps";

const NORTH = { entity: "North run", entity_type: "route", event_types: ["logistics"], event_count: 1 };
// a name of two types is one place to go
const ANSWERS = { "/entities": [NORTH, { ...NORTH, entity_type: "warehouse" }] };

it("every page is in the navigation, and opens", async () => {
  const { user } = await open("/settings", ANSWERS);
  const pages = within(screen.getByRole("navigation", { name: "Pages" }));
  expect(pages.getAllByRole("link")).toHaveLength(entries.length);
  await user.click(pages.getByRole("link", { name: "Data quality" }));
  expect(await screen.findByRole("heading", { level: 1, name: "Data quality" })).toBeDefined();
  await waitFor(() => expect(document.title).toBe("Data quality · Carbon Nexus"));
});

it("the palette jumps to pages, entities and hotspots", async () => {
  const { user, router, asked } = await open("/settings", ANSWERS);
  await user.keyboard("{Control>}k{/Control}");
  await screen.findByRole("combobox");
  await user.keyboard("run north"); // the box has the focus
  await screen.findByRole("option", { name: /North run/ });
  await waitFor(() => expect(asked.at(-1)?.url).toContain("/entities?q=north&"));
  await user.keyboard("{Enter}");
  await waitFor(() => expect(router.state.location.pathname).toBe("/hotspots"));
  expect(router.state.location.search).toEqual({ entity: "North run" });
  expect(jumpsFor("#12", entries, [])[0]).toMatchObject({
    to: "/hotspots/$hotspotId",
    params: { hotspotId: "12" },
  });
});

it("? lists the keys", async () => {
  const { user } = await open("/settings", ANSWERS);
  await user.keyboard("?");
  expect((await screen.findByRole("dialog", { name: "Keys" })).textContent).toContain(
    "Jump to a page, entity or hotspot",
  );
});

it("asks for the key where the engine wants one, and keeps it in this tab", async () => {
  const { user } = await open("/settings", ANSWERS);
  keyRefused();
  await user.type(await screen.findByLabelText("Key"), "a-long-random-string");
  await user.click(screen.getByRole("button", { name: "Go on" }));
  expect(sessionStorage.getItem("carbon-nexus.key")).toBe("a-long-random-string");
  expect(keyIsNeeded()).toBe(false);
});

it("pauses and goes on", async () => {
  const { user, socket } = await open("/settings", ANSWERS);
  await user.click(screen.getByRole("button", { name: "Reconnecting" }));
  await user.click(screen.getByRole("button", { name: "Paused" }));
  socket.greet(1);
  expect(await screen.findByRole("button", { name: "Live" })).toBeDefined();
});

it("the theme is chosen and kept", async () => {
  const { user } = await open("/settings", ANSWERS);
  await user.click(screen.getByRole("button", { name: "Theme: system" }));
  await user.click(await screen.findByRole("menuitem", { name: "Dark" }));
  expect([document.documentElement.dataset.theme, localStorage.getItem("carbon-nexus.theme")]).toEqual([
    "dark",
    "dark",
  ]);
});

it("an address without a page says so", async () => {
  await open("/nowhere", ANSWERS);
  expect(await screen.findByRole("heading", { name: "No such page" })).toBeDefined();
});
