// An entity's days against the band that is usual of it.
import type { Shape } from "@/api/types";
import { day, massText, number, shortDay } from "@/lib/format";
import { plural } from "@/lib/sentence";

type Baseline = Pick<Shape<"Baseline">, "baseline_value" | "low" | "high" | "unit">;
type HistoryDay = Shape<"BaselineDay">;

export interface BandDays {
  ticks: string[];
  names: string[];
  observed: (number | null)[];
  typical: (number | null)[];
  low: (number | null)[];
  high: (number | null)[];
  unit: string;
  /** Days on which no typical value was noted, so that the present one is shown. */
  stoodIn: number;
}

/** Typical value and range as noted on the day; on days without a note the present ones. */
export function bandOf(baseline: Baseline, history: readonly HistoryDay[]): BandDays {
  const noted = history.map((each) => each.baseline_value !== null);
  const or = (own: number | null, now: number | null, at: number) => (noted[at] ? own : now);
  return {
    ticks: history.map((each) => shortDay(dateOf(each))),
    names: history.map((each) => day(dateOf(each))),
    observed: history.map(({ observed }) => observed),
    typical: history.map((each, at) => or(each.baseline_value, baseline.baseline_value, at)),
    low: history.map((each, at) => or(each.low, baseline.low, at)),
    high: history.map((each, at) => or(each.high, baseline.high, at)),
    unit: short(baseline.unit),
    stoodIn: baseline.baseline_value === null ? 0 : noted.filter((is) => !is).length,
  };
}

/** What is missing, in words; null where nothing is. */
export function missing(days: BandDays, hotspot: { last_event_at: string }, since: string | undefined) {
  if (since && hotspot.last_event_at.slice(0, 10) < since)
    return "The hotspot lies before these days: choose more of them.";
  if (days.stoodIn > 0)
    return `Of ${plural(days.stoodIn, "day")} no typical value was noted; the present one stands there.`;
  return null;
}

/** The chart in a sentence: its highest day, and how many days lie above the band. */
export function inWords({ observed, high, names, unit }: BandDays): string {
  const top = observed.reduce<number>(
    (best, value, at) => ((value ?? -1) > (observed[best] ?? -1) ? at : best),
    0,
  );
  const most = observed[top];
  if (most === null || most === undefined) return "Nothing was observed on these days.";
  const above = observed.filter((value, at) => value !== null && value > (high[at] ?? Infinity)).length;
  return `By the day: the most ${inUnit(most, unit)} on ${names[top]}; ${plural(above, "day")} above the usual range.`;
}

/** "kg CO2e per drop" as "kg/drop": at an axis there is no room for more. */
function short(unit: string): string {
  return unit.replace(/^kg CO2e per /, "kg/");
}

function inUnit(value: number, unit: string): string {
  return unit.startsWith("kg") ? massText(value, unit.slice(2)) : `${number(value)} ${unit}`;
}

function dateOf({ day: date }: HistoryDay): Date {
  return new Date(`${date}T00:00:00Z`);
}
