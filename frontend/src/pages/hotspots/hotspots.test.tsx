import { screen, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { open, refusal } from "@/testing/render";
import { HOTSPOT } from "./sample";

// whole pages with many panels: on a busy machine one takes longer than a component
vi.setConfig({ testTimeout: 20_000 });

const STATS = {
  total: 1,
  by_severity: { critical: 1, warn: 0, info: 0 },
  by_entity_type: { route: 1 },
};
const estimate = (id: number, co2_kg: number) => ({
  id,
  event_time: `2026-11-26T1${id}:00:00Z`,
  co2_kg,
  typical_kg: 5,
});
const ANSWERS = {
  "/hotspots": [HOTSPOT, { ...HOTSPOT, id: 4, entity: "Depot", percent_above: 20, severity: "info" }],
  "/hotspots/stats": STATS,
  "/predictions": [estimate(2, 10), estimate(1, 5)],
};
const asked = (requests: Request[]) =>
  requests.map(({ url }) => new URL(url)).filter(({ pathname }) => pathname === "/hotspots");

describe("the list of hotspots", () => {
  it("asks for active ones, and shows each with its trend", async () => {
    const { asked: requests } = await open("/hotspots", ANSWERS);
    const table = within(await screen.findByRole("table", { name: "Hotspots" }));
    const row = within((await table.findByText("City rounds")).closest("tr") as HTMLElement);
    expect(row.getByText("+156 %")).toBeDefined();
    expect(row.getByText("Critical")).toBeDefined();
    expect(await row.findByRole("img", { name: /1 to 2 times what was typical/ })).toBeDefined();
    expect(asked(requests)[0]?.searchParams.get("status")).toBe("active");
    expect(await screen.findByText("1 route")).toBeDefined();
  });

  it("carries filters and order in its address", async () => {
    const {
      user,
      router,
      asked: requests,
    } = await open("/hotspots?level=critical&entity=City%20rounds", ANSWERS);
    await screen.findByText("Depot");
    const first = asked(requests)[0]?.searchParams;
    expect([first?.get("severity"), first?.get("entity")]).toEqual(["critical", "City rounds"]);
    await user.click(screen.getByRole("radio", { name: "All" }));
    await user.click(screen.getByRole("button", { name: "Any entity" }));
    await user.selectOptions(screen.getByLabelText("Type of event"), "delivery");
    await user.click(await screen.findByRole("button", { name: "Above typical" }));
    expect(router.state.location.search).toEqual({
      state: "all",
      level: "critical",
      type: "delivery",
      sort: "above",
    });
  });

  it("asks for an entity once its name is written", async () => {
    const { user, router } = await open("/hotspots", ANSWERS);
    await user.type(await screen.findByLabelText("Entity, its whole name"), "Depot{Enter}");
    expect(router.state.location.search).toEqual({ entity: "Depot" });
  });

  it("says what to do where nothing fits, and keeps the filters", async () => {
    const { user, router } = await open("/hotspots", { ...ANSWERS, "/hotspots": [] });
    await screen.findByText("No hotspot fits these filters.");
    await user.click(screen.getByRole("link", { name: "Show all hotspots" }));
    expect(router.state.location.search).toEqual({ state: "all" });
    expect(await screen.findByText("Nothing has stood out yet.")).toBeDefined();
  });

  it("opens by keyboard", async () => {
    const { user, router } = await open("/hotspots", ANSWERS);
    await screen.findByText("City rounds");
    await user.keyboard("j{Enter}");
    expect(router.state.location.pathname).toBe("/hotspots/5");
  });

  it("says what failed, and leaves the rest", async () => {
    const down = { detail: "The database does not answer.", code: "bad_request", remedy: "" };
    await open("/hotspots", { ...ANSWERS, "/hotspots": () => refusal(400, down), "/predictions": [] });
    expect(await screen.findByText("What stands out could not be loaded")).toBeDefined();
    expect(await screen.findByText("1 route")).toBeDefined();
  });

  it("says where no trend is known", async () => {
    await open("/hotspots", { ...ANSWERS, "/predictions": [] });
    expect((await screen.findAllByText("not known")).length).toBeGreaterThan(0);
  });

  it("holds new ones back until they are asked for", async () => {
    let rows = [HOTSPOT];
    const { user, feed, socket } = await open("/hotspots", { ...ANSWERS, "/hotspots": () => rows });
    await screen.findByText("City rounds");
    feed.start();
    socket.greet(1);
    rows = [{ ...HOTSPOT, id: 6, entity: "Depot" }, HOTSPOT];
    socket.change("hotspots", 2);
    await user.click(await screen.findByRole("button", { name: "1 new" }, { timeout: 3_000 }));
    expect(await screen.findByText("Depot")).toBeDefined();
  });
});
