import { screen, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { open, refusal } from "@/testing/render";
import { LISTED } from "./sample";

// whole pages with many panels: on a busy machine one takes longer than a component
vi.setConfig({ testTimeout: 20_000 });

const STATS = {
  total: 1,
  by_severity: { critical: 1, warn: 0, info: 0 },
  by_entity_type: { route: 1 },
};
const LAST = Array.from({ length: 12 }, () => null);
const SPARKS = {
  days: [],
  sparks: [
    { hotspot_id: 5, ratios: [...LAST, 1, 2] },
    { hotspot_id: 4, ratios: [...LAST, null, 2] },
  ],
};
const ANSWERS = {
  "/hotspots": [LISTED, { ...LISTED, id: 4, entity: "Depot", percent_above: 20, severity: "info" }],
  "/hotspots/stats": STATS,
  "/hotspots/sparks": SPARKS,
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
    expect(row.getByText(/^measured: from measured fuel/)).toBeDefined();
    const sparks = requests.filter(({ url }) => new URL(url).pathname === "/hotspots/sparks");
    expect(sparks.map(({ url }) => new URL(url).searchParams.getAll("id"))).toEqual([["5", "4"]]);
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
    await user.click(screen.getByRole("button", { name: "Any entity, not only City rounds" }));
    await user.selectOptions(screen.getByLabelText("Type of event"), "delivery");
    await user.click(await screen.findByRole("button", { name: "Above typical" }));
    expect(router.state.location.search).toEqual({
      state: "all",
      level: "critical",
      type: "delivery",
      sort: "percent_above",
    });
    await vi.waitFor(() => expect(asked(requests).at(-1)?.searchParams.get("sort")).toBe("percent_above"));
  });

  it("asks for a part of a name once it is written, and for all once it is emptied", async () => {
    const { user, router, asked: requests } = await open("/hotspots", ANSWERS);
    const field = await screen.findByLabelText("Part of an entity's name");
    await user.type(field, "dep{Enter}");
    expect(router.state.location.search).toEqual({ q: "dep" });
    await vi.waitFor(() => expect(asked(requests).at(-1)?.searchParams.get("q")).toBe("dep"));
    await user.clear(field);
    expect(router.state.location.search).toEqual({});
  });

  it("lists each once, though it was in two pages, and says what is below typical since", async () => {
    const below = { ...LISTED, excess_kg: -0.233 };
    await open("/hotspots", { ...ANSWERS, "/hotspots": [below, below] });
    const table = within(await screen.findByRole("table", { name: "Hotspots" }));
    expect((await table.findAllByText("City rounds")).length).toBe(1);
    expect(table.getByText("below typical since")).toBeDefined();
    expect(table.getByText("−233")).toBeDefined();
  });

  it("has a column of states only where there are several", async () => {
    const { user } = await open("/hotspots", ANSWERS);
    await screen.findByText("City rounds");
    expect(screen.queryByRole("columnheader", { name: "State" })).toBeNull();
    await user.click(screen.getByRole("radio", { name: "All" }));
    expect(await screen.findByRole("columnheader", { name: "State" })).toBeDefined();
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
    await open("/hotspots", { ...ANSWERS, "/hotspots": () => refusal(400, down) });
    expect(await screen.findByText("What stands out could not be loaded")).toBeDefined();
    expect(await screen.findByText("1 route")).toBeDefined();
  });

  it("says where there is no trend, and where it could not be loaded", async () => {
    await open("/hotspots", ANSWERS);
    expect(await screen.findByText("too few days")).toBeDefined();
    const down = { detail: "The database does not answer.", code: "bad_request", remedy: "" };
    await open("/hotspots", { ...ANSWERS, "/hotspots/sparks": () => refusal(400, down) });
    expect((await screen.findAllByText("not loaded")).length).toBe(2);
  });

  it("holds new ones back until they are asked for", async () => {
    let rows = [LISTED];
    const { user, feed, socket } = await open("/hotspots", { ...ANSWERS, "/hotspots": () => rows });
    await screen.findByText("City rounds");
    feed.start();
    socket.greet(1);
    rows = [{ ...LISTED, id: 6, entity: "Depot" }, LISTED];
    socket.change("hotspots", 2);
    await user.click(await screen.findByRole("button", { name: "1 new" }, { timeout: 3_000 }));
    expect(await screen.findByText("Depot")).toBeDefined();
  });
});
