// What is asked of the trail by the address, and the address of the same entries as a file.
import type { Shape } from "@/api/types";

export type Entry = Shape<"AuditEntry">;

export interface Search {
  action: string;
  kind: string;
  thing: string;
  actor: string;
  since: string;
  until: string;
}

export interface Asked {
  action?: string;
  entity_type?: string;
  entity_id?: string;
  actor?: string;
  since?: string;
  until?: string;
}

const DAY_MS = 24 * 3_600_000;

/** The API's filters; of days both count, while the API leaves its `until` out. */
export function askedOf({ action, kind, thing, actor, since, until }: Search): Asked {
  const from = startOf(since);
  const to = startOf(until);
  return {
    ...(action && { action }),
    ...(kind && { entity_type: kind }),
    ...(thing && { entity_id: thing }),
    ...(actor && { actor }),
    ...(from && { since: from.toISOString() }),
    ...(to && { until: new Date(to.getTime() + DAY_MS).toISOString() }),
  };
}

export function isFiltered(search: Search): boolean {
  return Object.keys(askedOf(search)).length > 0;
}

/** Where an entry can be read about on a page of its own; null where there is none. */
export function pageOf({ entity_type, entity_id }: Pick<Entry, "entity_type" | "entity_id">) {
  const id = Number(entity_id);
  if (!Number.isInteger(id)) return null;
  if (entity_type === "hotspot") return { kind: "hotspot", id } as const;
  if (entity_type === "recommendation") return { kind: "recommendation", id } as const;
  if (entity_type === "alert") return { kind: "alert", id } as const;
  return null;
}

/** Midnight UTC of "2026-11-26"; null of what is no day. */
function startOf(day: string): Date | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return null;
  const start = new Date(`${day}T00:00:00Z`);
  return Number.isNaN(start.getTime()) ? null : start;
}
