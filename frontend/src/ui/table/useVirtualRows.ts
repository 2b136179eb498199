// Which rows can be seen; the next page is loaded as the last one comes into sight.
import { useVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useEffect } from "react";

interface Given<Row> {
  rows: readonly Row[];
  rowId: (row: Row) => string;
  scroller: RefObject<HTMLDivElement | null>;
  look: keyof typeof HEIGHTS;
  active: string | null;
  more?: { has: boolean; busy: boolean; load: () => unknown };
}

/** First guesses, for rows of two lines; what a row really takes is measured. Too little makes rows nobody sees. */
const HEIGHTS = { dense: 46, roomy: 58, card: 76 } as const;

export function useVirtualRows<Row>({ rows, rowId, scroller, look, active, more }: Given<Row>) {
  const virtual = useVirtualizer<HTMLDivElement, Element>({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => HEIGHTS[look],
    overscan: 3,
    getItemKey: (at) => (rows[at] ? rowId(rows[at]) : at),
  });
  const at = active === null ? -1 : rows.findIndex((row) => rowId(row) === active);
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at);
  }, [at, virtual]);
  const last = virtual.getVirtualItems().at(-1)?.index ?? -1;
  useEffect(() => {
    if (more?.has && !more.busy && last >= rows.length - 1) more.load();
  }, [more, last, rows.length]);
  return virtual;
}
