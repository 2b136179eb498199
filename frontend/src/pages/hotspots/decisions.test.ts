import { describe, expect, it } from "vitest";
import { inWords as bandInWords, bandOf, missing } from "./band";
import { excessWords, worstBasis } from "./bases";
import { effectsOf, summaryOf } from "./causes";
import { remoteInWords } from "./Diagnosis";
import { doubts, type Explained, parted } from "./Estimate";
import { ratesOf, valueText } from "./EstimateRests";
import { unestimated, withShares } from "./Events";
import { inputName, inWords as partsInWords, stepsOf } from "./Parts";
import { per } from "./Proposals";
import { trendOf } from "./ratios";
import { ending } from "./Similar";
import { byEntityType } from "./Standing";
import { LISTED } from "./sample";
import { type Card, chanceInWords, verdictInWords } from "./Why";
import { asBody, fitting, whatLacks } from "./wish";
import { asked, type Hotspot, narrowed, unitOf } from "./words";

describe("filters", () => {
  const all = { q: "", entity: "", state: "all", level: "all", type: "all", sort: "" } as const;

  it("ask for nothing where all is meant", () => {
    expect(asked(all)).toEqual({ limit: 100 });
    expect(narrowed(all)).toBe(false);
  });

  it("ask by the API's own names", () => {
    const some = {
      q: " nor ",
      entity: "North",
      state: "active",
      level: "warn",
      type: "delivery",
      sort: "-excess_kg",
    } as const;
    expect(asked(some)).toEqual({
      limit: 100,
      q: "nor",
      entity: "North",
      status: "active",
      severity: "warn",
      event_type: "delivery",
      sort: "-excess_kg",
    });
    expect(narrowed({ ...all, state: "active" })).toBe(true);
  });
});

describe("a trend", () => {
  it("tells its range and end, with gaps where nothing was compared", () => {
    const trend = trendOf([0.9, null, 2]);
    expect(trend?.ratios).toEqual([0.9, null, 2]);
    expect(trend?.sentence).toBe("2 of the last 3 days: 0.9 to 2 times what was typical, 2 times at the end");
  });

  it("is none of a single day", () => {
    expect(trendOf([null, 0.9])).toBeNull();
    expect(trendOf([null, null])).toBeNull();
  });
});

describe("what a figure rests on", () => {
  it("is measured from fuel or electricity that was not filled in", () => {
    expect(worstBasis({ ...LISTED, tier: "T1", filled: false }).kind).toBe("measured");
    expect(worstBasis({ ...LISTED, tier: "T1", filled: true }).kind).toBe("estimated");
    expect(worstBasis({ ...LISTED, tier: "T3", filled: false }).kind).toBe("estimated");
  });

  it("is told of a day, and where the event is gone", () => {
    expect(worstBasis({ ...LISTED, metric: "absolute", tier: null, filled: null }).reason).toContain("a day");
    expect(worstBasis({ ...LISTED, tier: null, filled: null }).reason).toContain("taken back");
  });

  it("is an excess, or less than typical, in words", () => {
    expect([12, 0, null, -0.2].map(excessWords)).toEqual([
      "Excess so far",
      "Excess so far",
      "Excess so far",
      "Below typical since",
    ]);
  });
});

it("active hotspots are counted by type of entity, without the empty ones", () => {
  const stats = { total: 3, by_severity: {}, by_entity_type: { route: 1, factory: 2, warehouse: 0 } };
  expect(byEntityType(stats)).toBe("1 route, 2 factories");
});

