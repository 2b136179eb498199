import { screen, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { open, refusal } from "@/testing/render";
import { becauseText } from "./Totals";
import { basisOfSaved, intervalText, notCompared, totalNote, type Week, weeksInWords } from "./verdicts";

// a busy machine takes its time
vi.setConfig({ testTimeout: 20_000 });

const TOTAL = {
  count: 2,
  promised_kg: 500,
  unpromised_count: 1,
  saved_kg: 300,
  saved_low_kg: 100,
  saved_high_kg: 500,
  annualised_kg: 4_000,
};
const NONE = {
  count: 0,
  promised_kg: 0,
  unpromised_count: 0,
  saved_kg: null,
  saved_low_kg: null,
  saved_high_kg: null,
  annualised_kg: null,
};
const line = (id: number, over: object = {}) => ({
  recommendation_id: id,
  entity: "North run",
  title: `Measure ${id}`,
  status: "implemented",
  implemented_at: "2026-10-25T06:00:00Z",
  promised_kg: 120,
  promised_low_kg: 60,
  promised_high_kg: 200,
  weeks: 2,
  saved_kg: 50,
  saved_low_kg: -20,
  saved_high_kg: 120,
  annualised_kg: null,
  verdict: "inconclusive",
  reason: "The interval holds 0.",
  judged_by: null,
  judged_at: null,
  jointly_with: [],
  ...over,
});
const week = (number: number, over: Partial<Week> = {}): Week => ({
  week: number,
  starts_at: `2026-11-0${number}T06:00:00Z`,
  ends_at: `2026-11-0${number + 1}T06:00:00Z`,
  actual_kg: 100,
  counterfactual_kg: 125,
  saving_kg: 25,
  low_kg: -10,
  high_kg: 60,
  cumulative_kg: 25 * number,
  cumulative_low_kg: -20,
  cumulative_high_kg: 120,
  event_count: 30,
  filled_count: 0,
  filled_kg: 0,
  unestimated_count: 0,
  unmatched_count: 0,
  reason: null,
  ...over,
});
const MISSED = week(3, {
  saving_kg: null,
  cumulative_kg: null,
  filled_count: 4,
  reason: "Less than half of the usual readings came.",
});
const BASELINE = {
  window_start: "2026-09-01T00:00:00Z",
  window_end: "2026-10-25T00:00:00Z",
  event_count: 300,
  day_count: 50,
  obstacle: null,
  reason: null,
  model: { per: "drop", kg: 0.4 },
};
const ANSWERS = {
  "/recommendations/savings": {
    unit: "kg CO2e",
    promised_kg: 500,
    totals: { verified: TOTAL, not_effective: NONE, waiting: NONE },
    waiting_because: { inconclusive: 1, waiting: 0 },
    recommendations: [line(1), line(2, { verdict: "verified" })],
  },
  "/recommendations/1/savings": { ...line(1), weekly: [week(1), week(2), MISSED], baseline: BASELINE },
};

describe("verdicts and sums in words", () => {
  it("name what is known, and nothing else", () => {
    expect(intervalText({ low: -20, high: 1200 })).toBe("−20 kg to 1.2 t");
    expect(intervalText({ low: null, high: 3 })).toBeNull();
    expect(totalNote(TOTAL)).toBe(
      "2 measures, promised 500 kg in 28 days, 1 promised nothing, at that pace 4 t a year",
    );
    expect(totalNote(NONE)).toBe("none");
    expect(becauseText({ inconclusive: 2, waiting: 0, no_baseline: 1 })).toBe(
      "2 inconclusive and 1 no baseline",
    );
    expect(basisOfSaved(null, 0, "too few events")).toEqual({
      kind: "insufficient",
      reason: "too few events",
    });
  });

  it("sum the weeks that could be compared", () => {
    expect(weeksInWords([week(1), week(2), MISSED])).toBe(
      "Saving week by week: 50 kg after 2 compared weeks, 95 % interval −20 kg to 120 kg.",
    );
    expect(weeksInWords([MISSED])).toBe("No week could be compared yet.");
    expect(notCompared(MISSED)).toBe("4 with stand-in values");
    expect(notCompared(week(1))).toBe("");
  });
});

describe("the page", () => {
  it("shows sums and ledger; the verdict that is looked for is in the address", async () => {
    const { user, router } = await open("/savings", ANSWERS);
    const sums = within(await screen.findByRole("region", { name: "In all" }));
    expect(await sums.findByText("95 % interval 100 kg to 500 kg")).toBeDefined();
    expect(sums.getByText("1 inconclusive")).toBeDefined();
    await user.selectOptions(screen.getByLabelText("Verdict"), "verified");
    expect(router.state.location.search).toEqual({ verdict: "verified" });
    expect(await screen.findByText("Measure 2")).toBeDefined();
    expect(screen.queryByText("Measure 1")).toBeNull();
  });

  it("opens the weeks of one, says which could not be compared, and the frozen baseline", async () => {
    await open("/savings?open=1", ANSWERS);
    expect(await screen.findByText("1 of 3 weeks could not be compared; the table says why.")).toBeDefined();
    expect(screen.getByRole("img", { name: /^Saving week by week: 50 kg/ })).toBeDefined();
    expect(screen.getByText("Less than half of the usual readings came.")).toBeDefined();
    expect(screen.getByText(/From 300 events on 50 days/)).toBeDefined();
  });

  it("takes a person's verdict only with how they know, and says what the engine refuses", async () => {
    const no = { detail: "It is judged already.", code: "conflict", remedy: "" };
    const { user, asked } = await open("/savings?open=1", {
      ...ANSWERS,
      "POST /recommendations/1/verify": () => refusal(409, no),
    });
    await user.click(await screen.findByRole("button", { name: "Judge it yourself" }));
    const dialog = within(await screen.findByRole("alertdialog"));
    await user.click(dialog.getByRole("button", { name: "Judge" }));
    expect(dialog.getByText("Say how you know.")).toBeDefined();
    await user.click(dialog.getByLabelText("How you know"));
    await user.paste("the fuel cards say so");
    await user.click(dialog.getByRole("button", { name: "Judge" }));
    expect(await dialog.findByText("It is judged already.")).toBeDefined();
    const sent = asked.find(({ method }) => method === "POST");
    expect(await sent?.clone().json()).toEqual({ verdict: "verified", reason: "the fuel cards say so" });
  });

  it("says beside the button why its events prove nothing yet", async () => {
    const no = { detail: "It is inconclusive: 4 weeks.", code: "not_judged", remedy: "Send a body." };
    const { user } = await open("/savings?open=1", {
      ...ANSWERS,
      "POST /recommendations/1/verify": () => refusal(409, no),
    });
    await user.click(await screen.findByRole("button", { name: "Judge it now" }));
    expect((await screen.findByRole("status", { name: "Outcome" })).textContent).toBe(
      "It is inconclusive: 4 weeks.",
    );
  });

  it("says what to do next where nothing is in place", async () => {
    const ledger = { ...ANSWERS["/recommendations/savings"], recommendations: [] };
    await open("/savings", { "/recommendations/savings": ledger });
    expect(await screen.findByRole("link", { name: "Approved recommendations" })).toBeDefined();
  });
});
