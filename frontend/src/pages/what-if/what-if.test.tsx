import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { open, refusal } from "@/testing/render";
import {
  type Answer,
  differenceText,
  inWords,
  outdated,
  reservations,
  sidesOf,
  stepsOf,
  unclear,
} from "./answer";
import { comparedInWords } from "./Compare";
import { costInWords } from "./CostTable";
import { namesIn, partInWords, partOf, partText, typed } from "./fields";
import { fromSpec, type Question, readChanges, readPrices, specOf, unready } from "./question";
import { targetOf } from "./Recommend";
import { since } from "./Scenario";
import { type ShiftQuestion, shiftSpec, shiftUnready } from "./shift";
import { whereInWords } from "./WhereForm";

const QUESTION: Question = {
  event: "delivery",
  entity: "",
  kind: "any",
  days: 28,
  from: "",
  to: "",
  changes: [{ set: { distance_km: "-20%" } }],
  currency: "EUR",
  prices: {},
};

describe("the question", () => {
  it("is put as the engine takes it, and comes back whole", () => {
    expect(specOf(QUESTION)).toEqual({
      scope: { event_type: "delivery" },
      period: { days: 28 },
      changes: [{ set: { distance_km: "-20%" } }],
    });
    const full: Question = {
      ...QUESTION,
      entity: "City rounds",
      kind: "route",
      from: "2026-11-01",
      to: "2026-11-07",
      changes: [
        {
          name: "Vans",
          where: { vehicle_type: ["van*"], per_day: { max_distance_km: 80 }, min: { load_kg: 500 } },
          set: { fuel_type: "electric", speed: 40 },
        },
        { measure: "M22" },
      ],
      prices: { electricity_per_kwh: 0.24 },
    };
    expect(specOf(full)).toMatchObject({
      scope: { entity: "City rounds", entity_type: "route" },
      period: { from: "2026-11-01", to: "2026-11-07" },
      prices: { currency: "EUR", electricity_per_kwh: 0.24 },
    });
    expect(fromSpec(specOf(full))).toEqual(full);
  });

  it("is read from any address without failing", () => {
    expect(readChanges("no")).toBeUndefined();
    expect(
      readChanges([1, { set: { a: true, b: 2 }, where: { min: { x: "y" }, event_type: "moon" } }]),
    ).toEqual([{ set: { b: 2 } }]);
    expect(readPrices({ investment: 5, bribe: 9, carbon_per_tonne: "dear" })).toEqual({ investment: 5 });
  });

  it("says what it still lacks", () => {
    expect(unready(QUESTION)).toBeNull();
    expect(unready({ ...QUESTION, changes: [] })).toBe("Add what changes.");
    expect(unready({ ...QUESTION, changes: [{ set: {} }] })).toContain("Change 1");
    expect(unready({ ...QUESTION, changes: [{ set: { speed: "" } }] })).toContain("without a value");
    expect(unready({ ...QUESTION, from: "2026-11-01" })).toContain("both");
  });

  it("has parts, values and names as they are typed", () => {
    expect(["-20%", "+5 %", "20%", 7].map(partOf)).toEqual([-20, 5, null, null]);
    expect([partText(-20), partText(0), partInWords(-20), partInWords(0)]).toEqual([
      "-20%",
      "+0%",
      "20 % less",
      "as it is",
    ]);
    expect([typed("40"), typed("4x"), typed("")]).toEqual([40, "4x", ""]);
    expect(namesIn("van*, car,")).toEqual(["van*", "car"]);
    expect(whereInWords({ fuel_type: ["diesel"], per_day: { max_distance_km: 80 } })).toBe(
      "fuel diesel and at most 80 km a day",
    );
    expect(whereInWords({})).toBe("everywhere it fits");
  });
});

const side = (before: number, after: number) => ({ before, after, change: after - before });
const ANSWER: Answer = {
  first_day: "2026-10-29",
  last_day: "2026-11-25",
  days: 28,
  events: 432,
  estimated: 430,
  changed: 352,
  baseline_kg: 6600,
  changed_kg: 5400,
  delta_kg: -1200,
  delta_low_kg: -1700,
  delta_high_kg: -600,
  percent: -18,
  per_week_kg: -300,
  per_year_kg: -15_600,
  reason: null,
  changes: [
    {
      number: 1,
      name: "Shorter",
      sentence: "distance_km falls by 20 %.",
      events: 352,
      delta_kg: -1200,
      percent: -18,
    },
  ],
  scopes: {
    scope_1: side(4600, 3800),
    scope_2: side(600, 500),
    scope_3: side(1400, 1100),
    not_told_apart: side(0, 0),
  },
  energy: {
    electricity_kwh: { ...side(0, 0), unknown_events: 0 },
    fuel_litres: { ...side(16, 16), unknown_events: 219 },
    distance_km: { ...side(25_000, 20_000), unknown_events: 0 },
  },
  cost: null,
  entities: [
    {
      entity: "City rounds",
      entity_type: "route",
      events: 176,
      before_kg: 800,
      after_kg: 600,
      delta_kg: -200,
    },
  ],
  left_out: [{ change: 1, reason: "its fuel is measured", events: 80 }],
  factor_set: "desnz-2025.2",
  grid_region: "GB",
  stored_kg: 6600,
  stored_difference_kg: 0,
  notes: ["Scaled from 28 days."],
  made_at: "2026-11-26T10:00:00Z",
};

