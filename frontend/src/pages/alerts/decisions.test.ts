import { describe, expect, it } from "vitest";
import { COLUMNS } from "./columns";
import { figuresOf } from "./figures";
import { ordered, stepTo } from "./moving";
import { commonMatchers, endOf, linesOf } from "./silencing";
import { type Alert, choicesOf, isFiltered, queryOf } from "./views";
import {
  acknowledgedWords,
  assignedWords,
  because,
  happened,
  quietReason,
  standing,
  toldWhen,
} from "./words";

const ALL = { view: "all", level: "all", rule: "", entity: "", assignee: "" } as const;
const alert = (over: Partial<Alert>): Alert =>
  ({
    id: 1,
    level: "warn",
    rule: "default",
    acknowledged: false,
    labels: { entity: "North", metric: "intensity", severity: "warn", kind: "spike" },
    ...over,
  }) as Partial<Alert> as Alert;
const event = (over: object) =>
  ({
    id: 1,
    at: "",
    action: "state",
    before: null,
    after: null,
    reason: "",
    actor: "scan",
    ...over,
  }) as never;

describe("a view", () => {
  it("asks the engine for what it can filter by, and only for what is filtered", () => {
    expect(queryOf(ALL)).toEqual({ limit: 100 });
    expect(queryOf({ ...ALL, view: "firing", level: "critical", entity: "North" })).toEqual({
      limit: 100,
      level: "critical",
      entity: "North",
      state: "firing",
      acknowledged: false,
      silenced: false,
    });
    expect(queryOf({ ...ALL, view: "silenced" })).toEqual({ limit: 100, open: true, silenced: true });
    expect(queryOf({ ...ALL, view: "open" })).toEqual({ limit: 100, open: true });
    expect([isFiltered(ALL), isFiltered({ ...ALL, rule: "x" })]).toEqual([false, true]);
    expect(queryOf({ ...ALL, view: "no_data" })).toEqual({ limit: 100, state: "no_data" });
  });

  it("has its count beside its name once that is known", () => {
    const inbox = { open: 1, firing: 1_200, pending: 0, acknowledged: 0, recovering: 0 };
    const stats = { total: 2_000, by_level: {}, by_state: {}, inbox } as never;
    const labels = choicesOf(stats).map(({ label }) => label);
    expect(labels.slice(0, 3)).toEqual(["Open 1", "Firing 1,200", "Pending 0"]);
    expect([labels.at(-1), choicesOf(undefined).at(-1)?.label]).toEqual(["All 2,000", "All"]);
  });
});

describe("moving", () => {
  it("stays within the list and begins at its first row", () => {
    expect([stepTo([1, 2], -1, 1), stepTo([1, 2], 1, 1), stepTo([1, 2], 1, -1)]).toEqual([1, 2, 1]);
    expect(stepTo([], 0, 1)).toBeUndefined();
  });

  it("follows the order of the table, what is missing last", () => {
    const rows = [
      alert({ assignee: null }),
      alert({ id: 2, assignee: "ann" }),
      alert({ id: 3, assignee: "bo" }),
    ];
    const ids = (sort: { by: string; desc: boolean } | null) =>
      ordered(rows, COLUMNS, sort).map(({ id }) => id);
    expect(ids(null)).toEqual([1, 2, 3]);
    expect(ids({ by: "assignee", desc: true })).toEqual([3, 2, 1]);
    expect(ids({ by: "assignee", desc: false })).toEqual([2, 3, 1]);
  });
});

describe("a silence", () => {
  it("is about what all have in common, without what may change", () => {
    const other = alert({ labels: { entity: "South", metric: "intensity", severity: "critical" } });
    expect(commonMatchers([alert({})])).toEqual(["entity = North", "metric = intensity", "rule = default"]);
    expect(commonMatchers([alert({}), other])).toEqual(["metric = intensity", "rule = default"]);
    expect(commonMatchers([])).toEqual([]);
  });

  it("is a condition a line, and ends", () => {
    expect(linesOf(" a = b \n\n c ~ d*")).toEqual(["a = b", "c ~ d*"]);
    expect(endOf("8", new Date("2026-11-26T10:00:00Z"))).toBe("2026-11-26T18:00:00.000Z");
  });
});

