// New rows of a live list wait until somebody asks for them: what is being read does not jump away.
import { useCallback, useMemo, useState } from "react";

type Id = string | number;

/**
 * The rows to show, and how many wait. Known rows are shown as they are now; unknown ones wait where they would
 * push known ones down. What follows the last known row is a next page and shown.
 */
export function hold<T>(rows: readonly T[], known: ReadonlySet<Id> | null, idOf: (row: T) => Id) {
  if (known === null || !rows.some((row) => known.has(idOf(row)))) return { rows: [...rows], waiting: 0 };
  const last = rows.findLastIndex((row) => known.has(idOf(row)));
  const shown = rows.filter((row, at) => at > last || known.has(idOf(row)));
  return { rows: shown, waiting: rows.length - shown.length };
}

/**
 * Rows that hold still. `scope` names the filter and order: where it changes, everything is shown at once.
 *
 *   const held = useHeld(rows, (alert) => alert.id, JSON.stringify(search));
 *   <DataTable rows={held.rows} waiting={held} ... />
 */
export function useHeld<T>(rows: readonly T[], idOf: (row: T) => Id, scope = "") {
  const [known, setKnown] = useState<{ scope: string; ids: ReadonlySet<Id> } | null>(null);
  const current = known?.scope === scope ? known.ids : null;
  const held = useMemo(() => hold(rows, current, idOf), [rows, current, idOf]);
  const ids = held.rows.map(idOf);
  // what is shown becomes known while rendering, not after it: between the two a row could slip in
  if (ids.length > 0 && (current === null || ids.some((id) => !current.has(id)))) {
    setKnown({ scope, ids: new Set([...(current ?? []), ...ids]) });
  }
  const show = useCallback(() => setKnown(null), []);
  return { rows: held.rows, waiting: held.waiting, show };
}