describe("the answer", () => {
  it("is told in a sentence, and as steps whose parts add up", () => {
    expect(inWords(ANSWER)).toBe("1.2 t less than 6.6 t in 28 days (−18 %); 352 of 432 events changed.");
    expect(stepsOf(ANSWER).map(({ label, value }) => [label, value])).toEqual([
      ["As it was", 6600],
      ["1. Shorter", -1200],
      ["As it would be", 5400],
    ]);
    expect(differenceText(0)).toBe("no difference");
  });

  it("has no numbers where none are known", () => {
    const unknown = {
      ...ANSWER,
      baseline_kg: null,
      changed_kg: null,
      delta_kg: null,
      reason: "No estimate.",
    };
    expect(inWords(unknown)).toBe("No estimate.");
    expect(stepsOf(unknown)).toEqual([]);
  });

  it("says what has to be known before the numbers", () => {
    expect(
      reservations(ANSWER, outdated({ data: ANSWER, isPlaceholderData: true, isFetching: false }, false)),
    ).toBe(
      "This answers the question before your last changes: simulate again. 2 events without an estimate are on neither side. 80 events were left out and stay as they are: see below.",
    );
    expect(
      reservations({ ...ANSWER, estimated: 432, left_out: [], stored_difference_kg: 66 }, null),
    ).toContain("+66 kg from the stored estimates");
    expect(outdated({ data: ANSWER, isPlaceholderData: true, isFetching: true }, true)).toContain(
      "being simulated",
    );
    expect(outdated({ data: undefined, isPlaceholderData: false, isFetching: true }, true)).toBeNull();
    expect(unclear({ delta_low_kg: -1, delta_high_kg: 2 })).toBe(true);
  });

  it("leaves out sides without anything, not those that nobody tells", () => {
    expect(sidesOf(ANSWER).map(({ name, change, unknown }) => [name, change, unknown])).toEqual([
      ["Scope 1", "−800 kg", 0],
      ["Scope 2", "−100 kg", 0],
      ["Scope 3", "−300 kg", 0],
      ["Fuel", "0 litres", 219],
      ["Distance", "−5,000 km", 0],
    ]);
  });

  it("tells cost and runs with what is not known", () => {
    const cost = { currency: "EUR", parts: [], change: -150, per_week: -38, per_year: -2000 };
    expect(costInWords({ ...cost, investment: 90_000, payback_years: 45, reason: null })).toBe(
      "−38 EUR a week. −2,000 EUR a year. 90,000 EUR pay back in 45 years.",
    );
    const run = {
      run_id: 1,
      made_at: "",
      events: 1,
      baseline_kg: 5,
      delta_kg: null,
      because: ["other days"],
    };
    expect(since(run)).toBe(
      "Against the run before: +1 event, baseline +5 kg, difference not known. Because: other days.",
    );
    expect(
      comparedInWords([
        { name: "A", delta_kg: -5 },
        { name: "B", delta_kg: null },
      ] as never),
    ).toBe("Difference: A −5 kg and B is not known.");
    expect([targetOf("#7"), targetOf(" Depot ")]).toEqual([{ hotspot_id: 7 }, { entity: "Depot" }]);
  });
});

it("cleaner hours are asked of a site or of a day", () => {
  const asked: ShiftQuestion = {
    ...{ of: "day", entity: "", days: 28, kwh: 2400, month: 1, grid: "GB-hourly", hours: 4, share: 50 },
  } as ShiftQuestion;
  expect(shiftSpec(asked)).toEqual({
    ...{ energy_kwh: 2400, month: 1, grid_region: "GB-hourly", hours: 4, flexible_share: 0.5, within: "day" },
  });
  expect(shiftSpec({ ...asked, of: "site", entity: "Cold Store", grid: "" })).toMatchObject({
    ...{ entity: "Cold Store", period: { days: 28 }, grid_region: null },
  });
  expect(shiftUnready({ ...asked, of: "site" })).toContain("Name a site");
});