describe("the hotspot of an alert", () => {
  const hotspot = {
    metric: "intensity",
    event_id: 5,
    predicted_co2: 10.4,
    baseline_co2: 4,
    peak_at: "2026-11-26",
  };
  const seen = (event_id: number, event_time: string, over: object = {}) => ({
    event_id,
    event_time,
    co2e_kg: 3,
    typical_kg: 4,
    tier: "T3",
    filled: false,
    reason: null,
    ...over,
  });

  it("has a worst and a latest event, each with what it rests on", () => {
    const events = [
      seen(5, "2026-11-26T09:00:00+00:00", { tier: "T1" }),
      seen(7, "2026-11-26T16:00:00+00:00"),
      seen(6, "2026-11-26T12:00:00+00:00"),
    ];
    const told = figuresOf(hotspot, events);
    expect(told.map(({ what, kg, basis }) => [what, kg, basis?.kind])).toEqual([
      ["Worst event", 10.4, "measured"],
      ["Latest event", 3, "estimated"],
    ]);
    expect(figuresOf(hotspot, [seen(5, "2026-11-26T09:00:00Z")]).map(({ what }) => what)).toEqual([
      "Worst and latest event",
    ]);
  });

  it("makes no basis up, and a day is the sum of many", () => {
    expect(figuresOf(hotspot, [seen(7, "2026-11-26T16:00:00Z")])[0]?.basis).toBeNull();
    const none = seen(7, "2026-11-26T16:00:00Z", { co2e_kg: null, tier: null, reason: "no distance" });
    expect(figuresOf(hotspot, [none])[1]?.basis).toEqual({ kind: "insufficient", reason: "no distance" });
    expect(figuresOf({ ...hotspot, metric: "absolute" }, [])[0]).toMatchObject({
      what: "Worst day",
      basis: { kind: "estimated" },
    });
  });
});

describe("words", () => {
  it("say why nobody is told, with every reason", () => {
    const told = { silenced_by: [], inhibited_by: [], muted_by: [] };
    expect(quietReason(told)).toBeNull();
    expect(quietReason({ ...told, silenced_by: [3], muted_by: ["nights"] })).toBe(
      "Nobody is told: silenced by silence 3 and muted by nights.",
    );
  });

  it("tell what happened, also of actions that they do not know", () => {
    expect(happened(event({ before: "no_data", after: "firing" }))).toBe("State: no data → firing");
    expect(happened(event({ action: "assigned", after: "ann" }))).toBe("Assigned to ann");
    expect(happened(event({ action: "assigned", before: "ann" }))).toBe("Assigned to nobody");
    expect(happened(event({ action: "silenced", after: "3" }))).toBe("Silenced by silence 3");
    expect(happened(event({ action: "silenced", before: "3" }))).toBe("Silenced: no longer 3");
    expect(happened(event({ action: "told_again" }))).toBe("Told again");
  });

  it("tell which event numbers are of, only where two are told", () => {
    const two = { hotspot_id: 1, message: "a", state_reason: "b", state: "firing" } as const;
    expect(because(alert(two))).toBe("b (the event it began to fire with)");
    expect(toldWhen(alert(two))).toBe("Its worst event when its level or state last changed.");
    expect(because(alert({ ...two, state: "recovering" }))).toBe("b");
    const same = {
      message: "North exceeded emissions by 9.3%: 1.728 kg CO2e against 1.581 kg typical",
      state_reason: "1.728 kg CO2e where 1.581 kg is typical",
    };
    expect(because(alert({ ...two, ...same }))).toBeNull();
    const gap = alert({ ...two, hotspot_id: null, state_reason: "a" });
    expect([toldWhen(gap), because(gap)]).toEqual([null, null]);
  });

  it("tell how all stand, and what could not be done", () => {
    expect(standing({ by_state: { firing: 2, pending: 0, no_data: 1 } })).toBe("2 firing and 1 no data.");
    expect(assignedWords({ assigned: [1, 2], refused: [] })).toBe("2 alerts assigned.");
    expect(acknowledgedWords({ acknowledged: [1], refused: [] })).toBe("1 alert acknowledged.");
    expect(
      acknowledgedWords({ acknowledged: [1], refused: [{ id: 2, reason: "Alert 2 is resolved." }] }),
    ).toBe("1 alert acknowledged. 1 could not be: Alert 2 is resolved.");
  });
});
