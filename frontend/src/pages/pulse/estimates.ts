// The last 24 hours from single estimates: by the hour, by type, by scope, and how much of it was measured.
//
// The API has sums by entity only; the rest is added up here from the newest estimates. Where there are more of them
// than one answer holds, `reach` says how far back they go, and the panels say so.
import type { Shape } from "@/api/types";
import { percent } from "@/lib/format";
import { label } from "@/lib/sentence";
import type { Basis } from "@/ui/figure";

export type Estimate = Shape<"StoredPrediction">;

export const MOST_ESTIMATES = 500;
const HOUR_MS = 3_600_000;

export interface Hour {
  start: Date;
  /** Null where nothing came in. */
  actualKg: number | null;
  /** What is typical of the same events; null where that is not known of each of them. */
  typicalKg: number | null;
}

/** Estimates of events within the window. */
export function within(estimates: readonly Estimate[], start: Date, end: Date): Estimate[] {
  return estimates.filter(({ event_time }) => {
    const at = new Date(event_time);
    return at >= start && at < end;
  });
}

/** Since when the estimates are complete: null where they reach back to the window's start. */
export function reach(estimates: readonly Estimate[], start: Date): Date | null {
  if (estimates.length < MOST_ESTIMATES) return null;
  const oldest = new Date(Math.min(...estimates.map(({ event_time }) => Date.parse(event_time))));
  return oldest > start ? oldest : null;
}

/** Sums by full hour, from the window's start to its end. */
export function hourly(estimates: readonly Estimate[], start: Date, end: Date): Hour[] {
  const count = Math.ceil((end.getTime() - start.getTime()) / HOUR_MS);
  const hours: Estimate[][] = Array.from({ length: count }, () => []);
  for (const each of within(estimates, start, end)) {
    hours[Math.floor((Date.parse(each.event_time) - start.getTime()) / HOUR_MS)]?.push(each);
  }
  return hours.map((events, at) => ({
    start: new Date(start.getTime() + at * HOUR_MS),
    actualKg: events.length ? sum(events.map(({ co2_kg }) => co2_kg ?? 0)) : null,
    typicalKg: typicalOf(events),
  }));
}

export interface Part {
  name: string;
  kg: number;
}

/** Kilograms by event type, largest first. */
export function byType(estimates: readonly Estimate[]): Part[] {
  return parts(estimates.map(({ event_type, co2_kg }) => [label(event_type), co2_kg]));
}

/** Kilograms by scope: the upstream part of own fuel and electricity is scope 3. */
export function byScope(estimates: readonly Estimate[]): Part[] {
  return parts(
    estimates.flatMap(({ scope, ttw_kg, wtt_kg, co2_kg }): [string, number | null][] =>
      ttw_kg === null || wtt_kg === null
        ? [[scopeName(scope), co2_kg]]
        : [
            [scopeName(scope), ttw_kg],
            [scopeName(3), wtt_kg],
          ],
    ),
  );
}

/** Largest first, from sums that the API made. */
export function largestFirst(sums: Readonly<Record<string, number>>): Part[] {
  return parts(Object.entries(sums));
}

/** What the sum of these rests on. */
export function basisOfAll(estimates: readonly Estimate[]): Basis {
  const all = sum(estimates.map(({ co2_kg }) => co2_kg ?? 0));
  if (all === 0) return { kind: "insufficient", reason: "nothing was estimated in this time" };
  const measured = estimates.filter(({ tier, filled }) => tier === "T1" && !filled);
  const share = (sum(measured.map(({ co2_kg }) => co2_kg ?? 0)) / all) * 100;
  const kind = share >= 99.5 ? "measured" : "estimated";
  return { kind, reason: `${percent(share)} of it from measured fuel or electricity` };
}

function scopeName(scope: number | null): string {
  return scope === null ? "Scope not known" : `Scope ${scope}`;
}

function parts(entries: readonly (readonly [string, number | null])[]): Part[] {
  const sums = new Map<string, number>();
  for (const [name, kg] of entries) sums.set(name, (sums.get(name) ?? 0) + (kg ?? 0));
  return [...sums].map(([name, kg]) => ({ name, kg })).sort((a, b) => b.kg - a.kg);
}

function typicalOf(events: readonly Estimate[]): number | null {
  const known = events.map(({ typical_kg }) => typical_kg ?? null).filter((kg) => kg !== null);
  return events.length > 0 && known.length === events.length ? sum(known) : null;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