const CHANGES = encodeURIComponent(JSON.stringify(QUESTION.changes));
const LISTED = (id: number, name: string) => ({
  ...{
    id,
    name,
    note: null,
    version: 1,
    created_by: "local",
    created_at: "",
    updated_by: "local",
    updated_at: "",
  },
  ...{ run_id: id, made_at: "2026-11-26T10:00:00Z", first_day: "2026-10-29", last_day: "2026-11-25" },
  ...{ factor_set: "x", event_count: 432, baseline_kg: 6600, delta_kg: -1200, percent: -18 },
});
const KEPT = {
  ...LISTED(1, "Shorter routes"),
  spec: specOf(QUESTION),
  run_count: 1,
  runs: [
    {
      id: 1,
      version: 1,
      made_by: "local",
      made_at: "2026-11-26T10:00:00Z",
      spec: {},
      result: ANSWER,
      since: null,
    },
  ],
};
const COMPARED = (id: number, name: string) => ({ ...LISTED(id, name), ...ANSWER, scope: {}, name });
const ANSWERS = {
  "/emissions/current": { categories: { "City rounds": 1 } },
  "/measures": [{ id: "M01", title: "Eco-driving", event_type: "logistics" }],
  "POST /simulate/population": ANSWER,
  "/scenarios": [LISTED(1, "Shorter routes"), LISTED(2, "Electric vans")],
  "/scenarios/1": KEPT,
  "/scenarios/compare": {
    comparable: false,
    warnings: ["Other days."],
    scenarios: [COMPARED(1, "Shorter routes"), COMPARED(2, "Electric vans")],
  },
};
const posted = (asked: Request[], path: string) =>
  asked.filter(({ method, url }) => method === "POST" && url.endsWith(path));

