// The rows of the inbox as they are shown: asked, held still, in order; and which of them is meant.
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState } from "react";
import { askPages, rowsOf } from "@/api/ask";
import { useHeld } from "@/lib/held";
import { useShortcuts } from "@/lib/shortcuts";
import { sortOf } from "@/ui/table/columns";
import { COLUMNS } from "./columns";
import { ordered, stepTo } from "./moving";
import { type Alert, queryOf } from "./views";

const route = getRouteApi("/alerts");
const idOf = (alert: Alert) => alert.id;

export function useInbox() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const query = useInfiniteQuery(askPages("/alerts", { query: queryOf(search) }));
  const { open, sort, ...filters } = search;
  const scope = JSON.stringify(filters);
  const loaded = useMemo(() => rowsOf(query.data), [query.data]);
  const held = useHeld(loaded, idOf, scope);
  const order = useMemo(() => sortOf(sort), [sort]);
  const rows = useMemo(() => ordered(held.rows, COLUMNS, order), [held.rows, order]);
  const [picked, setPicked] = useState<{ scope: string; ids: ReadonlySet<string> }>({
    scope,
    ids: new Set(),
  });
  // what was picked in another view is no longer seen, so nothing should be done to it
  const ids = picked.scope === scope ? picked.ids : NONE;
  const selected = rows.filter((alert) => ids.has(String(alert.id)));
  const show = (alert: Alert | undefined, replace = false) =>
    void navigate({ search: (now) => ({ ...now, open: alert?.id }), replace });
  return {
    search,
    query,
    held,
    order,
    rows,
    selected,
    selection: { ids, onChange: (chosen: ReadonlySet<string>) => setPicked({ scope, ids: chosen }) },
    show,
  };
}
const NONE: ReadonlySet<string> = new Set();

export type Inbox = ReturnType<typeof useInbox>;

/** j, k and x: moving shows the alert beside the list, as the address says it. */
export function useMoves({ rows, search, selection, show }: Inbox) {
  const at = rows.findIndex((alert) => alert.id === search.open);
  const place = useRef(-1);
  useEffect(() => {
    if (at >= 0) place.current = at;
    else if (search.open === undefined) place.current = -1;
  }, [at, search.open]);
  const go = (alert: Alert | undefined) => {
    if (!alert) return;
    show(alert, true);
    // not there in a page without layout
    document.querySelector(`[data-row="${alert.id}"]`)?.scrollIntoView?.({ block: "nearest" });
  };
  const pick = () => {
    const id = String(rows[at]?.id ?? "");
    if (!id) return;
    const ids = new Set(selection.ids);
    if (!ids.delete(id)) ids.add(id);
    selection.onChange(ids);
  };
  // one that has left the view, since it was acknowledged, has its place taken by the next
  const next = () => go(at < 0 ? stepTo(rows, place.current, 0) : stepTo(rows, at, 1));
  const before = () => go(stepTo(rows, at < 0 ? place.current : at, -1));
  useShortcuts([
    { keys: "j", does: "Next alert", run: next },
    { keys: "k", does: "Alert before", run: before },
    { keys: "x", does: "Select the alert", run: pick },
    { keys: "Escape", does: "Close the alert", run: () => search.open !== undefined && show(undefined) },
  ]);
  return new Map([
    ["j", next],
    ["k", before],
    ["ArrowDown", next],
    ["ArrowUp", before],
    ["Home", () => go(rows[0])],
    ["End", () => go(rows.at(-1))],
    ["x", pick],
  ]);
}
