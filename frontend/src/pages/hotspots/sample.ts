// A hotspot with all that its pages ask for, for tests.
import type { Hotspot, Listed } from "./words";

export const HOTSPOT: Hotspot = {
  id: 5,
  entity: "City rounds",
  entity_type: "route",
  event_type: "delivery",
  metric: "intensity",
  kind: "sustained",
  predicted_co2: 10.4,
  baseline_co2: 4.07,
  typical_low_kg: 3.64,
  typical_high_kg: 6.71,
  percent_above: 155.6,
  chance_per_week: 0.02,
  excess_kg: 28.9,
  severity: "critical",
  status: "active",
  policy: "adaptive",
  rule: "default",
  event_id: 80,
  event_count: 4,
  first_event_at: "2026-11-26T09:44:00Z",
  last_event_at: "2026-11-26T16:19:00Z",
  peak_at: "2026-11-26T15:27:00Z",
  created_at: "2026-11-26T16:20:00Z",
  resolved_at: null,
  resolved_reason: null,
  verdict: null,
  verdict_reason: null,
  verdict_by: null,
};

export const LISTED: Listed = { ...HOTSPOT, tier: "T1", filled: false };

const WHY = {
  hotspot_id: 5,
  kind: "sustained",
  sentence: "Route City rounds emitted 10.4 kg CO2e in one event where 4.07 kg is typical.",
  worst_kg: 10.4,
  typical_kg: 4.07,
  typical_low_kg: 3.64,
  typical_high_kg: 6.71,
  percent_above: 155.6,
  chance_per_week: 0.02,
  excess_kg: 28.9,
  actual_kg: 64.4,
  usual_kg: 38.8,
  difference_kg: 25.6,
  compared_with: "as many events before it",
  usual_events: 351,
  parts: { volume_kg: -1.3, mix_kg: 0, intensity_kg: 26.9 },
  main_cause: "intensity",
  inputs: [{ field: "distance_km", unit: "km", actual: 77.8, usual: 46 }],
  top_events: [{ event_id: 80, share_of_excess: 0.22 }],
  similar: [],
  lowered_confidence: ["the estimate of the worst event is unsure"],
};

const explained = (id: number, co2_kg: number) => ({
  prediction: {
    id,
    co2_kg,
    tier: "T3",
    filled: false,
    reason: null,
    low_kg: 7.9,
    high_kg: 13.7,
    model_version: "set.1",
    event_time: "2026-11-26T15:27:00Z",
  },
  method: "trip.1",
  formula: "CO2e = distance x factor",
  tier: "T3",
  inputs: [{ name: "distance_km", value: 107.5, unit: "km", source: "event", counted: true }],
  lines: [
    {
      step: "co2e_kg",
      text: `co2e_kg, full chain: 107.5 km x 0.1 = ${co2_kg} kg`,
      expression: "107.5 * 0.1",
    },
  ],
  factors: [],
  stand_ins: [],
  missing: [],
  agrees: true,
  unchanged: true,
  disagreement: null,
});

const event = (event_id: number, co2e_kg: number) => ({
  id: event_id,
  event_id,
  event_time: "2026-11-26T15:27:00Z",
  activity: 81,
  activity_unit: "drop",
  co2e_kg,
  low_kg: 7.9,
  high_kg: 13.7,
  typical_kg: 4.07,
  ratio: 2.5,
  filled: false,
  tier: "T1",
  reason: null,
});

/** What the engine answers for it. */
export const ANSWERS: Record<string, unknown> = {
  "/hotspots/5": HOTSPOT,
  "/hotspots/5/explain": WHY,
  "/hotspots/5/events": [event(81, 9.9), event(80, 10.4)],
  "/predictions/80/explain": explained(80, 10.4),
  "/predictions/81/explain": explained(81, 9.9),
  "/baselines": [
    { id: 3, baseline_value: 0.05, low: 0.045, high: 0.084, unit: "kg CO2e per drop", reason: null },
  ],
  "/baselines/3/history": [
    { day: "2026-11-25", observed: 0.049, baseline_value: 0.05, low: 0.045, high: 0.084 },
    { day: "2026-11-26", observed: 0.091, baseline_value: 0.05, low: 0.045, high: 0.084 },
  ],
  "/hotspots/5/diagnosis": {
    cause: "density",
    root_cause: "More distance for each drop than usual.",
    effects: [{ cause: "density", effect_kg: 11.9 }],
    remote: null,
    nothing_because: "no measure fits",
    recommendation_ids: [],
  },
  "/recommendations": [],
  "/measures": [
    {
      id: "M1",
      title: "Bundle stops",
      description: "Fewer rounds.",
      event_type: "delivery",
      left_out_because: null,
      retired_at: null,
      condition: "",
      year: "",
      source: "a study",
    },
  ],
};