// whole pages, on machines that have other work
describe("the page", { timeout: 20_000 }, () => {
  it("cannot ask before it is said what changes", async () => {
    const { user, router } = await open("/what-if", ANSWERS);
    const form = within(await screen.findByRole("form", { name: "Question" }));
    expect(form.getByText("Add what changes.")).toBeDefined();
    expect(form.getByText<HTMLButtonElement>("Simulate").disabled).toBe(true);
    await user.click(form.getByText("Add a change"));
    const changes = [{ set: { distance_km: "-10%" } }];
    await waitFor(() => expect(router.state.location.search).toEqual({ changes }));
  });

  it("asks only when it is told to, and keeps the question in its address", async () => {
    const { user, router, asked } = await open(`/what-if?changes=${CHANGES}`, ANSWERS);
    const slider = await screen.findByRole("slider", { name: "Distance (km)" });
    slider.focus();
    await user.keyboard("{ArrowLeft}");
    expect(slider.getAttribute("aria-valuetext")).toBe("21 % less");
    expect(posted(asked, "/simulate/population")).toHaveLength(0);
    await user.click(screen.getByText("Simulate"));
    expect(await screen.findByText("95 % interval −1.7 t to −600 kg")).toBeDefined();
    expect(screen.getByLabelText(/1.2 t less than 6.6 t/)).toBeDefined();
    expect(router.state.location.search).toEqual({ changes: [{ set: { distance_km: "-21%" } }], run: true });
  });

  it("answers from its address alone, and says when the form has moved on", async () => {
    const { user, router, asked } = await open(
      `/what-if?event=delivery&changes=${CHANGES}&run=true`,
      ANSWERS,
    );
    await screen.findByText(/distance_km falls by 20 %/);
    const [request] = posted(asked, "/simulate/population");
    expect(await request?.clone().json()).toEqual(specOf(QUESTION));
    await user.selectOptions(screen.getByLabelText("Event type"), "factory");
    expect(await screen.findByText(/simulate again/)).toBeDefined();
    await waitFor(() => expect(router.state.location.search).toMatchObject({ event: "factory" }));
    expect(screen.getByText(/distance_km falls by 20 %/)).toBeDefined();
    expect(posted(asked, "/simulate/population")).toHaveLength(1);
  });

  it("says at the change what the engine does not take of it", async () => {
    const refuse = refusal(422, {
      detail: [{ loc: ["body", "changes", 0, "set", "distance_km"], msg: "less than -100 %", type: "x" }],
      code: "invalid_input",
      remedy: "Take less away.",
    });
    await open(`/what-if?changes=${CHANGES}&run=true`, {
      ...ANSWERS,
      "POST /simulate/population": () => refuse,
    });
    const card = within(await screen.findByRole("group", { name: "Change 1" }));
    expect(await card.findByText("changes.0.set.distance_km: less than -100 %")).toBeDefined();
    expect(screen.getByText("Result could not be loaded")).toBeDefined();
  });

  it("takes conditions, and a measure without them", async () => {
    const { user, router } = await open(`/what-if?changes=${CHANGES}`, ANSWERS);
    const card = within(await screen.findByRole("group", { name: "Change 1" }));
    fireEvent.change(card.getByLabelText("Only vehicles"), { target: { value: "van*, car" } });
    fireEvent.change(card.getByLabelText("Day's km at most"), { target: { value: "80" } });
    const where = { vehicle_type: ["van*", "car"], per_day: { max_distance_km: 80 } };
    await waitFor(() => expect(router.state.location.search).toMatchObject({ changes: [{ where }] }));
    await user.click(card.getByRole("radio", { name: "A measure" }));
    await waitFor(() =>
      expect(router.state.location.search).toMatchObject({ changes: [{ measure: "M01" }] }),
    );
    expect(card.queryByLabelText("Only vehicles")).toBeNull();
  });

  it("keeps a question as a scenario", async () => {
    const { user, router, asked } = await open(`/what-if?event=delivery&changes=${CHANGES}`, {
      ...ANSWERS,
      "POST /scenarios": KEPT,
    });
    await user.click(await screen.findByRole("button", { name: "Keep as a scenario" }));
    fireEvent.change(within(screen.getByRole("dialog")).getByLabelText("Name"), {
      target: { value: "Shorter routes" },
    });
    await user.click(screen.getByRole("button", { name: "Keep" }));
    await waitFor(() => expect(router.state.location.search).toMatchObject({ view: "kept", scenario: 1 }));
    expect(await posted(asked, "/scenarios")[0]?.clone().json()).toMatchObject({
      name: "Shorter routes",
      spec: specOf(QUESTION),
    });
  });

  it("compares scenarios from its address, and says why they do not compare", async () => {
    await open("/what-if?view=kept&compare=[1,2]", ANSWERS);
    const box = within(await screen.findByRole("region", { name: "Side by side" }));
    expect(await box.findByText("These do not compare: Other days.")).toBeDefined();
    expect(box.getAllByRole("columnheader", { name: "Electric vans" }).length).toBeGreaterThan(0);
  });

  it("runs a scenario again, recommends it, and opens it in the form", async () => {
    const { user, router, asked } = await open("/what-if?view=kept&scenario=1", {
      ...ANSWERS,
      "POST /scenarios/1/run": KEPT,
      "POST /scenarios/1/recommend": () =>
        refusal(409, { detail: "It saves nothing there.", code: "x", remedy: "" }),
    });
    await user.click(await screen.findByRole("button", { name: "Run again" }));
    await waitFor(() => expect(posted(asked, "/scenarios/1/run")).toHaveLength(1));
    await user.click(screen.getByRole("button", { name: "Recommend" }));
    const dialog = within(screen.getByRole("dialog"));
    fireEvent.change(dialog.getByLabelText("Entity or hotspot"), { target: { value: "City rounds" } });
    await user.click(dialog.getByRole("button", { name: "Recommend" }));
    expect(await dialog.findByText(/saves nothing there/)).toBeDefined();
    await user.click(dialog.getByRole("button", { name: "Cancel" }));
    await user.click(screen.getByRole("button", { name: "Open in the form" }));
    await waitFor(() =>
      expect(router.state.location.search).toEqual({
        event: "delivery",
        scenario: 1,
        changes: QUESTION.changes,
      }),
    );
  });

  it("moves electricity to cleaner hours", async () => {
    const shift = {
      ...{
        entity: null,
        event_type: null,
        days: 1,
        grid_region: "GB-hourly",
        inventory_region: null,
        hours: 4,
      },
      ...{
        energy_kwh: 2400,
        moved_kwh: 400,
        baseline_kg: 666,
        saving_kg: 40.7,
        saving_low_kg: 36,
        saving_high_kg: 45,
      },
      ...{
        percent: 6.1,
        per_week_kg: 285,
        per_year_kg: 17_391,
        left_out: [],
        notes: ["Even over 24 hours."],
      },
      seasons: [
        {
          ...{
            season: "winter",
            months: "December-February",
            window: "01:00 to 05:00 UTC",
            sentence: "Move it.",
          },
          ...{
            moved_kwh: 400,
            saving_kg: 40.7,
            percent: 6.1,
            moves: [],
            days: 1,
            energy_kwh: 2400,
            baseline_kg: 666,
          },
        },
      ],
    };
    const { user, asked } = await open("/what-if?view=hours&of=day", {
      ...ANSWERS,
      "POST /simulate/load-shift": shift,
    });
    await user.click(await screen.findByRole("button", { name: "Move it" }));
    expect(await screen.findByText("01:00 to 05:00 UTC")).toBeDefined();
    expect(await posted(asked, "/simulate/load-shift")[0]?.clone().json()).toMatchObject({
      energy_kwh: 2400,
    });
  });
});
