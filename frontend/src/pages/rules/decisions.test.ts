import { describe, expect, it } from "vitest";
import { leftOut } from "./Backtest";
import { draftOf, factsOf, NEW } from "./draft";
import { columnsOf, inWords, LINES } from "./outcome";
import {
  ALARM_STEPS,
  AS_IT_IS,
  asTried,
  metricOf,
  moved,
  type Policy,
  policyOf,
  type Rule,
  readPolicy,
  stepOf,
  triedPolicy,
} from "./policy";
import { speaks, watched } from "./words";

const OWN: Policy = {
  kind: "adaptive",
  info: 1.1,
  warn: 1.25,
  critical: 1.5,
  false_alarms_per_entity_week: 0.1,
  clear_ratio: 1.05,
  keep_firing_for: "24 h",
  min_excess_kg: 0,
};
const RULE = {
  name: "plants",
  kind: "hotspot",
  match: ["entity_type = factory"],
  policy: { ...OWN },
  overrides: {},
  for: "30 min",
  keep_firing_for: "0 s",
  group_by: ["entity"],
  repeat_interval: "12 h",
  runbook_url: null,
  receivers: ["operations"],
  inhibited_by: null,
  budget: null,
  forecast: null,
  min_score: null,
  enabled: true,
  built_in: false,
  created_at: null,
  updated_at: null,
} satisfies Rule;

describe("the policy that is tried", () => {
  it("is the rule's own with what the address changes, and back", () => {
    expect(triedPolicy(OWN, AS_IT_IS)).toEqual(OWN);
    const tried = { ...AS_IT_IS, warn: 1.4, excess: 50 };
    expect(triedPolicy(OWN, tried)).toEqual({ ...OWN, warn: 1.4, min_excess_kg: 50 });
    expect(asTried(OWN, triedPolicy(OWN, tried))).toEqual(tried);
  });

  it("keeps its levels in order: one that passes its neighbour takes it along", () => {
    const up = moved(OWN, "info", 2);
    expect([up.info, up.warn, up.critical]).toEqual([2, 2, 2]);
    const down = moved(OWN, "critical", 1);
    expect([down.info, down.warn, down.critical, down.clear_ratio]).toEqual([1, 1, 1, 1]);
  });

  it("is the default rule's where the rule has none, and none where it cannot be read", () => {
    const ruled = { ...RULE, policy: null };
    expect(policyOf(ruled, [{ ...RULE, name: "default" }])).toEqual(OWN);
    expect(policyOf(ruled, [])).toBeNull();
    expect(readPolicy({ ...OWN, warn: "much" })).toBeNull();
  });

  it("finds the nearest step of the slider", () => {
    expect(ALARM_STEPS[stepOf(0.1)]).toBe(0.1);
    expect(ALARM_STEPS[stepOf(0.4)]).toBe(0.5);
  });
});

it("a replay watches what the rule watches; policies of single entities are told as left out", () => {
  expect(metricOf(["entity ~ plant-*", " metric = absolute "])).toBe("absolute");
  expect(metricOf(["metric != absolute", "entity = metric = absolute"])).toBeNull();
  expect(leftOut({ overrides: { "plant-7": {} } })).toBe(
    "The policies that this rule has for plant-7 are left out: its own is tried for all.",
  );
  expect(leftOut({})).toBeNull();
});

describe("a rule as a form", () => {
  it("comes back as it was", () => {
    const { name, built_in, created_at, updated_at, budget, forecast, min_score, ...kept } = RULE;
    expect(factsOf(draftOf(RULE), RULE.overrides)).toEqual(kept);
  });

  it("leaves to the engine what is left empty", () => {
    const facts = factsOf({ ...NEW, own: true, policy: { ...NEW.policy, warn: "1.4" } });
    expect(JSON.parse(JSON.stringify(facts.policy))).toEqual({ kind: "adaptive", warn: 1.4 });
    expect(factsOf(NEW).policy).toBeNull();
  });

  it("sends of each kind what belongs to it", () => {
    const budget = factsOf({ ...NEW, kind: "budget", amount: "12000" });
    expect(budget.budget).toEqual({ amount_kg: 12000, period: "month", warn_share: 0.8 });
    expect(budget).not.toHaveProperty("policy");
    const forecast = factsOf({ ...NEW, kind: "forecast", ratio: "2" });
    expect(forecast.forecast?.ratio).toBeNull();
    expect(factsOf({ ...NEW, kind: "forecast", against: "typical", ratio: "2" }).forecast?.ratio).toBe(2);
    expect(factsOf({ ...NEW, kind: "data_quality", minScore: "80" }).min_score).toBe(80);
  });
});

it("a rule is told in a line", () => {
  expect(watched(RULE)).toBe("entity_type = factory");
  expect(watched({ match: [] })).toBe("everything");
  expect(speaks(RULE)).toBe("adaptive: info 1.1, warn 1.25, critical 1.5 × typical");
  expect(speaks({ ...RULE, policy: null })).toBe("as the default rule says");
  const budget = { amount_kg: 12000, period: "month", warn_share: 0.8 } as const;
  expect(speaks({ ...RULE, kind: "budget", budget })).toBe("12 t a month, warns from 80 %");
  const forecast = { against: "typical", chance: 0.8, within_days: 3, ratio: 1.5 } as const;
  expect(speaks({ ...RULE, kind: "forecast", forecast })).toBe(
    "more than 1.5 × typical within 3 days, chance 80 %",
  );
});

it("an outcome is compared with the rule as it is stored, and says what is not known", () => {
  const marked = { useful: 4, useful_found: 3, recall: 0.75, not_a_problem: 0, opened_again: 0 };
  const found = (episodes: number) => ({
    episodes,
    by_severity: { critical: episodes },
    by_entity: {},
    episodes_per_entity_week: null,
    days: 1,
    days_per_entity_week: null,
    excess_kg: 1200,
    policy: {},
    marked,
  });
  const answer = (episodes: number) =>
    ({ rule: found(episodes), in_force: found(1), original: found(47) }) as never;
  expect(inWords(answer(27), answer(40))).toBe(
    "27 episodes, 13 fewer than with the rule as it is stored (33 % less).",
  );
  expect(inWords(answer(4), answer(4))).toBe("4 episodes, as many as with the rule as it is stored.");
  const [tried, , onRecord] = columnsOf(answer(27), answer(40));
  const told = (column: typeof tried) => LINES.map(({ of }) => column && of(column));
  expect(told(tried)).toEqual(["27", "27", "0", "0", null, "1.2 t", "3 of 4", "none dismissed"]);
  expect(told(onRecord).slice(-2)).toEqual([null, null]);
});
