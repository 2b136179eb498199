// What is asked of the forecast, and its answer as places of a chart and parts of a sum.
import type { Shape } from "@/api/types";
import { day, massText, number, shortDay } from "@/lib/format";
import { label, listed, plural } from "@/lib/sentence";
import { ENTITY_TYPES, EVENT_TYPES } from "./route";

export type Forecast = Shape<"ForecastAnswer">;
type Metric = Forecast["metric"];

export interface Whose {
  event: string;
  entity: string;
  kind: string;
  metric: Metric;
  horizon: number;
  level: number;
}

/** The query of GET /forecasts for what the address says. */
export function questionOf({ event, entity, kind, metric, horizon, level }: Whose) {
  return {
    event_type: event === "all" ? null : event,
    entity: entity || null,
    entity_type: entity && kind !== "any" ? kind : null,
    metric,
    horizon,
    level: String(level),
  };
}

/** "everything", "logistics", "Depot", "Depot, logistics". */
export function nameOf(of: { entity: string | null; event_type: string | null }): string {
  if (of.entity && of.event_type) return `${of.entity}, ${of.event_type}`;
  return of.entity ?? of.event_type ?? "everything";
}

export function amountText(metric: Metric, value: number): string {
  return metric === "co2e_kg" ? massText(value) : `${number(value)} events`;
}

export const chartUnit = (metric: Metric) => (metric === "co2e_kg" ? "kg/day" : "events/day");

export interface Timeline {
  ticks: string[];
  names: string[];
  actual: (number | null)[];
  forecast: (number | null)[];
  low: (number | null)[];
  high: (number | null)[];
}

/** The last days as they came, then the days ahead with the band of this level. */
export function timeline({ dates, forecast, bands, last }: Forecast, level: number): Timeline {
  const band = bands.find((each) => each.level === level);
  const before = last?.dates ?? [];
  const gap = before.map(() => null);
  const ahead = dates.map(() => null);
  const days = [...before, ...dates].map((date) => new Date(`${date}T00:00:00Z`));
  return {
    ticks: days.map(shortDay),
    names: days.map(day),
    actual: [...(last?.actual ?? []), ...ahead],
    forecast: [...gap, ...forecast],
    low: [...gap, ...(band?.low ?? ahead)],
    high: [...gap, ...(band?.high ?? ahead)],
  };
}

/** The chart in a sentence: the sum with its interval, the lowest and the highest day. */
export function inWords(answer: Forecast, level: number): string {
  const { dates, forecast, metric, total } = answer;
  const told = (value: number) => amountText(metric, value);
  const band = total?.bands.find((each) => each.level === level);
  const range = band ? ` (${level} % interval ${told(band.low)} to ${told(band.high)})` : "";
  const sum = total ? `: ${told(total.forecast)} in all${range}` : "";
  return `Forecast of ${nameOf(answer.series)} for ${plural(dates.length, "day")}${sum}; ${extremes(dates, forecast, told)}.`;
}

function extremes(dates: string[], values: number[], told: (value: number) => string): string {
  const at = (value: number) => day(new Date(`${dates[values.indexOf(value)]}T00:00:00Z`));
  const [most, least] = [Math.max(...values), Math.min(...values)];
  return `the most on ${at(most)} with ${told(most)}, the least on ${at(least)} with ${told(least)}`;
}

export type EventType = (typeof EVENT_TYPES)[number];
export type EntityType = (typeof ENTITY_TYPES)[number];

export interface Piece {
  name: string;
  value: number;
  /** What to ask for to see this part by itself; null for the sum of all others. */
  ask: { event?: EventType; entity?: string; kind?: EntityType | "any" } | null;
}

/** Parts of the sum, largest first. The others that are not listed singly have no name in the answer. */
export function pieces({ parts, series }: Forecast): Piece[] {
  return parts
    .map(({ entity, entity_type, event_type, forecast }): Piece => {
      const event = EVENT_TYPES.find((each) => each === event_type);
      const kind = ENTITY_TYPES.find((each) => each === entity_type) ?? "any";
      if (entity && entity !== series.entity)
        return { name: entity, value: forecast, ask: { entity, kind, event } };
      // what names neither another entity nor another event type is the sum of those not listed
      return event && event !== series.event_type
        ? { name: label(event), value: forecast, ask: { event } }
        : { name: "All others", value: forecast, ask: null };
    })
    .sort((a, b) => b.value - a.value);
}

/** What the reader has to know of this answer before the numbers: old, incomplete, filled in. */
export function reservations({ stale, stale_reason, status, reason, filled_share }: Forecast): string | null {
  const all = [
    stale ? (stale_reason ?? "It is older than its history.") : null,
    status === "being_made" ? "It is being made." : null,
    reason,
    filled_share ? `${number(filled_share * 100, 2)} % of the last 56 days rests on stand-in values.` : null,
  ].filter((words) => words !== null);
  return all.length ? all.join(" ") : null;
}

/** From what history it was made. */
export function madeOf({ window, model }: Forecast): string {
  const history = window ? `${plural(window.history_days, "day")} with a value` : "an unknown history";
  const span = window?.first_day && window.last_day ? [`${window.first_day} to ${window.last_day}`] : [];
  return listed([`forecast from ${history}`, ...span, ...(model ? [`model ${model}`] : [])]);
}
