import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { open, refusal } from "@/testing/render";
import { basisOfAll, byScope, byType, type Estimate, hourly, MOST_ESTIMATES, reach } from "./estimates";
import { inWords } from "./Now";
import { ofToday } from "./Today";

const estimate = (over: object): Estimate =>
  ({
    event_time: "2026-11-26T10:30:00Z",
    event_type: "logistics",
    scope: 1,
    co2_kg: 10,
    ttw_kg: 8,
    wtt_kg: 2,
    typical_kg: 9,
    tier: "T2",
    filled: false,
    ...over,
  }) as Estimate;
const START = new Date("2026-11-26T10:00:00Z");
const END = new Date("2026-11-26T12:10:00Z");

describe("the last 24 hours from single estimates", () => {
  it("are sums by the hour; an hour without events is a gap, no zero", () => {
    const hours = hourly(
      [
        estimate({}),
        estimate({ co2_kg: 5, typical_kg: null }),
        estimate({ event_time: "2026-11-26T12:05:00Z" }),
      ],
      START,
      END,
    );
    expect(hours.map(({ actualKg, typicalKg }) => [actualKg, typicalKg])).toEqual([
      [15, null],
      [null, null],
      [10, 9],
    ]);
    expect(inWords(hours)).toBe(
      "Emissions by the hour: the most 15 kg from 10:00 UTC; 11 % above over the hours whose typical value is known.",
    );
  });

  it("are split by type and scope, the upstream part as scope 3", () => {
    const all = [
      estimate({}),
      estimate({ event_type: "factory", scope: 2, co2_kg: 30, ttw_kg: 20, wtt_kg: 10 }),
    ];
    expect(byType(all)).toEqual([
      { name: "Factory", kg: 30 },
      { name: "Logistics", kg: 10 },
    ]);
    expect(byScope(all)).toEqual([
      { name: "Scope 2", kg: 20 },
      { name: "Scope 3", kg: 12 },
      { name: "Scope 1", kg: 8 },
    ]);
  });

  it("say how much was measured", () => {
    expect(basisOfAll([estimate({ tier: "T1", co2_kg: 30 }), estimate({})])).toEqual({
      kind: "estimated",
      reason: "75 % of it from measured fuel or electricity",
    });
    expect(basisOfAll([]).kind).toBe("insufficient");
  });

  it("say how far back they reach, where one answer does not hold all", () => {
    const many = Array.from({ length: MOST_ESTIMATES }, () => estimate({}));
    expect(reach(many, START)).toEqual(new Date("2026-11-26T10:30:00Z"));
    expect(reach([estimate({})], START)).toBeNull();
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

const ANSWERS = {
  "/emissions/current": {
    current_rate: 447.8,
    reason: null,
    trend: -0.67,
    trend_reason: null,
    categories: { "North run": 300, Depot: 100 },
    total_today: 10617,
    target: null,
    target_reason: "no target is set",
    last_updated: "2026-11-26T12:00:00Z",
    prediction_count: 2,
    unestimated_count: 0,
    window_start: START.toISOString(),
    window_end: END.toISOString(),
  },
  "/predictions": [estimate({}), estimate({ event_type: "factory", tier: "T1" })],
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
