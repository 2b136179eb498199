import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { open, refusal } from "@/testing/render";
import { errorInWords, lastInWords } from "./error";
import { type Forecast, inWords, nameOf, pieces, questionOf, reservations, timeline } from "./series";
import { chanceText, goes, type Progress, targetOf } from "./targets";

const FORECAST: Forecast = {
  made_at: "2026-11-26T10:00:00Z",
  stale: false,
  stale_reason: null,
  series: { level: "tenant", entity: null, entity_type: null, event_type: null },
  metric: "co2e_kg",
  unit: "kg CO2e per day",
  status: "ok",
  reason: null,
  dates: ["2026-11-26", "2026-11-27"],
  forecast: [100, 300],
  bands: [{ level: 80, low: [90, 280], high: [110, 320] }],
  total: { forecast: 400, bands: [{ level: 80, low: 375, high: 425 }] },
  parts: [
    { entity: null, entity_type: null, event_type: "factory", forecast: 100 },
    { entity: null, entity_type: null, event_type: "logistics", forecast: 300 },
  ],
  model: "sum",
  window: { first_day: "2026-09-26", last_day: "2026-11-25", history_days: 61 },
  measured_error: { origins: 14, mase: 0.79, coverage_80: 0.786, coverage_95: 0.969, winkler_95: 6.2 },
  filled_share: 0,
  last: {
    made_as: "recalculated",
    dates: ["2026-11-24", "2026-11-25"],
    forecast: [110, 999],
    actual: [100, null],
    days_compared: 1,
    error: 10,
    error_percent: 10,
  },
};

describe("what is asked", () => {
  const whose = {
    event: "all",
    entity: "",
    kind: "route",
    metric: "co2e_kg",
    horizon: 7,
    level: 95,
  } as const;

  it("leaves out what the address leaves open, and an entity type without an entity", () => {
    expect(questionOf(whose)).toMatchObject({
      event_type: null,
      entity: null,
      entity_type: null,
      level: "95",
    });
    expect(questionOf({ ...whose, event: "factory", entity: "Depot" })).toMatchObject({
      event_type: "factory",
      entity: "Depot",
      entity_type: "route",
    });
  });
});

describe("the answer", () => {
  it("is a line of what came, then of what is to come, with gaps where nothing is known", () => {
    expect(timeline(FORECAST, 80)).toMatchObject({
      ticks: ["Tue 24", "Wed 25", "Thu 26", "Fri 27"],
      actual: [100, null, null, null],
      forecast: [null, null, 100, 300],
      low: [null, null, 90, 280],
    });
    expect(timeline(FORECAST, 60).high).toEqual([null, null, null, null]);
  });

  it("is told in a sentence", () => {
    expect(inWords(FORECAST, 80)).toBe(
      "Forecast of everything for 2 days: 400 kg in all (80 % interval 375 kg to 425 kg); the most on Fri 27 Nov 2026 with 300 kg, the least on Thu 26 Nov 2026 with 100 kg.",
    );
    expect(nameOf({ entity: "Depot", event_type: "factory" })).toBe("Depot, factory");
  });

  it("has its parts by size, each with what to ask for, the rest without", () => {
    expect(pieces(FORECAST).map(({ name, ask }) => [name, ask?.event])).toEqual([
      ["Logistics", "logistics"],
      ["Factory", "factory"],
    ]);
    const series = { ...FORECAST.series, level: "event_type" as const, event_type: "factory" };
    const parts = [
      { entity: "Mill", entity_type: "factory", event_type: "factory", forecast: 5 },
      { entity: null, entity_type: null, event_type: "factory", forecast: 3 },
    ];
    expect(pieces({ ...FORECAST, series, parts })).toEqual([
      { name: "Mill", value: 5, ask: { entity: "Mill", kind: "factory", event: "factory" } },
      { name: "All others", value: 3, ask: null },
    ]);
  });

  it("says what has to be known before the numbers", () => {
    expect(reservations(FORECAST)).toBeNull();
    expect(
      reservations({ ...FORECAST, stale: true, stale_reason: "Two days came late.", filled_share: 0.12 }),
    ).toBe("Two days came late. 12 % of the last 56 days rests on stand-in values.");
  });
});