describe("the why-card", () => {
  const card = {
    parts: { volume_kg: -1.34, mix_kg: 0, intensity_kg: 26.9 },
    usual_kg: 38.8,
    actual_kg: 64.36,
  } as Card;

  it("goes from usual to actual", () => {
    expect(stepsOf(card)?.map(({ value }) => value)).toEqual([38.8, -1.34, 0, 26.9, 64.36]);
    expect(partsInWords(card)).toBe(
      "From 38.8 kg usually to 64.4 kg: volume −1.34 kg, mix 0 kg and intensity +26.9 kg.",
    );
    expect(stepsOf({ ...card, parts: null })).toBeNull();
  });

  it("names inputs with their unit", () => {
    expect(["distance_km", "energy_kwh", "traffic_score"].map(inputName)).toEqual([
      "Distance (km)",
      "Energy (kWh)",
      "Traffic score",
    ]);
  });

  it("tells how often chance would bring it", () => {
    expect(chanceInWords(null)).toContain("not known");
    expect(chanceInWords(0)).toContain("hardly ever");
    expect(chanceInWords(0.02)).toBe("Chance alone would bring it once in 50 weeks");
    expect(chanceInWords(2)).toBe("Chance alone would bring it 2 times a week");
  });

  it("says who judged it", () => {
    const judged = { verdict: "not_a_problem", verdict_by: "ann", verdict_reason: "a test run" };
    expect(verdictInWords(judged as Hotspot)).toBe("Not a problem, says ann: a test run");
    expect(
      verdictInWords({ ...judged, verdict: "useful", verdict_by: null, verdict_reason: null } as Hotspot),
    ).toBe("A real problem");
  });

  it("is of a day where whole days are watched", () => {
    expect(unitOf({ metric: "absolute" })).toBe("day");
    expect(unitOf({ metric: "intensity" })).toBe("event");
  });
});

describe("the band", () => {
  const baseline = { baseline_value: 5, low: 4, high: 6, unit: "kg CO2e per drop" };
  const of = (day: string, observed: number | null, baseline_value: number | null = null) =>
    ({ day, observed, baseline_value, low: baseline_value && 1, high: baseline_value && 2 }) as never;
  const days = bandOf(baseline, [of("2026-11-24", 5), of("2026-11-25", null), of("2026-11-26", 9, 1.5)]);

  it("is what was noted on the day, else the present one, and says so", () => {
    expect([days.typical, days.low, days.high]).toEqual([
      [5, 5, 1.5],
      [4, 4, 1],
      [6, 6, 2],
    ]);
    expect(missing(days, { last_event_at: "2026-11-26T10:00:00Z" }, "2026-11-24")).toBe(
      "Of 2 days no typical value was noted; the present one stands there.",
    );
  });

  it("says where the hotspot lies before it", () => {
    expect(missing(days, { last_event_at: "2026-11-20T10:00:00Z" }, "2026-11-24")).toContain("lies before");
  });

  it("tells its highest day", () => {
    expect(bandInWords(days)).toBe(
      "By the day: the most 9 kg/drop on Thu 26 Nov 2026; 1 day above the usual range.",
    );
    expect(bandInWords(bandOf(baseline, [of("2026-11-24", null)]))).toBe(
      "Nothing was observed on these days.",
    );
  });
});

describe("events", () => {
  const event = (event_id: number, co2e_kg: number | null, reason: string | null = null) =>
    ({ event_id, co2e_kg, reason }) as never;

  it("have their part of the excess where it is told", () => {
    const [first, second] = withShares(
      [event(1, 2), event(2, 3)],
      [{ event_id: 2, share_of_excess: 0.4 } as never],
    );
    expect([first?.share, second?.share]).toEqual([null, 0.4]);
  });

  it("without an estimate are counted, with a reason", () => {
    expect(unestimated([event(1, 2)])).toBeNull();
    expect(unestimated([event(1, 2), event(2, null, "no distance")])).toBe(
      "1 event without an estimate: no distance.",
    );
  });
});

