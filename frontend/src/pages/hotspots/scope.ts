// What of a hotspot other pages start from.
import { type Hotspot, TYPES } from "./words";

/** The What-if page, about this entity and its kind of event. */
export function scopeOf({ entity, event_type }: Pick<Hotspot, "entity" | "event_type">) {
  return { entity, event: TYPES.find((type) => type === event_type) ?? "all" };
}

/** The queue of recommendations, with those of one hotspot and one of them open. */
export function queueOf({ id, hotspot_id }: { id: number; hotspot_id: number }) {
  return { hotspot: hotspot_id, status: "all" as const, open: id };
}