describe("how good it was", () => {
  it("is told against last week's same weekday, and by how often the bands held", () => {
    const [tried, error, in80, in95] = errorInWords(FORECAST.measured_error);
    expect(tried).toContain("14 past days");
    expect(error).toBe("It errs 21 % less than taking last week's same weekday would (MASE 0.79).");
    expect([in80, in95]).toEqual([
      "79 % of the days fell into the 80 % band.",
      "97 % of the days fell into the 95 % band.",
    ]);
  });

  it("says where it is the worse guess, and what is not known", () => {
    const none = { origins: 5, mase: 1.2, coverage_80: null, coverage_95: null, winkler_95: null };
    expect(errorInWords(none)[1]).toContain("20 % more");
    expect(errorInWords(none)[2]).toBe("How many days fell into the 80 % band is not known.");
    expect(errorInWords({ ...none, mase: null })[1]).toContain("Not enough");
    expect(errorInWords(null)).toHaveLength(1);
  });

  it("compares the last forecast on the days that came alone", () => {
    expect(lastInWords(FORECAST)).toBe(
      "The last forecast, calculated again from what was known then, told 110 kg for 1 day; 100 kg came (+10 %). Day by day it was off by 10 % of what came.",
    );
  });

  it("lets no day above what came make up for one below", () => {
    const last = {
      made_as: "recorded" as const,
      dates: ["2026-11-24", "2026-11-25"],
      error: null,
      forecast: [150, 50],
      actual: [100, 100],
      days_compared: 2,
      error_percent: 0,
    };
    expect(lastInWords({ ...FORECAST, last })).toContain(
      "came (0 %). Day by day it was off by 50 % of what came.",
    );
  });
});

const TARGET: Progress = {
  target_id: 3,
  entity: "Port run",
  entity_type: "route",
  event_type: null,
  amount_kg: 45_000,
  standing: false,
  spent_kg: 43_000,
  filled_kg: 0,
  event_count: 9,
  share: 0.96,
  expected_by_now_kg: 39_000,
  month_end_kg: 48_600,
  month_end_low_kg: 48_000,
  month_end_high_kg: 49_000,
  chance: 0.975,
  passes_on: "2026-11-27",
  verdict: "will_pass",
  reason: null,
};

describe("targets", () => {
  it("are told in a sentence, with what is not known", () => {
    expect(goes(TARGET)).toBe(
      "43 t of 45 t are gone (96 %; 39 t on a straight line); the month comes to 48.6 t (80 %: 48 t to 49 t). Passes on Fri 27 Nov 2026.",
    );
    expect(goes({ ...TARGET, month_end_kg: null, reason: "9 days are missing." })).toMatch(/line\). 9 days/);
    expect([0.975, 0.025000000000000022, 0.5, null].map(chanceText)).toEqual([
      "97.5 % or more",
      "2.5 % or less",
      "50 %",
      null,
    ]);
  });

  it("are set in kg, for a month or from it on", () => {
    const wanted = {
      event: "all",
      entity: " ",
      kind: "any",
      month: "2026-12",
      every: true,
      amount: "1,5x",
    } as const;
    expect(targetOf({ ...wanted, unit: "t" })).toEqual({ problem: "An amount above zero is needed." });
    expect(targetOf({ ...wanted, amount: "1,250.5", unit: "t" })).toEqual({
      body: {
        entity: null,
        entity_type: null,
        event_type: null,
        amount_kg: 1_250_500,
        from_month: "2026-12",
      },
    });
  });
});

const MONTH = { month: "2026-11", days: 30, as_of: "", forecast_made_at: "2026-11-26T10:00:00Z" };
const ANSWERS = {
  "/forecasts": FORECAST,
  "/emissions/current": { categories: { "Port run": 1 } },
  "/targets/progress": { ...MONTH, targets: [TARGET] },
  "/targets/3/burn-down": {
    ...TARGET,
    ...MONTH,
    forecast_reason: null,
    days: [
      {
        day: "2026-11-26",
        actual_kg: 5,
        filled_kg: 0,
        cumulative_kg: 43_000,
        line_kg: 39_000,
        remaining_kg: 2_000,
        forecast_kg: 6,
        forecast_cumulative_kg: 43_100,
        forecast_low_kg: 43_050,
        forecast_high_kg: 43_200,
      },
    ],
  },
};

