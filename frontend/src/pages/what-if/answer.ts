// The answer to a question about stored events, as sentences and as steps of a chart.
import type { Shape } from "@/api/types";
import type { Step } from "@/charts/steps";
import { change, mass, massText, number, type Quantity } from "@/lib/format";
import { label, plural } from "@/lib/sentence";

export type Answer = Shape<"PopulationResult">;
type ChangeResult = Shape<"ChangeResult">;

/** "4.2 t less", "12 kg more", "no difference". */
export function differenceText(kg: number): string {
  if (kg === 0) return "no difference";
  return `${massText(Math.abs(kg))} ${kg < 0 ? "less" : "more"}`;
}

/** "−4.2 t" with its sign. */
export function signed(kg: number): string {
  const sign = kg < 0 ? "−" : kg > 0 ? "+" : "";
  return sign + massText(Math.abs(kg));
}

/** The same as a figure: number and unit apart. */
export function signedQuantity(kg: number): Quantity {
  const { text, unit } = mass(Math.abs(kg));
  return { text: `${kg < 0 ? "−" : kg > 0 ? "+" : ""}${text}`, unit };
}

export function intervalText(low: number | null, high: number | null): string | null {
  return low === null || high === null ? null : `95 % interval ${signed(low)} to ${signed(high)}`;
}

/** Whether the interval leaves open if it is a saving at all. */
export function unclear({
  delta_low_kg,
  delta_high_kg,
}: Pick<Answer, "delta_low_kg" | "delta_high_kg">): boolean {
  return delta_low_kg !== null && delta_high_kg !== null && delta_low_kg < 0 && delta_high_kg > 0;
}

export function nameOf({ number: at, name }: ChangeResult): string {
  return name ? `${at}. ${name}` : `Change ${at}`;
}

/** From what was to what would have been, change by change; none where a sum is not known. */
export function stepsOf({ baseline_kg, changed_kg, changes }: Answer): Step[] {
  if (baseline_kg === null || changed_kg === null) return [];
  return [
    { label: "As it was", value: baseline_kg, total: true },
    ...changes.map((each) => ({ label: nameOf(each), value: each.delta_kg })),
    { label: "As it would be", value: changed_kg, total: true },
  ];
}

export function inWords(answer: Answer): string {
  const { delta_kg, percent, baseline_kg, changed, events, days } = answer;
  if (delta_kg === null || baseline_kg === null) return answer.reason ?? "The difference is not known.";
  const share = percent === null ? "" : ` (${change(percent)})`;
  return `${differenceText(delta_kg)} than ${massText(baseline_kg)} in ${plural(days, "day")}${share}; ${changed.toLocaleString("en-GB")} of ${plural(events, "event")} changed.`;
}

/** Why what is shown answers another question than the form asks; null where it does not. */
export function outdated(
  shown: { data: unknown; isPlaceholderData: boolean; isFetching: boolean },
  edited: boolean,
) {
  if (shown.data === undefined) return null;
  if (shown.isFetching) return "This answers the question before; the new one is being simulated.";
  if (!edited && !shown.isPlaceholderData) return null;
  return "This answers the question before your last changes: simulate again.";
}

/** What of the answer the reader has to know before the numbers. */
export function reservations(answer: Answer, old: string | null): string | null {
  const { reason, events, estimated, left_out, stored_difference_kg, baseline_kg } = answer;
  const without = events - estimated;
  const left = left_out.reduce((sum, each) => sum + each.events, 0);
  const off = stored_difference_kg ?? 0;
  const all = [
    old,
    reason,
    without > 0 ? `${plural(without, "event")} without an estimate are on neither side.` : null,
    left > 0 ? `${plural(left, "event")} were left out and stay as they are: see below.` : null,
    baseline_kg && Math.abs(off) > baseline_kg * 0.001
      ? `Estimated anew, the baseline is ${signed(off)} from the stored estimates.`
      : null,
  ].filter((words) => words !== null);
  return all.length ? all.join(" ") : null;
}

/** Scopes and energy before and after, those without anything left out. */
export function sidesOf({ scopes, energy }: Answer) {
  const masses = Object.entries(scopes).map(([name, each]) => ({
    name: label(name),
    before: massText(each.before),
    after: massText(each.after),
    change: signed(each.change),
    unknown: 0,
    zero: each.before === 0 && each.after === 0,
  }));
  const units: Record<string, [string, string]> = {
    electricity_kwh: ["Electricity", "kWh"],
    fuel_litres: ["Fuel", "litres"],
    distance_km: ["Distance", "km"],
  };
  const amounts = Object.entries(energy).map(([field, each]) => {
    const [name, unit] = units[field] ?? [label(field), ""];
    const told = (value: number) => `${number(value)} ${unit}`.trim();
    return {
      name,
      before: told(each.before),
      after: told(each.after),
      change: `${each.change > 0 ? "+" : each.change < 0 ? "−" : ""}${told(Math.abs(each.change))}`,
      unknown: each.unknown_events,
      zero: each.before === 0 && each.after === 0 && each.unknown_events === 0,
    };
  });
  return [...masses, ...amounts].filter(({ zero }) => !zero);
}

/** An amount of money with its sign: a minus is saved. */
export function money(value: number, currency: string): string {
  const sign = value < 0 ? "−" : value > 0 ? "+" : "";
  return `${sign}${number(Math.abs(value))} ${currency}`;
}
