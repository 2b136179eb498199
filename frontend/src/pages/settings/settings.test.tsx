import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { open, refusal } from "@/testing/render";
import { databaseText, grouped, valueText } from "./configured";
import { missingModels } from "./Engine";
import { factorText } from "./Factors";
import { calendarText, comingDays, daysOf, factsOf, noDays } from "./facts";

const CALENDAR = { country: "DE", subdivision: "BY", extra_days: ["2027-01-04"], days: [] };
const PROFILE = {
  id: 1,
  entity_type: "warehouse",
  entity: "Depot 1",
  operator: "own",
  grid_region: "DE",
  floor_area_m2: 1200,
  cooling_metered: false,
  refrigerant: null,
  created_at: "2026-11-26T12:00:00Z",
  updated_at: "2026-11-26T12:00:00Z",
};
const FACTOR = {
  id: "desnz-2025/diesel/litre",
  direct: 2.5,
  upstream: 0.6,
  full_chain: null,
  value: null,
  unit: "kgCO2e/litre",
  publisher: "DESNZ",
  year: 2025,
  region: "GB",
  status: "primary",
};
const REGION = { variable: "GRID_REGION", value: "DE", is_set: true, secret: false, about: "Which grid." };
const INTERVAL = {
  variable: "HOTSPOT_CHECK_INTERVAL",
  value: 300,
  is_set: false,
  secret: false,
  about: "Between scans.",
};
const ANCHOR = { variable: "AUDIT_ANCHOR", value: null, is_set: true, secret: true, about: "Where to." };
const ANSWERS = {
  "/": { service: "Carbon Nexus", version: "0.1.0", websocket: "/ws" },
  "/health": { status: "healthy" },
  "/api/v1/health": { status: "healthy", models_loaded: { logistics: true, forecast: false } },
  "/settings": {
    version: "0.1.0",
    database: { kind: "embedded", version: "17.2", host: null, port: null, name: null },
    live_by: "postgresql",
    live_kept_hours: 24,
    keys_needed: true,
    actor: "key-1a2b3c4d",
    settings: [REGION, INTERVAL, ANCHOR],
  },
  "/calendar": CALENDAR,
  "/entities/profiles": [PROFILE],
  "/factors/sets": [
    { name: "desnz-2025.2", status: "primary", default: true, editions: ["a"], factors: 2, passed_over: {} },
  ],
  "/factors": { factor_set: "desnz-2025.2", total: 2, limit: 100, offset: 0, factors: [FACTOR] },
};

describe("facts in words", () => {
  it("days are read as typed, and those that are none are named", () => {
    expect(daysOf("2026-12-31, 2026-12-24\n2026-12-24")).toEqual(["2026-12-24", "2026-12-31"]);
    expect(noDays(["2026-12-24", "2026-02-30", "soon"])).toEqual(["2026-02-30", "soon"]);
  });

  it("a calendar says its place and its days to come", () => {
    expect(calendarText(CALENDAR)).toBe("DE-BY, 1 own closed day");
    expect(calendarText({ ...CALENDAR, country: null, extra_days: [] })).toBe(
      "no country, 0 own closed days",
    );
    const days = [
      { day: "2027-01-01", name: "New Year" },
      { day: "2026-01-01", name: "Past" },
      { day: "2026-12-25", name: "Christmas" },
    ];
    expect(comingDays(days, new Date("2026-11-26T12:00:00Z")).map(({ name }) => name)).toEqual([
      "Christmas",
      "New Year",
    ]);
  });

  it("a profile tells what is set, and nothing of what is not", () => {
    expect(factsOf(PROFILE as never)).toEqual([
      ["Operator", "own"],
      ["Grid region", "DE"],
      ["Floor area", "1,200 m²"],
      ["Cooling metered", "no"],
    ]);
  });

  it("a factor is one number, or none", () => {
    expect(factorText(FACTOR as never)).toBe("3.1 kgCO2e/litre");
    expect(factorText({ ...FACTOR, direct: null, upstream: null } as never)).toBe("–");
    expect(missingModels({ a: true })).toBeNull();
  });
});

