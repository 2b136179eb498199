import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { open, refusal } from "@/testing/render";
import type { Hour, Series } from "./model";
import { basisOfShare, inWords, lastHour, leftOut, ofToday } from "./words";

const START = "2026-11-26T10:00:00Z";
const hour = (over: Partial<Hour>): Hour => ({
  start: START,
  running: false,
  co2e_kg: 10,
  measured_kg: 4,
  event_count: 1,
  unestimated_count: 0,
  typical_kg: 9,
  untypical_count: 0,
  usual_kg: 8,
  usual_low_kg: 6,
  usual_high_kg: 12,
  usual_weeks: 8,
  ...over,
});
const HOURS = [
  hour({ co2e_kg: 15, typical_kg: null, untypical_count: 1 }),
  hour({ start: "2026-11-26T11:00:00Z" }),
  hour({ start: "2026-11-26T12:00:00Z", running: true, co2e_kg: 1, typical_kg: 30 }),
];
const series = (over: object = {}): Series => ({
  window_start: START,
  window_end: "2026-11-26T12:10:00Z",
  hours: HOURS,
  total: {
    co2e_kg: 26,
    measured_kg: 9,
    measured_share: 9 / 26,
    event_count: 3,
    unestimated_count: 0,
    typical_kg: null,
    untypical_count: 1,
    reason: null,
  },
  usual_reason: null,
  unit: "kg CO2e",
  ...over,
});

describe("the last hours in words", () => {
  it("are their highest hour, the typical sum and what is usual, without the hour under way", () => {
    expect(inWords(HOURS)).toBe(
      "Emissions by the hour: the most 15 kg from 10:00 UTC; 11 % above over the hours whose typical value is known; 1 hour of 2 above what is usual.",
    );
    expect(inWords([hour({ co2e_kg: null })])).toBe("Nothing came in during the last full hours.");
    expect(inWords([hour({ typical_kg: null, usual_high_kg: null })])).toBe(
      "Emissions by the hour: the most 10 kg from 10:00 UTC.",
    );
  });

  it("say of the last full one how it stands to what is usual", () => {
    const note = (over: Partial<Hour>) => lastHour([hour(over)])?.note;
    expect(note({})).toBe("Within the usual 6 kg to 12 kg");
    expect(note({ co2e_kg: 13 })).toBe("Above the usual 6 kg to 12 kg");
    expect(note({ co2e_kg: 5 })).toBe("Below the usual 6 kg to 12 kg");
    expect(note({ co2e_kg: null })).toBe("Nothing is known of it; usual are 6 kg to 12 kg");
    expect(note({ usual_low_kg: null })).toBe("What is usual is not known yet");
    expect(lastHour([hour({ running: true })])).toBeNull();
  });

  it("say what the chart leaves out", () => {
    expect(leftOut(series({ usual_reason: "2 of the 4 weeks are known" }))).toEqual([
      "The hour from 12:00 UTC is under way: 1 kg so far.",
      "The usual band has gaps: 2 of the 4 weeks are known.",
      "Of 1 event no typical value is known: hours with one have no dashed line.",
    ]);
  });

  it("say how much was measured", () => {
    expect(basisOfShare(0.75)).toEqual({
      kind: "estimated",
      reason: "75 % of it from metered fuel or electricity",
    });
    expect(basisOfShare(1).kind).toBe("measured");
    expect(basisOfShare(null, "no event").reason).toBe("no event");
  });
});

it("today's forecast is found by its date, whatever day the forecast begins", () => {
  const forecast = {
    dates: ["2026-11-25", "2026-11-26"],
    forecast: [1, 2],
    confidence_low: [0, 1],
    confidence_high: [2, 3],
  };
  expect(ofToday(forecast as never, "2026-11-26T12:00:00Z")).toEqual({ typical: 2, low: 1, high: 3 });
  expect(ofToday(forecast as never, "2026-11-30T12:00:00Z")).toBeNull();
});

const PARTS: Record<string, string[]> = {
  entity: ["North run", "Depot"],
  event_type: ["factory", "logistics"],
  scope: ["scope 3", "scope 1"],
};

function breakdown(by: string) {
  const sums = { co2e_kg: 50, measured_kg: 50, event_count: 2, share: 0.5 };
  const parts = PARTS[by]?.map((name) => ({ name, entity_type: by === "entity" ? "route" : null, ...sums }));
  return {
    by,
    parts,
    others: by === "entity" ? { count: 12, ...sums, measured_kg: 1 } : null,
    reason: "2 of 8 events have no estimate and are not counted",
  };
}

const TARGET = {
  target_id: 1,
  entity: null,
  entity_type: null,
  event_type: null,
  amount_kg: 300_000,
  standing: true,
  spent_kg: 250_000,
  filled_kg: 0,
  event_count: 900,
  share: 0.83,
  expected_by_now_kg: 255_000,
  month_end_kg: 290_000,
  month_end_low_kg: 280_000,
  month_end_high_kg: 305_000,
  chance: 0.15,
  passes_on: null,
  verdict: "on_track",
  reason: null,
};

