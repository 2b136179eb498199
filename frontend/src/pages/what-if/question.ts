// The question about stored events, in the API's own shape, so that a kept one comes back into the form whole.
import type { Shape } from "@/api/types";

export type Change = Shape<"PopulationChange">;
export type Where = Shape<"WhereSpec">;
export type Spec = Shape<"PopulationSpec">;

export const EVENT_TYPES = ["logistics", "delivery", "factory", "warehouse"] as const;
export const ENTITY_TYPES = ["supplier", "route", "factory", "warehouse"] as const;
export const MOST_CHANGES = 6;
export const PRICES = [
  "electricity_per_kwh",
  "fuel_per_litre",
  "distance_per_km",
  "carbon_per_tonne",
  "investment",
] as const;
export type Prices = Partial<Record<(typeof PRICES)[number], number>>;

export interface Question {
  event: "all" | (typeof EVENT_TYPES)[number];
  entity: string;
  kind: "any" | (typeof ENTITY_TYPES)[number];
  days: number;
  from: string;
  to: string;
  changes: Change[];
  currency: string;
  prices: Prices;
}

/** The part of the address that is the question. */
export function questionOf(search: Question): Question {
  const { event, entity, kind, days, from, to, changes, currency, prices } = search;
  return { event, entity, kind, days, from, to, changes, currency, prices };
}

/** What POST /simulate/population takes. */
export function specOf(question: Question): Spec {
  const { event, entity, kind, days, from, to, changes, currency, prices } = question;
  return {
    scope: {
      ...(entity.trim() ? { entity: entity.trim() } : {}),
      ...(kind === "any" ? {} : { entity_type: kind }),
      ...(event === "all" ? {} : { event_type: event }),
    },
    period: from && to ? { from, to } : { days },
    changes,
    ...(Object.keys(prices).length ? { prices: { currency: currency.trim().toUpperCase(), ...prices } } : {}),
  };
}

/** A kept question as the form has it. */
export function fromSpec({ scope, period, changes, prices }: Spec): Question {
  return {
    event: scope?.event_type ?? "all",
    entity: scope?.entity ?? "",
    kind: scope?.entity_type ?? "any",
    days: period?.days ?? 28,
    from: period?.from ?? "",
    to: period?.to ?? "",
    changes: readChanges(changes) ?? [],
    currency: prices?.currency ?? "EUR",
    prices: readPrices(prices) ?? {},
  };
}

/** What still keeps the question from being asked; null where nothing does. The engine judges the rest. */
export function unready({ changes, from, to }: Question): string | null {
  if (changes.length === 0) return "Add what changes.";
  if (Boolean(from) !== Boolean(to)) return "Give both the first and the last day, or neither.";
  const bare = changes.findIndex(({ set, measure }) => !measure && Object.keys(set ?? {}).length === 0);
  if (bare >= 0) return `Change ${bare + 1} does not say what becomes different.`;
  const open = changes.findIndex(({ set }) => Object.values(set ?? {}).includes(""));
  return open >= 0 ? `Change ${open + 1} has a field without a value.` : null;
}

/** Changes as an address or a kept question has them; whatever is no change is left out. */
export function readChanges(raw: unknown): Change[] | undefined {
  if (!Array.isArray(raw)) return undefined;
  return raw.filter(isRecord).slice(0, MOST_CHANGES).map(readChange);
}

function readChange({ name, where, set, measure }: Record<string, unknown>): Change {
  return {
    ...(typeof name === "string" && name ? { name } : {}),
    ...(isRecord(where) ? whereOrNothing(where) : {}),
    ...(typeof measure === "string" && measure ? { measure } : { set: valuesOf(set, isValue) }),
  };
}

function whereOrNothing(raw: Record<string, unknown>): { where?: Where } {
  const where = tidy({
    event_type: EVENT_TYPES.find((each) => each === raw.event_type),
    vehicle_type: namesOf(raw.vehicle_type),
    fuel_type: namesOf(raw.fuel_type),
    min: valuesOf(raw.min, isNumber),
    max: valuesOf(raw.max, isNumber),
    per_day: isRecord(raw.per_day) ? valuesOf(raw.per_day, isNumber) : undefined,
  });
  return where ? { where } : {};
}

/** Conditions without those that say nothing; undefined where none is left. */
export function tidy(where: Where): Where | undefined {
  const told = Object.entries(where).filter(
    ([, value]) => value != null && (typeof value !== "object" || Object.keys(value).length > 0),
  );
  return told.length ? Object.fromEntries(told) : undefined;
}

export function readPrices(raw: unknown): Prices | undefined {
  if (!isRecord(raw)) return undefined;
  const told = valuesOf(raw, isNumber);
  return Object.fromEntries(PRICES.flatMap((name) => (name in told ? [[name, told[name]]] : [])));
}

function valuesOf<T>(raw: unknown, fits: (value: unknown) => value is T): Record<string, T> {
  if (!isRecord(raw)) return {};
  return Object.fromEntries(Object.entries(raw).filter((pair): pair is [string, T] => fits(pair[1])));
}

function namesOf(raw: unknown): string[] {
  return Array.isArray(raw) ? raw.map(String).filter(Boolean) : [];
}

const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const isValue = (value: unknown): value is number | string => isNumber(value) || typeof value === "string";
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