describe("what the engine was started with", () => {
  const other = { ...REGION, variable: "A_NEW_ONE", value: ["a", "b"] };

  it("stands in groups, and what no group knows is not lost", () => {
    const found = grouped([other, INTERVAL, REGION]).map(({ name, settings }) => [name, settings.length]);
    expect(found).toEqual([
      ["Estimates", 1],
      ["Detection", 1],
      ["Storage, feed and logs", 1],
    ]);
  });

  it("is said in words, a secret only as far as it is set", () => {
    const off = { ...INTERVAL, variable: "LOG_JSON", value: false };
    const port = { ...INTERVAL, variable: "API_PORT", value: 8000 };
    const none = { ...INTERVAL, variable: "LLM_MODEL", value: null };
    expect(
      [REGION, INTERVAL, ANCHOR, { ...ANCHOR, is_set: false }, other, off, port, none].map(valueText),
    ).toEqual(["DE", "300 s", "set, not shown", "not set", "a, b", "off", "8000", "not set"]);
  });

  it("a database is its place and its version", () => {
    const own = { kind: "own", version: "16.4", host: "db.example.com", port: 5432, name: "nexus" } as const;
    expect(databaseText(own)).toBe("nexus at db.example.com:5432, PostgreSQL 16.4");
    expect(databaseText({ ...own, port: null, host: null })).toBe("nexus, PostgreSQL 16.4");
    expect(databaseText(ANSWERS["/settings"].database as never)).toBe("embedded, PostgreSQL 17.2");
  });
});

describe("the page", () => {
  it("says what the engine runs with, and what is missing", async () => {
    await open("/settings", ANSWERS);
    const engine = within(await screen.findByRole("region", { name: "Engine" }));
    expect(await engine.findByText("Carbon Nexus 0.1.0")).toBeDefined();
    expect(engine.getByText(/Not loaded: forecast/)).toBeDefined();
    expect(engine.getByText("key-1a2b3c4d")).toBeDefined();
    const environment = within(screen.getByRole("region", { name: "Environment" }));
    expect(environment.getByText("set, not shown")).toBeDefined();
    expect(environment.getAllByText("set")).toHaveLength(2);
    expect(await screen.findByText(/The first 1 of 2 factors/)).toBeDefined();
  });

  it("chooses the theme, and looks for a factor by the address", async () => {
    const { user, router, asked } = await open("/settings", ANSWERS);
    await user.click(await screen.findByRole("radio", { name: "Dark" }));
    expect(document.documentElement.dataset.theme).toBe("dark");
    await user.type(await screen.findByLabelText("Look for a factor"), "diesel{Enter}");
    expect(router.state.location.search).toEqual({ factor: "diesel" });
    await screen.findByText("desnz-2025/diesel/litre");
    expect(asked.some(({ url }) => url.includes("search=diesel"))).toBe(true);
  });

  it("opens a profile", async () => {
    const { user, router } = await open("/settings", ANSWERS);
    await user.click(await screen.findByText("Depot 1"));
    expect(router.state.location.search).toEqual({ profile: "warehouse Depot 1" });
    expect(within(await screen.findByRole("dialog")).getByText("1,200 m²")).toBeDefined();
  });

  it("changes the calendar, and says at the field what is not taken", async () => {
    const bodies: unknown[] = [];
    const refused = {
      detail: [{ loc: ["body", "country"], msg: "XX is no country", type: "value_error" }],
      code: "invalid_input",
      remedy: "",
    };
    const { user } = await open("/settings", {
      ...ANSWERS,
      "PUT /calendar": async (request: Request) => {
        bodies.push(await request.json());
        return bodies.length === 1 ? refusal(422, refused) : { ...CALENDAR, taken_up: "with the next hour" };
      },
    });
    const panel = within(await screen.findByRole("region", { name: "Calendar" }));
    await panel.findByText("DE-BY, 1 own closed day");
    await user.click(panel.getByRole("button", { name: "Change" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Calendar" }));
    await user.clear(dialog.getByLabelText("Country"));
    await user.type(dialog.getByLabelText("Country"), "xx");
    await user.click(dialog.getByRole("button", { name: "Keep" }));
    expect(await dialog.findByText("XX is no country")).toBeDefined();
    await user.type(dialog.getByLabelText("Own closed days"), "\nsoon");
    expect(dialog.getByText("Not a day: soon")).toBeDefined();
    await user.clear(dialog.getByLabelText("Own closed days"));
    await user.click(dialog.getByRole("button", { name: "Keep" }));
    expect(await screen.findByText(/Baselines follow: with the next hour/)).toBeDefined();
    expect(bodies.at(-1)).toEqual({ country: "XX", subdivision: "BY", extra_days: [] });
  });
});
