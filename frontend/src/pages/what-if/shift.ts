// The question whose electricity moves to cleaner hours, and its answer in words.
import type { Shape } from "@/api/types";
import { massText, number, percent } from "@/lib/format";
import { plural } from "@/lib/sentence";
import { intervalText, signed } from "./answer";

export type Shift = Shape<"LoadShift">;

export interface ShiftQuestion {
  of: "site" | "day";
  entity: string;
  days: number;
  kwh: number;
  month: number;
  grid: string;
  hours: number;
  /** Percent of these hours' electricity. */
  share: number;
}

export function shiftOf(search: ShiftQuestion): ShiftQuestion {
  const { of, entity, days, kwh, month, grid, hours, share } = search;
  return { of, entity, days, kwh, month, grid, hours, share };
}

/** What POST /simulate/load-shift takes. */
export function shiftSpec(asked: ShiftQuestion): Shape<"LoadShiftRequest"> {
  const { of, entity, days, kwh, month, grid, hours, share } = asked;
  const whose =
    of === "site"
      ? { entity: entity.trim(), period: { days }, grid_region: grid.trim() || null }
      : { energy_kwh: kwh, month, grid_region: grid.trim() || null };
  return { ...whose, hours, flexible_share: share / 100, within: "day" };
}

export function shiftUnready({ of, entity, kwh, grid }: ShiftQuestion): string | null {
  if (of === "site") return entity.trim() ? null : "Name a site that tells its electricity by the hour.";
  if (!(kwh > 0)) return "Electricity above zero is needed.";
  return grid.trim() ? null : "Name a grid whose hours are known, such as GB-hourly.";
}

export function shiftInWords(shift: Shift): string {
  const { saving_kg, saving_low_kg, saving_high_kg, baseline_kg, moved_kwh, energy_kwh, days } = shift;
  const share = shift.percent === null ? "" : ` (${percent(shift.percent)})`;
  const range = intervalText(saving_low_kg, saving_high_kg);
  return `${massText(saving_kg)} of ${massText(baseline_kg)} saved${share} in ${plural(days, "day")}; ${range}; ${number(moved_kwh)} of ${number(energy_kwh)} kWh move.`;
}

export function shiftReservations(shift: Shift, old: string | null): string | null {
  const { left_out, grid_region, inventory_region } = shift;
  const left = left_out.map(({ reason, events }) => `${plural(events, "event")} left out: ${reason}.`);
  const all = [
    ...(old ? [old] : []),
    ...(inventory_region && inventory_region !== grid_region
      ? [`The inventory uses the grid ${inventory_region}; this is what it would be on ${grid_region}.`]
      : []),
    ...left,
  ];
  return all.length ? all.join(" ") : null;
}

export const savedText = (kg: number) => signed(-kg);
