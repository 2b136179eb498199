// The words by which hotspots are filtered and ordered, and what they are called.
import type { Shape } from "@/api/types";

export type Hotspot = Shape<"Hotspot">;
export type Listed = Shape<"ListedHotspot">;

export const STATES = ["active", "resolved", "ignored", "all"] as const;
export const LEVELS = ["all", "critical", "warn", "info"] as const;
export const TYPES = ["all", "logistics", "delivery", "factory", "warehouse"] as const;
const SORTED = [
  "entity",
  "severity",
  "percent_above",
  "predicted_co2",
  "excess_kg",
  "event_count",
  "last_event_at",
] as const;
/** As an address says it; nothing is the newest first. */
export const ORDERS = ["", ...SORTED, ...SORTED.map((name) => `-${name}` as const)] as const;

export interface Filter {
  /** A part of the entity's name. */
  q: string;
  /** Its whole name, as other pages say it. */
  entity: string;
  state: (typeof STATES)[number];
  level: (typeof LEVELS)[number];
  type: (typeof TYPES)[number];
}

/** What is asked of the API; what is "all" is left out. */
export function asked({ q, entity, state, level, type, sort }: Filter & { sort: (typeof ORDERS)[number] }) {
  return {
    limit: 100,
    ...(q.trim() && { q: q.trim() }),
    ...(entity && { entity }),
    ...(state !== "all" && { status: state }),
    ...(level !== "all" && { severity: level }),
    ...(type !== "all" && { event_type: type }),
    ...(sort && { sort }),
  };
}

/** Whether anything is filtered that could be let go to find more. */
export function narrowed({ q, entity, state, level, type }: Filter): boolean {
  return q.trim() !== "" || entity !== "" || state !== "all" || level !== "all" || type !== "all";
}

const KINDS: Record<Hotspot["kind"], [word: string, meaning: string]> = {
  spike: ["Spike", "single events far above what is typical"],
  sustained: ["Sustained", "an excess that lasts over several events"],
  drift: ["Drift", "a slow rise, little by little"],
  level_shift: ["Level shift", "a step to a new level"],
};

export function kindWord(kind: Hotspot["kind"]): string {
  return KINDS[kind][0];
}

export function kindMeaning(kind: Hotspot["kind"]): string {
  return KINDS[kind][1];
}

/** What the worst figure is of: a single event, or a whole UTC day. */
export function unitOf({ metric }: Pick<Hotspot, "metric">): "event" | "day" {
  return metric === "absolute" ? "day" : "event";
}
