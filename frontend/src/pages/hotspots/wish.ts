// What a person recommends: which measures can be chosen, what is still missing, and what is sent.
import type { Shape } from "@/api/types";
import type { Hotspot } from "./words";

type Measure = Shape<"MeasureAnswer">;

export interface Wish {
  way: "measure" | "own";
  measureId: string;
  title: string;
  description: string;
}

/** Measures for the hotspot's kind of event that can be simulated and are still proposed, by their names. */
export function fitting(
  measures: readonly Measure[],
  { event_type }: Pick<Hotspot, "event_type">,
): Measure[] {
  return measures
    .filter((each) => each.event_type === event_type && !each.left_out_because && !each.retired_at)
    .sort((a, b) => a.title.localeCompare(b.title, "en"));
}

/** What has to be filled in yet, by field; empty where it can be sent. */
export function whatLacks({ way, measureId, title, description }: Wish) {
  const lacks: { measureId?: string; title?: string; description?: string } = {};
  if (way === "measure" && !measureId) lacks.measureId = "Choose a measure.";
  if (way === "own" && !title.trim()) lacks.title = "A title is needed.";
  if (way === "own" && !description.trim()) lacks.description = "Say what is to be done.";
  return lacks;
}

export function asBody(hotspotId: number, { way, measureId, title, description }: Wish) {
  return way === "measure"
    ? { hotspot_id: hotspotId, measure_id: measureId }
    : { hotspot_id: hotspotId, title: title.trim(), description: description.trim() };
}
