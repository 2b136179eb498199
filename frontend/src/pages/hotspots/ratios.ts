// How an entity's newest events went against what was typical of each, for a spark.
import type { Shape } from "@/api/types";
import { number } from "@/lib/format";

type Estimate = Pick<Shape<"StoredPrediction">, "co2_kg" | "typical_kg" | "event_time">;

export const TREND_EVENTS = 40;

export interface Trend {
  /** Actual by typical, oldest first; null where one of the two is not known. */
  ratios: (number | null)[];
  sentence: string;
}

/** Null where fewer than two events can be compared: that is no trend. */
export function trendOf(estimates: readonly Estimate[]): Trend | null {
  const oldestFirst = [...estimates].sort((a, b) => a.event_time.localeCompare(b.event_time));
  const ratios = oldestFirst.map(ratio);
  const known = ratios.filter((each) => each !== null);
  if (known.length < 2) return null;
  const range = `${number(Math.min(...known), 2)} to ${number(Math.max(...known), 2)}`;
  const last = known.at(-1) ?? 0;
  return {
    ratios,
    sentence: `The last ${known.length} events: ${range} times what was typical, ${number(last, 2)} times at the end`,
  };
}

function ratio({ co2_kg, typical_kg }: Estimate): number | null {
  return co2_kg === null || typical_kg === null || typical_kg === 0 ? null : co2_kg / typical_kg;
}
