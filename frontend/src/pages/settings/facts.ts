// What is set of a calendar or a profile, in words and as the engine takes it.
import type { Shape } from "@/api/types";
import { number } from "@/lib/format";
import { label } from "@/lib/sentence";

export type Calendar = Shape<"CalendarAnswer">;
export type Profile = Shape<"EntityProfile">;

/** Days as typed, one a line or parted by commas, in order and once each. */
export function daysOf(text: string): string[] {
  const days = text.split(/[\s,;]+/).filter((day) => day !== "");
  return [...new Set(days)].sort();
}

/** Those that are no day of the calendar, such as 2026-02-30. */
export function noDays(days: readonly string[]): string[] {
  return days.filter((day) => {
    const date = new Date(`${day}T00:00:00Z`);
    return (
      !/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(date.getTime()) || !date.toISOString().startsWith(day)
    );
  });
}

/** "DE-BY", "DE", or that none is set. */
export function calendarText({ country, subdivision, extra_days }: Calendar): string {
  const place = country ? [country, subdivision].filter(Boolean).join("-") : "no country";
  return `${place}, ${extra_days.length} own closed ${extra_days.length === 1 ? "day" : "days"}`;
}

/** Days that are still to come, the next first. */
export function comingDays(days: Calendar["days"], now: Date): Calendar["days"] {
  const today = now.toISOString().slice(0, 10);
  return days.filter(({ day }) => day >= today).sort((a, b) => a.day.localeCompare(b.day));
}

/** What no fact of a profile is. */
const NO_FACT = new Set(["id", "entity", "entity_type", "created_at", "updated_at"]);
const UNITS: Record<string, string> = {
  floor_area_m2: "m²",
  market_kg_per_kwh: "kg/kWh",
  refrigerant_charge_kg: "kg",
  furnace_rated_kw: "kW",
};

/** The facts that are set, as name and value; what is not set is left out. */
export function factsOf(profile: Profile): [name: string, value: string][] {
  return Object.entries(profile).flatMap(([name, value]) =>
    NO_FACT.has(name) || value === null || value === undefined
      ? []
      : [[label(name.replace(/_(m2|kg|kw|kg_per_kwh)$/, "")), factText(name, value)]],
  );
}

function factText(name: string, value: string | number | boolean): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") return [number(value), UNITS[name]].filter(Boolean).join(" ");
  return value;
}

export function profileName({ entity_type, entity }: Pick<Profile, "entity_type" | "entity">): string {
  return `${entity_type} ${entity}`;
}