const ANSWERS = {
  "/emissions/current": {
    current_rate: 447.8,
    reason: null,
    trend: -0.67,
    trend_reason: null,
    categories: { "North run": 300, Depot: 100 },
    measured_share: 0.2,
    total_today: 10617,
    today_measured_share: 0.1,
    month_to_date: {
      month: "2026-11",
      co2e_kg: 250_000,
      measured_kg: 250_000,
      measured_share: 1,
      event_count: 900,
      unestimated_count: 0,
      reason: null,
    },
    last_updated: "2026-11-26T12:00:00Z",
    prediction_count: 2,
    unestimated_count: 0,
    window_start: START,
    window_end: "2026-11-26T12:10:00Z",
  },
  "/emissions/series": series(),
  "/emissions/breakdown": (request: Request) => breakdown(new URL(request.url).searchParams.get("by") ?? ""),
  "/targets/progress": { month: "2026-11", days: 30, as_of: START, forecast_made_at: null, targets: [] },
  "/emissions/forecast": {
    forecast: [],
    confidence_low: [],
    confidence_high: [],
    dates: [],
    reason: "9 more days are needed.",
  },
  "/alerts": [],
  "/data-quality/gaps": { gaps: [], gaps_total: 0, judged: 3, young: 0, ended: 0, reason: null },
};

describe("the page", () => {
  it("shows rate, day, freshness, contributors, and says what is not there yet", async () => {
    await open("/", ANSWERS);
    const rate = within(await screen.findByRole("region", { name: "Rate" }));
    expect((await rate.findByText(/^448/)).textContent).toBe("448 kg/h");
    expect(rate.getByText("Within the usual 6 kg to 12 kg")).toBeDefined();
    expect(
      within(screen.getByRole("region", { name: "Next 7 days" })).getByText("9 more days are needed."),
    ).toBeDefined();
    expect(screen.getByText("No critical alert fires.")).toBeDefined();
  });

  it("carries in its address by what the contributors are split", async () => {
    const { user, router } = await open("/?by=type", ANSWERS);
    const box = within(await screen.findByRole("region", { name: "Contributors" }));
    expect(await box.findByText("Factory")).toBeDefined();
    await user.click(box.getByRole("radio", { name: "Scope" }));
    expect(router.state.location.search).toEqual({ by: "scope" });
    expect(await box.findByText("Scope 1")).toBeDefined();
    await user.click(box.getByRole("radio", { name: "Entity" }));
    expect(router.state.location.searchStr).toBe("");
  });

  it("names who contributed, the rest together, and what is not in it", async () => {
    await open("/", ANSWERS);
    const box = within(await screen.findByRole("region", { name: "Contributors" }));
    expect(await box.findByRole("link", { name: "North run" })).toBeDefined();
    expect(box.getByRole("row", { name: /^12 others/ }).textContent).toMatch(/50 kg.*estimated: 2 % of it/);
    expect(box.getByText("2 of 8 events have no estimate and are not counted")).toBeDefined();
  });

  it("leads to a target where none is set", async () => {
    await open("/", ANSWERS);
    const month = within(await screen.findByRole("region", { name: "Month" }));
    expect((await month.findByText(/^250/)).textContent).toBe("250 t");
    expect(month.getByRole("link", { name: "Set a target" }).getAttribute("href")).toBe("/app/forecast");
  });

  it("shows the month and the day against the target", async () => {
    const progress = { ...ANSWERS["/targets/progress"], targets: [TARGET] };
    await open("/", { ...ANSWERS, "/targets/progress": progress });
    const month = within(await screen.findByRole("region", { name: "Month" }));
    expect(await month.findByText("Chance of passing the target: 15 %")).toBeDefined();
    expect(month.getByRole("img", { name: "250 t of a target of 300 t" })).toBeDefined();
    const today = within(screen.getByRole("region", { name: "Today" }));
    expect(today.getByText("An even share of the month's target: 10 t a day")).toBeDefined();
  });

  it("one panel that fails leaves the others as they are", async () => {
    const down = { detail: "The database does not answer.", code: "bad_request", remedy: "" };
    await open("/", { ...ANSWERS, "/alerts": () => refusal(400, down) });
    expect(await screen.findByText("Open criticals could not be loaded")).toBeDefined();
    expect(await screen.findByText("North run")).toBeDefined();
  });

  it("asks again when the feed tells of a change, and holds new alerts back", async () => {
    const alert = (id: number) => ({
      id,
      level: "critical",
      message: `Alert ${id}`,
      hotspot_id: null,
      created_at: "2026-11-26T12:00:00Z",
    });
    let alerts = [alert(1)];
    const { user, feed, socket } = await open("/", { ...ANSWERS, "/alerts": () => alerts });
    await screen.findByText("Alert 1");
    feed.start();
    socket.greet(1);
    alerts = [alert(2), alert(1)];
    socket.change("alerts", 2);
    await user.click(await screen.findByRole("button", { name: "1 new" }, { timeout: 3_000 }));
    expect(await screen.findByText("Alert 2")).toBeDefined();
  });
});