// whole pages, on machines that have other work
describe("the page", { timeout: 20_000 }, () => {
  it("asks for what its address says, and carries each choice in it", async () => {
    const { user, router, asked } = await open("/forecast?event=logistics&level=80&horizon=14", ANSWERS);
    const ahead = within(await screen.findByRole("region", { name: "Days ahead" }));
    expect((await ahead.findByText(/^400/, { selector: "dd span" })).textContent).toBe("400 kg");
    const url = new URL(asked.find(({ url }) => url.includes("/forecasts"))?.url ?? "");
    expect(url.search).toBe("?event_type=logistics&metric=co2e_kg&horizon=14&level=80");
    await user.selectOptions(screen.getByLabelText("Band"), "95");
    await waitFor(() => expect(router.state.location.search).toEqual({ event: "logistics", horizon: 14 }));
    await user.type(screen.getByLabelText("Entity"), "Depot{Enter}");
    await waitFor(() => expect(router.state.location.search).toMatchObject({ entity: "Depot" }));
  });

  it("takes what an address has wrong as it would be anyway", async () => {
    const { asked } = await open("/forecast?level=42&horizon=99&month=soon&metric=money", ANSWERS);
    await screen.findByText("Logistics", { selector: "a" });
    const url = asked.find(({ url }) => url.includes("/forecasts"))?.url;
    expect(url).toContain("?metric=co2e_kg&horizon=7&level=95");
  });

  it("leads from a part to its own forecast", async () => {
    const { user, router } = await open("/forecast", ANSWERS);
    await user.click(await screen.findByRole("link", { name: "Factory" }));
    await waitFor(() => expect(router.state.location.search).toEqual({ event: "factory" }));
  });

  it("says what is missing instead of numbers", async () => {
    const reason = "9 more days with a value are needed.";
    await open("/forecast", {
      ...ANSWERS,
      "/forecasts": {
        ...FORECAST,
        ...{ status: "insufficient_history", reason, dates: [], forecast: [], bands: [], parts: [] },
        ...{ total: null, measured_error: null, last: null },
      },
      "/targets/progress": { ...MONTH, targets: [] },
    });
    expect(await screen.findByText(reason)).toBeDefined();
    expect(await screen.findByText("No target holds in this month.")).toBeDefined();
  });

  it("says so where an entity has no events, and shows targets all the same", async () => {
    const none = {
      detail: "There is no event of entity 'X'.",
      code: "not_found",
      remedy: "Names are exact.",
    };
    await open("/forecast?entity=X", { ...ANSWERS, "/forecasts": () => refusal(404, none) });
    expect(await screen.findByText("Days ahead could not be loaded")).toBeDefined();
    expect(await screen.findByText("Port run", { selector: "td *, td, div" })).toBeDefined();
  });

  it("opens a target day by day from the address, and closes it", async () => {
    const { user, router } = await open("/forecast?target=3", ANSWERS);
    const burn = within(await screen.findByRole("region", { name: "Burn-down of Port run" }));
    expect(burn.getByRole("img", { name: /43 t of 45 t are gone/ })).toBeDefined();
    await user.click(burn.getByRole("button", { name: "Close the burn-down" }));
    await waitFor(() => expect(router.state.location.searchStr).toBe(""));
  });

  it("sets a target; a refusal is said in the form", async () => {
    let refuse = true;
    const body = { detail: "Entity 'Nope' has no event on record.", code: "invalid_input", remedy: "" };
    const { user, asked } = await open("/forecast?event=factory", {
      ...ANSWERS,
      "PUT /targets": () => (refuse ? refusal(422, body) : [{ ...TARGET, amount_kg: 40_000 }]),
    });
    await user.click(await screen.findByRole("button", { name: "Set a target" }));
    const form = within(await screen.findByRole("dialog"));
    await user.click(form.getByRole("button", { name: "Set target" }));
    expect(form.getByText("An amount above zero is needed.")).toBeDefined();
    await user.type(form.getByLabelText("Amount of CO2e"), "40");
    await user.click(form.getByRole("button", { name: "Set target" }));
    expect(await form.findByText(/no event on record/)).toBeDefined();
    refuse = false;
    await user.click(form.getByRole("button", { name: "Set target" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    const sent = asked.filter(({ method }) => method === "PUT");
    expect(await sent.at(-1)?.clone().text()).toContain(
      '"event_type":"factory","amount_kg":40000,"month":"2026-11"',
    );
  });
});