describe("a line of an estimate", () => {
  it("is parted into name, working and result", () => {
    expect(parted("wtt_kg", "wtt_kg, upstream: 42 kWh x 0.07 kg/kWh = 2.9 kg")).toEqual({
      name: "upstream (wtt_kg)",
      working: "42 kWh x 0.07 kg/kWh",
      result: "2.9 kg",
    });
  });

  it("stays whole where it is written otherwise", () => {
    expect(parted("x", "by another estimator")).toEqual({
      name: "by another estimator",
      working: "",
      result: "",
    });
  });

  it("has values and rates as people read them", () => {
    expect(valueText(107.5, "km")).toBe("107.5 km");
    expect(valueText(null, "km")).toBe("not given");
    const factor = { direct: 0.177, upstream: 0.0459, full_chain: null, value: null, unit: "kgCO2e/kWh" };
    expect(ratesOf(factor as never)).toBe("0.177 direct, 0.0459 upstream kgCO2e/kWh");
    expect(ratesOf({ ...factor, direct: null, upstream: null } as never)).toBe("no rate is told");
  });

  it("says what to doubt of the whole", () => {
    const sound = { disagreement: null, unchanged: true, stand_ins: [] } as unknown as Explained;
    expect(doubts(sound)).toBeNull();
    expect(doubts({ ...sound, unchanged: false })).toContain("was changed since");
    expect(doubts({ ...sound, stand_ins: [{ words: "load_kg 500" }] } as never)).toBe(
      "1 value stood in: load_kg 500.",
    );
  });
});

describe("a diagnosis", () => {
  it("leaves out effects of nothing and what cannot be read", () => {
    const effects = [
      { cause: "grid", effect_kg: 3e-15 },
      { cause: "load", effect_kg: 2 },
      { cause: "density", effect_kg: 11.9 },
      { cause: 7 },
    ];
    expect(effectsOf({ effects })).toEqual([
      { cause: "density", kg: 11.9 },
      { cause: "load", kg: 2 },
    ]);
    expect(effectsOf({ effects: [{ cause: "load", effect_kg: 0 }] })).toEqual([]);
  });

  it("shows a model's words with how far they are grounded, and none that are empty", () => {
    expect(summaryOf({ summary: null })).toBeNull();
    expect(summaryOf({ summary: { text: " ", status: "ungrounded" } })).toBeNull();
    expect(summaryOf({ summary: { text: "Fewer stops.", status: "partly", model: "m" } })).toEqual({
      text: "Fewer stops.",
      status: "partly",
      model: "m",
    });
    expect(summaryOf({ summary: { text: "Fewer stops." } })?.status).toBe("unchecked");
  });

  it("says what a separate service still owes", () => {
    expect(remoteInWords(null)).toBeNull();
    expect(remoteInWords({ remote: "waiting" } as never)).toContain("not answered yet");
    expect(remoteInWords({ remote: "failed", remote_detail: "timeout" } as never)).toContain("timeout");
  });
});

describe("what a person recommends", () => {
  const wish = {
    way: "measure",
    measureId: "M1",
    title: " Fewer stops ",
    description: " Two rounds ",
  } as const;
  const measure = (id: string, over = {}) =>
    ({ id, title: id, event_type: "delivery", left_out_because: null, retired_at: null, ...over }) as never;

  it("is a measure for the hotspot's events that can be simulated", () => {
    const all = [
      measure("b"),
      measure("a"),
      measure("c", { event_type: "factory" }),
      measure("d", { left_out_because: "no field" }),
      measure("e", { retired_at: "2026-01-01" }),
    ];
    expect(fitting(all, { event_type: "delivery" }).map(({ id }) => id)).toEqual(["a", "b"]);
  });

  it("is sent once it is whole", () => {
    expect(whatLacks(wish)).toEqual({});
    expect(Object.keys(whatLacks({ ...wish, measureId: "" }))).toEqual(["measureId"]);
    expect(Object.keys(whatLacks({ ...wish, way: "own", title: " ", description: "" }))).toEqual([
      "title",
      "description",
    ]);
    expect(asBody(5, wish)).toEqual({ hotspot_id: 5, measure_id: "M1" });
    expect(asBody(5, { ...wish, way: "own" })).toEqual({
      hotspot_id: 5,
      title: "Fewer stops",
      description: "Two rounds",
    });
  });
});

it("a saving tells its time, a past hotspot its end", () => {
  expect(per("kg CO2e per 28 days")).toBe(" per 28 days");
  expect(per("kg CO2e")).toBe("");
  expect(ending({ resolved_reason: "back to usual", verdict: "not_a_problem" } as never)).toBe(
    "; ended: back to usual; not a problem",
  );
  expect(ending({ resolved_reason: null, verdict: null } as never)).toBe("");
});
