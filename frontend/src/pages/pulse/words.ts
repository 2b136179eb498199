// What the figures of Pulse say in words, and what they rest on.
import { clock, massText, percent } from "@/lib/format";
import { against, plural } from "@/lib/sentence";
import type { Basis } from "@/ui/figure";
import type { Forecast, Hour, Progress, Series } from "./model";

/** What a sum rests on, by the share of it that was measured; `reason` says why there is none. */
export function basisOfShare(share: number | null, reason?: string | null): Basis {
  if (share === null) return { kind: "insufficient", reason: reason ?? "nothing was estimated in this time" };
  const told = `${percent(share * 100)} of it from metered fuel or electricity`;
  return { kind: share >= 0.995 ? "measured" : "estimated", reason: told };
}

/** The hours that are over: the one under way would look like a fall. */
export function over(hours: readonly Hour[]): Hour[] {
  return hours.filter((hour) => !hour.running);
}

/** The last hour that is over against what it usually comes to. */
export function lastHour(hours: readonly Hour[]): { hour: Hour; note: string } | null {
  const hour = over(hours).at(-1);
  if (!hour) return null;
  const { co2e_kg: kg, usual_low_kg: low, usual_high_kg: high } = hour;
  if (low === null || high === null) return { hour, note: "What is usual is not known yet" };
  const range = `${massText(low)} to ${massText(high)}`;
  if (kg === null) return { hour, note: `Nothing is known of it; usual are ${range}` };
  if (kg > high) return { hour, note: `Above the usual ${range}` };
  return { hour, note: `${kg < low ? "Below" : "Within"} the usual ${range}` };
}

/** The chart in a sentence: its highest hour, its sum against the typical one, and hours outside of the usual. */
export function inWords(hours: readonly Hour[]): string {
  const known = over(hours).filter((hour) => hour.co2e_kg !== null);
  const highest = known.reduce<Hour | null>(
    (top, hour) => ((hour.co2e_kg ?? 0) > (top?.co2e_kg ?? -1) ? hour : top),
    null,
  );
  if (!highest) return "Nothing came in during the last full hours.";
  const most = `the most ${massText(highest.co2e_kg ?? 0)} from ${clock(new Date(highest.start))} UTC`;
  return `Emissions by the hour: ${[most, typicalOf(known), usualOf(known)].filter(Boolean).join("; ")}.`;
}

function typicalOf(known: readonly Hour[]): string | null {
  const compared = known.filter((hour) => hour.typical_kg !== null);
  if (compared.length === 0) return null;
  const actual = sum(compared.map((hour) => hour.co2e_kg));
  const typical = sum(compared.map((hour) => hour.typical_kg));
  return `${against(actual, typical)} over the hours whose typical value is known`;
}

function usualOf(known: readonly Hour[]): string | null {
  const judged = known.filter((hour) => hour.usual_high_kg !== null);
  const above = judged.filter((hour) => (hour.co2e_kg ?? 0) > (hour.usual_high_kg ?? 0)).length;
  return judged.length === 0 ? null : `${plural(above, "hour")} of ${judged.length} above what is usual`;
}

/** What the chart leaves out, line by line. */
export function leftOut({ hours, total, usual_reason }: Series): string[] {
  const running = hours.find((hour) => hour.running);
  const told: (string | null)[] = [
    running
      ? `The hour from ${clock(new Date(running.start))} UTC is under way: ${running.co2e_kg === null ? "nothing" : massText(running.co2e_kg)} so far.`
      : null,
    usual_reason && `The usual band has gaps: ${usual_reason}.`,
    total.untypical_count > 0 && total.event_count > 0
      ? `Of ${plural(total.untypical_count, "event")} no typical value is known: hours with one have no dashed line.`
      : null,
  ];
  return told.filter((line) => line !== null);
}

/** The target of everything in this month; null where none is set. */
export function ofEverything({ targets }: Progress) {
  return targets.find(({ entity, event_type }) => entity === null && event_type === null) ?? null;
}

/** The forecast of the day that is under way; null where there is none. */
export function ofToday(
  { dates, forecast, confidence_low, confidence_high }: Forecast,
  now: string,
): { typical: number; low: number; high: number } | null {
  const at = (dates ?? []).indexOf(now.slice(0, 10));
  const typical = forecast[at];
  const low = confidence_low[at];
  const high = confidence_high[at];
  return typical == null || low == null || high == null ? null : { typical, low, high };
}

function sum(values: readonly (number | null)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}
